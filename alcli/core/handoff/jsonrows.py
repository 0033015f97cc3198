"""JSON to rows, strictly: one object a line (only a line feed ends a line), or one array of objects.

msgspec reads a row in half the time of the standard library. But of a name that stands twice in an object it keeps the
last in silence, and of a fault it says little: a row with either is read again by the standard library.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import repeat
from typing import Any, TypeAlias, TypeGuard

import msgspec

from alcli.contracts import HandoffRefused
from alcli.core.handoff.content import Content, as_utf8, looks_like_json
from alcli.core.handoff.values import NotANumber

Members: TypeAlias = dict[str, Any]

_SPACE = re.compile(r"[ \t\r\n]*+")
_COMMA = re.compile(r"[ \t\r\n]*+,[ \t\r\n]*+")
_OPENING = re.compile(rb"[ \t\r\n]*+\[?[ \t\r\n]*+")
_ARRAY = re.compile(rb"[ \t\r\n]*+\[")
_NOTHING_MORE = re.compile(rb"[ \t\r\n]*+\Z")
_BETWEEN = re.compile(rb"[ \t\r\n,]*+")
_HEAD = 1 << 16


class Repeated(Members):
    """An object in which a name stands twice, `twice`; it keeps the last value."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        times = Counter(name for name, _ in pairs)
        self.twice = next(name for name in self if times[name] > 1)


def is_object(value: Any) -> TypeGuard[Members]:
    """Whether a value is an object; an array is a list."""
    return isinstance(value, dict)


def rows(content: Content, without: bytes = b"") -> Iterator[tuple[int, Any]]:
    """Each row's line and value; raises `HandoffRefused` where the content is no JSON.

    `without` are members that stand in line after line and that nobody reads, as `common_member` finds them.
    """
    data = as_utf8(content)
    return _array(data) if _ARRAY.match(data) and not _goes_on(data) else _lines(data, without)


def common_member(content: Content, name: str) -> bytes:
    """The first member of this name whose value is a list of objects, with the comma after it; else nothing.

    Inside a string its quotes would be escaped, so that wherever it stands it is this member.
    """
    data = as_utf8(content)
    found = re.search(rb'(?<!\\)"%b"\s*+:\s*+(?=\[\s*+\{)' % re.escape(name).encode(), data)
    if not found:
        return b""
    text = _text(data[found.end() : _line_end(data, found.end())])
    try:
        _, stop = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        return b""
    comma = _COMMA.match(text, stop)
    return found[0] + as_utf8(text[: comma.end()]) if comma else b""


def first(content: Content) -> Members:
    """The first object, to tell the format by; an empty one where the content does not begin with an object."""
    if not looks_like_json(content):
        return {}
    data = as_utf8(content)
    begin = _OPENING.match(data)
    at, room = begin.end() if begin else 0, _HEAD  # of a large file the head is enough
    while True:
        try:
            value, _ = _DECODER.raw_decode(data[at : at + room].decode("utf-8", "ignore"))
            return value if is_object(value) else {}
        except (ValueError, RecursionError):
            if at + room >= len(data):
                return {}
            room *= 16


def _lines(data: bytes, without: bytes) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(_split(data), 1):
        line = line.replace(without, b"") if without else line
        value = _quick(line)
        if value is not None:
            yield number, value
            continue
        text = _text(line)
        at = _skip_space(text, 0)
        if at < len(text):
            value, stop = _value(text, at, number)
            if _skip_space(text, stop) < len(text):
                raise HandoffRefused(f"line {number} is not JSON: something follows the object, which must stand alone")
            yield number, value


def _split(data: bytes) -> Iterator[bytes]:
    """The lines, one at a time: of a large file, all of them are as much again."""
    at = 0
    while at <= len(data):
        stop = _line_end(data, at)
        yield data[at:stop]
        at = stop + 1


def _line_end(data: bytes, at: int) -> int:
    stop = data.find(b"\n", at)
    return stop if stop >= 0 else len(data)


def _array(data: bytes) -> Iterator[tuple[int, Any]]:
    try:
        parts = _PARTS.decode(data)
    except (msgspec.MsgspecError, RecursionError):
        yield from _searched(_text(data))
        return
    for line, part in zip(_numbers(data, parts) if b"\n" in data else repeat(1), map(bytes, parts), strict=False):
        value = _quick(part)
        yield line, value if value is not None else _value(_text(part), 0, line)[0]


def _numbers(data: bytes, parts: list[msgspec.Raw]) -> Iterator[int]:
    """The line of each value of an array."""
    line, seen, at = 1, 0, data.index(b"[") + 1
    for part in parts:
        gap = _BETWEEN.match(data, at)
        at = gap.end() if gap else at
        line, seen = line + data.count(b"\n", seen, at), at
        yield line
        at += len(bytes(part))


def _searched(text: str) -> Iterator[tuple[int, Any]]:
    """The rows of an array that has a fault or NaN in it; raises `HandoffRefused` with the line of the fault."""
    at = _skip_space(text, text.index("[") + 1)
    line, seen = text.count("\n", 0, at) + 1, at
    more = not text.startswith("]", at)
    while more:
        value, at = _value(text, at, line)
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


def _goes_on(data: bytes) -> bool:
    """Whether lines follow a line that is an array in itself: then it is only the first of the rows."""
    start = data.index(b"[")
    stop = _line_end(data, start)
    if _NOTHING_MORE.match(data, stop):
        return False
    line = _text(data[start:stop])
    try:
        _, end = _DECODER.raw_decode(line)
    except (ValueError, RecursionError):
        return False
    return _skip_space(line, end) == len(line)


def _quick(data: bytes) -> Any:
    """The value that this is; None where the standard library is to look at it.

    A name that stood twice takes a colon with it when the value is written again. Nothing else makes colons fewer. An
    escaped one (`\\u003a`) is written plainly, so whatever may be one of these is counted beforehand.
    """
    try:
        value = _QUICK.decode(data)
        colons = msgspec.json.encode(value).count(b":")
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return None
    escaped = data.count(b"\\u003") if b"\\" in data else 0  # to look for the one is quicker than for the other
    return value if data.count(b":") + escaped == colons else None


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


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


def _skip_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _members(pairs: list[tuple[str, Any]]) -> Members:
    members = dict(pairs)
    return members if len(members) == len(pairs) else Repeated(pairs)


_DECODER = json.JSONDecoder(object_pairs_hook=_members, parse_constant=lambda _: NotANumber())
_QUICK: msgspec.json.Decoder[Any] = msgspec.json.Decoder()
_PARTS = msgspec.json.Decoder(list[msgspec.Raw])
