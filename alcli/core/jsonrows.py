"""JSON text to rows, strictly: one object a line (only a line feed ends a line), or one array of objects.

msgspec reads a row in half the time of the standard library. But of a name that stands twice in an object it keeps the
last in silence, and of a fault it says little: a row with either is read again by the standard library.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, TypeAlias, TypeGuard

import msgspec

from alcli.contracts import HandoffRefused
from alcli.core.values import NotANumber

Members: TypeAlias = dict[str, Any]

_SPACE = re.compile(r"[ \t\r\n]*+")
_COMMA = re.compile(r"[ \t\r\n]*+,[ \t\r\n]*+")
_BEGINNING = re.compile(r"\ufeff?\s*[{\[]")


class Repeated(Members):
    """An object in which a name stands twice, `twice`; it keeps the last value."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        times = Counter(name for name, _ in pairs)
        self.twice = next(name for name in self if times[name] > 1)


def looks_like_json(text: str) -> bool:
    """Whether the text begins like an object or an array."""
    return _BEGINNING.match(text) is not None


def is_object(value: Any) -> TypeGuard[Members]:
    """Whether a value is an object; an array is a list."""
    return isinstance(value, dict)


def rows(text: str, without: str = "") -> Iterator[tuple[int, Any]]:
    """Each row's line and value; raises `HandoffRefused` where the text is no JSON.

    `without` are members that stand in line after line and that nobody reads, as `common_member` finds them.
    """
    start = _skip_space(text, 0)
    if not text.startswith("[", start):
        return _lines(text, without)
    return _lines(text, without) if _goes_on(text, start) else _array(text, start)


def common_member(text: str, name: str) -> str:
    """The first member of this name whose value is a list of objects, with the comma after it; else nothing.

    Inside a string its quotes would be escaped, so that wherever it stands in a text it is this member.
    """
    found = re.search(rf'(?<!\\)"{re.escape(name)}"\s*+:\s*+(?=\[\s*+\{{)', text)
    if not found:
        return ""
    try:
        _, stop = _DECODER.raw_decode(text, found.end())
    except (ValueError, RecursionError):
        return ""
    comma = _COMMA.match(text, stop)
    return text[found.start() : comma.end()] if comma else ""


def first(text: str) -> Members:
    """The first object, to tell the format by; an empty one where the text does not begin with an object."""
    at = _skip_space(text, int(text.startswith("\ufeff")))
    at = _skip_space(text, at + 1) if text.startswith("[", at) else at
    try:
        value, _ = _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        return {}
    return value if is_object(value) else {}


def _lines(text: str, without: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(_split(text), 1):
        line = line.replace(without, "") if without else line
        value = _quick(line)
        if value is not None:
            yield number, value
        elif (at := _skip_space(line, 0)) < len(line):
            value, stop = _value(line, at, number)
            if _skip_space(line, stop) < len(line):
                raise HandoffRefused(f"line {number} is not JSON: something follows the object, which must stand alone")
            yield number, value


def _split(text: str) -> Iterator[str]:
    """The lines, one at a time: of a large file, all of them are as much again."""
    at = 0
    while (stop := text.find("\n", at)) >= 0:
        yield text[at:stop]
        at = stop + 1
    yield text[at:]


def _array(text: str, start: int) -> Iterator[tuple[int, Any]]:
    at = _skip_space(text, start + 1)
    line, seen = text.count("\n", 0, at) + 1, at
    more = not text.startswith("]", at)
    parts = _parts(text)
    while more:
        part = str(next(parts, b""), "utf-8")
        value, stop = _quick(part), at + len(part)
        value, at = (value, stop) if value is not None else _value(text, at, line)
        yield line, value
        comma = _COMMA.match(text, at)
        at = comma.end() if comma else _skip_space(text, at)
        line, seen = line + text.count("\n", seen, at), at
        more = comma is not None
    if not text.startswith("]", at):
        raise HandoffRefused(f"line {line} is not JSON: a comma or ] is missing after the object")
    end = _skip_space(text, at + 1)
    if end < len(text):
        line += text.count("\n", seen, end)
        raise HandoffRefused(f"line {line} is not JSON: something follows the array, which must stand alone")


def _goes_on(text: str, start: int) -> bool:
    """Whether lines follow a line that is an array in itself: then it is only the first of the rows."""
    line_end = text.find("\n", start)
    if line_end < 0 or _skip_space(text, line_end) == len(text):
        return False
    line = text[start:line_end]
    try:
        _, stop = _DECODER.raw_decode(line)
    except (ValueError, RecursionError):
        return False
    return _skip_space(line, stop) == len(line)


def _parts(text: str) -> Iterator[msgspec.Raw]:
    """The texts of an array's values; none where that is no JSON, or not ASCII: of such a text msgspec keeps a copy."""
    try:
        return iter(_ARRAY.decode(text)) if text.isascii() else iter(())
    except (msgspec.MsgspecError, RecursionError):
        return iter(())


def _quick(text: str) -> Any:
    """The value that this text is; None where the standard library is to look at it.

    A name that stood twice takes a colon with it when the value is written again. Nothing else changes the number of
    colons, but for those that were escaped, of which here there are never too few.
    """
    try:
        value = _QUICK.decode(text)
        colons = msgspec.json.encode(value).count(b":")
    except (msgspec.MsgspecError, RecursionError):
        return None
    escaped = text.count("\\u003") if "\\" in text else 0  # to look for the one is quicker than for the other
    return value if text.count(":") + escaped == colons else None


def _members(pairs: list[tuple[str, Any]]) -> Members:
    members = dict(pairs)
    return members if len(members) == len(pairs) else Repeated(pairs)


def _value(text: str, at: int, line: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        where = line + text.count("\n", at, error.pos)
        raise HandoffRefused(f"line {where} is not JSON: {_said(error, text)}") from None
    except RecursionError:
        raise HandoffRefused(f"line {line} is nested too deeply to be a row of a batch") from None
    except ValueError:
        raise HandoffRefused(f"line {line} holds a number too long to be read") from None


def _said(error: json.JSONDecodeError, text: str) -> str:
    if text.startswith(("//", "#", "/*"), error.pos):
        return "comments are not allowed"
    if text[error.pos : error.pos + 1] in ("}", "]") or error.msg.startswith("Illegal trailing comma"):
        return "there is a trailing comma"
    if error.pos >= len(text.rstrip()):
        return "it ends in the middle; the file may be cut short"
    if error.msg.startswith("Unterminated string"):
        return "a text in it has no closing quote; the file may be cut short"
    return error.msg[:1].lower() + error.msg[1:]


def _skip_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


_DECODER = json.JSONDecoder(object_pairs_hook=_members, parse_constant=lambda _: NotANumber())
_QUICK: msgspec.json.Decoder[Any] = msgspec.json.Decoder()
_ARRAY = msgspec.json.Decoder(list[msgspec.Raw])
