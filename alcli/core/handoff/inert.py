"""Cells that a spreadsheet would run are made inert on the way out; what does not print is made visible."""

from __future__ import annotations

import re
import unicodedata

GUARD = "'"

# What spreadsheets take for a formula (OWASP, "CSV injection"), full-width forms included. A plain negative
# number is none and stays readable. Guards already there belong to the beginning, so that taking one off is
# exact.
_RUNS = r"(?:[=+@\t\r\n\uff1d\uff0b\uff0d\uff20]|-(?!\d+(?:\.\d+)?\Z))"
_NEEDS_GUARD = re.compile(rf"{GUARD}*{_RUNS}|{GUARD}+-")
_GUARDED = re.compile(rf"{GUARD}+(?:{_RUNS}|-)")

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def inert(cell: str) -> str:
    """The cell, with a guard before it if a spreadsheet would run it; `restore` takes it off again.

    >>> inert("=1+1"), inert("'=1+1"), inert("-3.5"), inert("plain")
    ("'=1+1", "''=1+1", '-3.5', 'plain')
    """
    return GUARD + cell if _NEEDS_GUARD.match(cell) else cell


def restore(cell: str) -> str:
    """The cell as it was before `inert`: restore(inert(x)) == x for every string."""
    return cell[1:] if cell[:1] == GUARD and _GUARDED.match(cell) else cell


def visible(text: str, limit: int = 80) -> str:
    """Text for a message: control, bidi and format characters and lone surrogates escaped, what is long cut.

    >>> visible("a\\x1b[31mb\\u202e"), visible("abcdef", 4)
    ('a\\\\x1b[31mb\\\\u202e', 'abc…')
    """
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    return text if text.isascii() and text.isprintable() else "".join(map(_shown, text))


def prints(text: str) -> bool:
    """Whether all of a text is to be seen, so that it stands in a message or a cell as it is."""
    return visible(text, len(text)) == text


def _shown(char: str) -> str:
    if unicodedata.category(char) not in _HIDDEN:
        return char
    return char.encode("unicode_escape").decode("ascii")
