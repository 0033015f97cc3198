"""A file handed in -> its bytes, decompressed as they are read; every failure is one clear refusal."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from alcli.contracts import HandoffRefused
from alcli.core.handoff.decoding import looks_like_utf16, refuse_what_is_no_text
from alcli.errors import DataError

GZIP = b"\x1f\x8b"
UTF16 = (b"\xff\xfe", b"\xfe\xff")


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a file; gzip is told by its first two bytes, so that a wrong suffix does no harm.

    Raises `DataError` for a file that is missing, a folder, unreadable, damaged or cut off - also while it is
    read.
    """
    try:
        with path.open("rb") as raw:
            zipped = raw.read(2) == GZIP
            raw.seek(0)
            if zipped:
                with gzip.open(raw) as stream:
                    yield cast(BinaryIO, stream)
            else:
                yield raw
    except FileNotFoundError:
        raise DataError(f"there is no file {path}", "check the name and the folder") from None
    except IsADirectoryError:
        raise DataError(f"{path} is a folder, not a file", f"name the files in it: {path}/*.csv") from None
    except EOFError:
        raise DataError(f"{path} is cut off: its compressed data end too early", "copy or make it again") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path} is damaged: {error}", "copy or make it again") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}", "check that you may read it") from None


def head(path: Path, size: int = 1 << 20) -> bytes:
    """The first bytes of a text file. Raises `DataError` where it is empty or UTF-16."""
    with opened(path) as stream:
        start = stream.read(size)
    if not start.strip():
        raise DataError(f"{path} is empty", "hand in a file with at least one row")
    try:
        refuse_what_is_no_text(start)
    except HandoffRefused as why:
        raise DataError(f"{path}: {why}", "hand in the table itself, as CSV (UTF-8), JSONL or Parquet") from None
    if start.startswith(UTF16):
        raise DataError(f"{path} is UTF-16, not UTF-8", as_utf8(path, "UTF-16"))
    if looks_like_utf16(start):  # without its mark: which half of a letter comes first is seen by the NULs
        raise DataError(f"{path} is UTF-16, not UTF-8", as_utf8(path, "UTF-16LE" if start[1] == 0 else "UTF-16BE"))
    return start


def as_utf8(path: Path, encoding: str = "WINDOWS-1252") -> str:
    """What to type when a file is not UTF-8."""
    return f'save it as "CSV UTF-8", or: iconv -f {encoding} -t UTF-8 {path.name} > utf8-{path.name}'
