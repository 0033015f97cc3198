"""Whether the text that came back is the one handed out: so shifted files are told from re-saved ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import IntEnum

from alcli.core.inert import restore


class Sameness(IntEnum):
    """How far a text that came back is from the one handed out, nearest first."""

    SAME = 0
    ALTERED = 1  # by the program that saved it
    EDITED = 2


CUT_FROM = 32_000  # Excel cuts a cell at 32,767 characters, LibreOffice at 65,535

_DROPPED = re.compile(
    r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f\ufeff]"
)  # control characters and tabs are lost on the way through .ods
_ERROR = re.compile(r"Err:\d{3}|#(?:NAME|REF|VALUE|DIV/0|N/A|NUM|NULL|SPILL)[!?]?")
_FORMULA = re.compile(r"[=+@-]")
_NUMBERS = (  # shapes of a number, and the sign between its thousands
    (re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?", re.ASCII), " "),
    (re.compile(r"[-+]?(?:\d+,\d*|,\d+)(?:[eE][-+]?\d{1,3})?", re.ASCII), " "),
    (re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII), ","),
    (re.compile(r"[-+]?\d{1,3}(?:\.\d{3})+(?:,\d+)?", re.ASCII), "."),
)
_DATE = re.compile(r"\d{1,4}([-/.])\d{1,2}(?:\1\d{1,4})?(?:[ T]\d{1,2}:\d{2}.*)?|\d{1,2}:\d{2}.*")


def sameness(handed_out: Mapping[str, str], returned: Mapping[str, str]) -> Sameness | None:
    """The worst of the columns that came back; None where none did, or all came back empty."""
    found = [
        same_text(handed_out[column], text)
        for column, text in returned.items()
        if column in handed_out and text.strip()
    ]
    return max(found, default=None)


def same_text(handed_out: str, returned: str) -> Sameness:
    """How far one text is from another.

    >>> same_text("two\\r\\nlines ", "two\\nlines").name, same_text("1.10", "1.1").name
    ('SAME', 'SAME')
    >>> same_text("=1+1", "Err:509").name, same_text("good", "not good").name
    ('ALTERED', 'EDITED')
    """
    if handed_out == returned:
        return Sameness.SAME
    ours, theirs = fold(handed_out), fold(returned)
    if ours == theirs or (numbers(ours) and _same_number(ours, theirs)):
        return Sameness.SAME
    return Sameness.ALTERED if _altered(ours, theirs) else Sameness.EDITED


def fold(text: str) -> str:
    """The text in one Unicode form, without outer white space, guard, control characters, CRs."""
    text = unicodedata.normalize("NFC", restore(text)).replace("\r\n", "\n").replace("\r", "\n")
    return _DROPPED.sub("", text).strip()


def torn_apart(handed_out: str, returned: str) -> bool:
    """Whether the returned text stops before a delimiter of the one handed out: the cells after it shifted.

    >>> torn_apart("yes, negative", "yes")
    True
    """
    ours, theirs = fold(handed_out), fold(returned)
    if not theirs or len(theirs) >= CUT_FROM or not ours.startswith(theirs):
        return False
    return ours[len(theirs) :].lstrip().startswith((",", ";", "|"))


def _altered(ours: str, theirs: str) -> bool:
    """What spreadsheets do by themselves."""
    return bool(
        not theirs
        or _ERROR.fullmatch(theirs)
        or _FORMULA.match(ours)  # replaced by its value
        or (_DATE.fullmatch(ours) and _DATE.fullmatch(theirs))
        or (len(theirs) >= CUT_FROM and ours.startswith(theirs))
        or ("?" in theirs and _lossy(ours, theirs))
    )


def _lossy(ours: str, theirs: str) -> bool:
    """Whether characters were lost to `?` by a save in a narrower encoding."""
    return any(
        _squeezed(ours.encode(codec, "replace").decode(codec)) == _squeezed(theirs)
        for codec in ("cp1252", "latin-1", "ascii")
    )


def _squeezed(text: str) -> str:
    return re.sub(r"\?+", "?", text)


def _same_number(ours: str, theirs: str) -> bool:
    return any(abs(a - b) <= 1e-14 * max(abs(a), abs(b)) for a in numbers(ours) for b in numbers(theirs))


def numbers(text: str) -> set[float]:
    """What a text may be as a number: with points or commas, in per cent, in brackets, as money."""
    text = text.strip("$€£ ")
    if len(text) > 40:
        return set()
    scale = 0.01 if text.endswith("%") else 1.0
    if text.startswith("(") and text.endswith(")"):
        text, scale = text[1:-1], -scale
    text = text.removesuffix("%").strip()
    forms = [text.replace(drop, "").replace(",", ".") for shape, drop in _NUMBERS if shape.fullmatch(text)]
    return {float(form) * scale for form in forms}
