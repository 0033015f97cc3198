"""Whether the text that came back is the one handed out: so shifted files are told from re-saved ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import IntEnum

from alcli.core.handoff.inert import restore


class Sameness(IntEnum):
    """How far a text that came back is from the one handed out, nearest first."""

    SAME = 0
    WORN = 1  # characters were lost, but what is left is recognisably this text
    ALTERED = 2  # a program put something else in its place
    EDITED = 3


ENOUGH = 6  # letters and digits that must be left of a worn text
CUT_FROM = 32_000  # Excel cuts a cell at 32,767 characters, LibreOffice at 65,535

_DROPPED = re.compile(
    r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f\ufeff]"
)  # control characters and tabs are lost on the way through .ods
_LINE_ENDS = re.compile("[\r\u0085\u2028\u2029]")
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
    if handed_out == returned:
        return Sameness.SAME if any(map(str.strip, returned.values())) else None
    found = [
        same_text(handed_out[column], text)
        for column, text in returned.items()
        if column in handed_out and text.strip()
    ]
    return max(found, default=None)


def is_own(found: Sameness | None) -> bool:
    """Whether a text was confirmed to be the row's own."""
    return found is not None and found <= Sameness.WORN


def same_text(handed_out: str, returned: str) -> Sameness:
    """How far one text is from another.

    >>> same_text("two\\r\\nlines ", "two\\nlines").name, same_text("1.10", "1.1").name
    ('SAME', 'SAME')
    >>> same_text("naïve 👍 users", "naive ? users").name, same_text("=1+1", "Err:509").name
    ('WORN', 'ALTERED')
    """
    if handed_out == returned:
        return Sameness.SAME
    ours, theirs = fold(handed_out), fold(returned)
    if ours == theirs or (numbers(ours) and _same_number(ours, theirs)):
        return Sameness.SAME
    if _cut(ours, theirs) or _worn(ours, theirs):
        return Sameness.WORN
    return Sameness.ALTERED if _altered(ours, theirs) else Sameness.EDITED


def fold(text: str) -> str:
    """The text in one Unicode form, without outer white space, guard, control characters, CRs."""
    text = unicodedata.normalize("NFC", restore(text)).replace("\r\n", "\n")
    return _DROPPED.sub("", _LINE_ENDS.sub("\n", text)).strip()


def torn_apart(handed_out: str, returned: str) -> bool:
    """Whether the returned text stops before a delimiter of the one handed out: the cells after it shifted.

    >>> torn_apart("yes, negative", "yes")
    True
    """
    ours, theirs = fold(handed_out), fold(returned)
    if not theirs or len(theirs) >= CUT_FROM or not ours.startswith(theirs):
        return False
    return ours[len(theirs) :].lstrip().startswith((",", ";", "|"))


def _cut(ours: str, theirs: str) -> bool:
    return len(theirs) >= CUT_FROM and ours.startswith(theirs)


def _worn(ours: str, theirs: str) -> bool:
    """Whether only characters beyond ASCII were lost, as by a narrow encoding, and enough is left."""
    left = _letters(theirs)
    enough = max(ENOUGH, sum(map(str.isalnum, ours)) / 2)
    return not ours.isascii() and len(left) >= enough and left == _letters(ours)


def _altered(ours: str, theirs: str) -> bool:
    """What spreadsheets put in the place of a text by themselves."""
    return bool(
        not theirs
        or _ERROR.fullmatch(theirs)
        or _FORMULA.match(ours)  # replaced by its value
        or (_DATE.fullmatch(ours) and _DATE.fullmatch(theirs))
        or ours.casefold() == theirs.casefold() in ("true", "false")
        or ("?" in theirs and _letters(ours) == _letters(theirs))
    )


def _letters(text: str) -> str:
    """What every encoding keeps: ASCII letters and digits, without their accents."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return "".join(filter(str.isalnum, bare))


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
