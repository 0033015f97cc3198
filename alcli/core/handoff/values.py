"""What a single value of a returned file says: a label, a name, a text, a time; or why it says none."""

from __future__ import annotations

import math
from typing import Any

from alcli.core.handoff.inert import visible

_KINDS = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    str: "text",
}


class Unreadable(Exception):
    """Why one row of a returned file cannot be taken; the sentence is told with its line and id."""


class NotANumber:
    """Stands for NaN and Infinity, which are no JSON: harmless where nobody reads them, never a value."""


def one_label(value: Any) -> str:
    """The label a value says; only text is one, alone or in a list of the same."""
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):  # the usual list, told at once
        value = value[0]
    if isinstance(value, str):
        return well_formed(value, "label")
    if value is None:
        return ""
    if isinstance(value, list) and set(map(type, value)) <= {str}:
        labels = list(dict.fromkeys(value))
        if len(labels) > 1:
            raise Unreadable(
                f"the row carries {len(labels)} labels: " + ", ".join(visible(label, 40) for label in labels[:5])
            )
        return well_formed(labels[0], "label") if labels else ""
    raise Unreadable(f"the label is {kind(value)}, not text")


def one_name(value: Any, what: str) -> str | None:
    """A name, of a row or a person; a whole number is one too."""
    if value is None or isinstance(value, str):
        return value and well_formed(value, what)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise Unreadable(f"the {what} is {kind(value)}, not text")


def shown_text(value: Any) -> str | None:
    """The text of a shown column; a number that some tool made of it is text again, anything else is passed over."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def remark(value: Any) -> str | None:
    """A comment: text, or a list of texts; anything else is passed over."""
    if isinstance(value, list):
        value = "\n".join(text for text in value if isinstance(text, str))
    return well_formed(value, "comment") if isinstance(value, str) else None


def seconds(value: Any) -> float | None:
    """A time in seconds; None where the value is none.

    >>> seconds("3,5"), seconds(7), seconds("soon"), seconds(-1.0)
    (3.5, 7.0, None, None)
    """
    try:
        time = float(value.replace(",", ".") if isinstance(value, str) else value)
    except (TypeError, ValueError, OverflowError):
        return None
    return time if 0 <= time < math.inf and not isinstance(value, bool) else None


def well_formed(text: str, what: str) -> str:
    """The text; raises `Unreadable` where it holds half a surrogate pair, which no file can."""
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        raise Unreadable(f"the {what} holds half a surrogate pair: {visible(text, 40)}")
    return text


def kind(value: Any) -> str:
    """What a value is, in a word or two."""
    return "an object" if isinstance(value, dict) else _KINDS.get(type(value), "no JSON value")
