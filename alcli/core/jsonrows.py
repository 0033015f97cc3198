"""JSON text to rows, strictly: one object a line (only a line feed ends a line), or one array of objects."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from alcli.contracts import HandoffRefused
from alcli.core.values import NotANumber

_SPACE = re.compile(r"[ \t\r\n]*+")


class Members(dict[str, Any]):
    """A JSON object that remembers which of its keys were written twice."""

    twice: tuple[str, ...] = ()


def rows(text: str) -> Iterator[tuple[int, Any]]:
    """Each row's line and value, objects as `Members`; raises `HandoffRefused` where the text is no JSON."""
    start = _skip_space(text, 0)
    if not text.startswith("[", start):
        return _lines(text)
    return _lines(text) if _goes_on(text, start) else _array(text, start)


def first(text: str) -> Members:
    """The first object, to tell the format by; an empty one where the text does not begin with an object."""
    at = _skip_space(text, int(text.startswith("\ufeff")))
    at = _skip_space(text, at + 1) if text.startswith("[", at) else at
    try:
        value, _ = _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        return Members()
    return value if isinstance(value, Members) else Members()


def _lines(text: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.split("\n"), 1):
        at = 0 if line.startswith("{") else _skip_space(line, 0)
        if at < len(line):
            value, stop = _value(line, at, number)
            if stop < len(line) and _skip_space(line, stop) < len(line):
                raise HandoffRefused(f"line {number} is not JSON: something follows the object, which must stand alone")
            yield number, value


def _array(text: str, start: int) -> Iterator[tuple[int, Any]]:
    at, line = start + 1, text.count("\n", 0, start) + 1
    seen = start
    while True:
        at = _skip_space(text, at)
        line, seen = line + text.count("\n", seen, at), at
        if text.startswith("]", at) and text[start + 1 : at].strip() == "":
            return
        value, at = _value(text, at, line)
        yield line, value
        at = _skip_space(text, at)
        if text.startswith("]", at):
            return
        if not text.startswith(",", at):
            line += text.count("\n", seen, at)
            raise HandoffRefused(f"line {line} is not JSON: a comma or ] is missing after the object")
        at += 1


def _goes_on(text: str, start: int) -> bool:
    """Whether something follows the array on later lines: then it is only the first of the rows."""
    try:
        _, stop = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return False
    return _skip_space(text, stop) < len(text)


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
    return error.msg[:1].lower() + error.msg[1:]


def _members(pairs: list[tuple[str, Any]]) -> Members:
    members = Members(pairs)
    if len(members) < len(pairs):
        members.twice = tuple(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
    return members


def _skip_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


_DECODER = json.JSONDecoder(object_pairs_hook=_members, parse_constant=lambda _: NotANumber())
