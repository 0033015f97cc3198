"""What is in a zip archive, as far as it fits: one that grows beyond all bounds is refused before it does."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from alcli.contracts import HandoffRefused

MOST_BYTES = 256 << 20  # of all files together, unpacked
MOST_FILES = 10_000

_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
_DOCUMENTS = {"[Content_Types].xml", "mimetype"}  # archives that are one document: workbooks, text documents
_BROKEN = (
    BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    IndexError,  # a file without a name
    ValueError,
    NotImplementedError,
    RuntimeError,
    OSError,
)
_BLANK = b"\xef\xbb\xbf \t\r\n"
_NOTHING = (b"", b"[]")  # a tool's answers of somebody who gave none


def returned_files(data: bytes) -> dict[str, bytes]:
    """The files of an archive by name; what is no archive is one file without a name.

    Blank files, folders, and what macOS adds are passed over. Raises `HandoffRefused`.
    """
    if not data.startswith(_SIGNATURES):
        return {"": data}
    with _opened(data) as archive:
        if not _DOCUMENTS.isdisjoint(archive.namelist()):
            return {"": data}
    kept = {
        name: content
        for name, content in unpacked(data)
        if _is_returned(name) and content.strip(_BLANK) not in _NOTHING
    }
    if not kept:
        raise HandoffRefused("there is nothing in the zip archive that could hold answers")
    return kept


def unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Every file of an archive with its name; raises `HandoffRefused` where that is too much, or cannot be read."""
    with _opened(data) as archive:
        left = MOST_BYTES
        for info in _files(archive):
            with archive.open(info) as file:
                content = file.read(left + 1)
            left -= len(content)
            if left < 0:
                raise HandoffRefused(f"the zip archive holds more than {MOST_BYTES >> 20} MB when it is unpacked")
            yield info.filename, content


@contextmanager
def _opened(data: bytes) -> Iterator[ZipFile]:
    try:
        with ZipFile(BytesIO(data)) as archive:
            _refuse(_files(archive))
            yield archive
    except _BROKEN as fault:
        raise HandoffRefused(f"the zip archive is damaged ({type(fault).__name__}); fetch it anew") from None


def _files(archive: ZipFile) -> list[ZipInfo]:
    return [info for info in archive.infolist() if not info.is_dir()]


def _refuse(infos: list[ZipInfo]) -> None:
    if len(infos) > MOST_FILES:
        raise HandoffRefused(f"the zip archive holds {len(infos)} files; at most {MOST_FILES} are read")
    if any(info.flag_bits & 1 for info in infos):
        raise HandoffRefused("the zip archive is locked with a password; unpack it first")
    if len({info.filename for info in infos}) < len(infos):
        raise HandoffRefused("two files of the zip archive have the same name; unpack it and hand in the right one")


def _is_returned(name: str) -> bool:
    return not name.startswith("__MACOSX/") and not name.rpartition("/")[2].startswith(".")
