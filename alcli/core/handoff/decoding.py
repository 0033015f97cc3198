"""The bytes of a returned file to what they say, or a refusal that says what it is and how to save it instead."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from alcli.contracts import HandoffRefused, Remark
from alcli.core.handoff.content import Content, as_text, as_utf8, looks_like_json

SAVE_AS_CSV = "open it and save it as CSV (UTF-8)"

_SIGNATURES = (
    (b"\x1f\x8b", "gzip-compressed", "unpack it first (gunzip)"),
    (b"BZh", "bzip2-compressed", "unpack it first (bunzip2)"),
    (b"\xfd7zXZ\0", "xz-compressed", "unpack it first (unxz)"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed", "unpack it first (unzstd)"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it first"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)", SAVE_AS_CSV),
    (b"%PDF", "a PDF", "hand in the table it was made from, as CSV (UTF-8)"),
    (b"{\\rtf", "an RTF document", "save it as plain text (UTF-8)"),
    (b"PAR1", "a Parquet file", "hand it in as CSV or JSONL"),
    (b"SQLite format 3\0", "an SQLite database", "hand in an export of it, as CSV or JSONL"),
    (b"\x89PNG", "an image (PNG)", "hand in the table itself, as CSV (UTF-8)"),
    (b"\xff\xd8\xff", "an image (JPEG)", "hand in the table itself, as CSV (UTF-8)"),
)
_PIECE = 1 << 15
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|head|body|table|meta|\?xml)\b", re.IGNORECASE)
_LABELLING_PAGE = b'<meta name="generator" content="alcli labelling page">'
_LOCK_FILE = re.compile(rb",[^\r\n]*,file:/[^\r\n]*;?\s*")
_SOMETHING = re.compile("[^\ufeff \t\r\n]")
_MIDFILE_BOM = re.compile("(?<=[\r\n])\ufeff+")
_UTF8_BEYOND_ASCII = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_UTF8_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a returned file says: JSON as UTF-8, anything else as text; `guessed` where its encoding is not certain."""

    content: Content
    remarks: tuple[Remark, ...] = ()
    guessed: bool = False

    @property
    def text(self) -> str:
        """The text."""
        return as_text(self.content)


def decode(data: bytes) -> Decoded:
    """What a returned file says, and what a person should know about its encoding."""
    refuse_what_is_no_text(data)
    if looks_like_json(data) and _is_flawless(data):
        return Decoded(as_utf8(data))
    text, guessed_from = _text(data)
    remarks = (
        [] if guessed_from is None else [Remark("the file is not UTF-8; it was read as Windows-1252", guessed_from)]
    )
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise HandoffRefused(f"line {line} holds a NUL byte: the file is damaged; save it anew as CSV (UTF-8)")
    if not _SOMETHING.search(text):
        raise HandoffRefused("the file is empty")
    joint = _MIDFILE_BOM.search(text) if "\ufeff" in text else None
    if joint:
        line = text.count("\n", 0, joint.start()) + 1
        remarks.append(Remark("a byte order mark in mid-file: two files were joined; it is passed over", line))
        text = _MIDFILE_BOM.sub("", text)
    content = as_utf8(text) if looks_like_json(text) else text
    return Decoded(content, tuple(remarks), guessed_from is not None)


def refuse_what_is_no_text(data: bytes) -> None:
    """Raise `HandoffRefused` for bytes that are another kind of file; the beginning of the file is enough."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise HandoffRefused(f"the file is {_inside_zip(data)}")
    for signature, what, remedy in _SIGNATURES:
        if data.startswith(signature):
            raise HandoffRefused(f"the file is {what}, not a table in plain text; {remedy}")
    if _MARKUP.match(data.removeprefix(b"\xef\xbb\xbf")):
        if _LABELLING_PAGE in data[:4096]:
            raise HandoffRefused("the file is the labelling page itself; hand in the CSV that the page saves")
        raise HandoffRefused(f"the file is a web page or XML (HTML), not a table in plain text; {SAVE_AS_CSV}")
    if len(data) < 1000 and _LOCK_FILE.fullmatch(data):
        raise HandoffRefused(
            "the file is LibreOffice's lock file (.~lock…#); close LibreOffice and hand in the table itself"
        )


def _inside_zip(data: bytes) -> str:
    if b"application/vnd.oasis.opendocument" in data[:200]:
        return f"an OpenDocument spreadsheet (.ods); {SAVE_AS_CSV}"
    if b"[Content_Types].xml" in data or b"xl/" in data:
        return f"an Excel workbook (.xlsx); {SAVE_AS_CSV}"
    return "a zip archive; unpack it first and hand in the file inside"


def _is_flawless(data: bytes) -> bool:
    """Whether it is UTF-8 with nothing to be said of it; found out without the text, which may take a lot of room."""
    if b"\0" in data:
        return False
    if data.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(data), _PIECE):
            if "\ufeff" in decoder.decode(data[at : at + _PIECE])[not at :]:
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _text(data: bytes) -> tuple[str, int | None]:
    """The text and, where the encoding is guessed, the line that made it so."""
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return _strictly(data, "utf-32", "UTF-32"), None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(data, "utf-16", "UTF-16"), None
    if looks_like_utf16(data):
        raise HandoffRefused("the file is UTF-16 without a byte order mark; save it as CSV (UTF-8)")
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        return _single_byte(data, error)


def _strictly(data: bytes, codec: str, name: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise HandoffRefused(
            f"the file begins as {name} but is damaged or cut at byte {error.start}; save it as CSV (UTF-8)"
        ) from None


def looks_like_utf16(data: bytes) -> bool:
    """Latin text in UTF-16 has a NUL in nearly every second byte, and in the others none."""
    head = data[:4096]
    few, many = sorted((head[::2].count(0), head[1::2].count(0)))
    return many > len(head) // 8 and few * 10 < many


def _single_byte(data: bytes, error: UnicodeDecodeError) -> tuple[str, int]:
    """Windows-1252, as Excel saves plain "CSV", where all of the file may be that; texts must confirm it."""
    line = data.count(b"\n", 0, error.start) + 1
    if _UTF8_SURROGATE.search(data):
        raise HandoffRefused(f"line {line} is not valid UTF-8 (half a surrogate pair); save the file anew as UTF-8")
    if _UTF8_BEYOND_ASCII.search(data):
        raise HandoffRefused(
            f"line {line} is not valid UTF-8 while other lines are: the file mixes encodings; "
            "save it anew as CSV (UTF-8)"
        )
    try:
        return data.decode("cp1252"), line
    except UnicodeDecodeError:
        raise HandoffRefused(f"line {line} is neither UTF-8 nor Windows-1252; save the file as CSV (UTF-8)") from None
