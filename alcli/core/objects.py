"""JSON that came back: each object is a row, or holds the answers to one, or is refused by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from alcli.contracts import HandoffRefused, Remark, Returned, ReturnedRow
from alcli.core.columns import KEY
from alcli.core.inert import visible
from alcli.core.jsonrows import Members
from alcli.core.values import Unreadable, kind

Fields = Mapping[str, Any]

NAMELESS = f"no object says which row it answers: there is neither '{KEY}' nor the pool's id, and texts do not tell it"


def read_objects(
    found: Iterable[tuple[int, Any]],
    identity: Callable[[Members], Fields],
    answer: Callable[[Any], Fields],
    answers: Callable[[Members], Sequence[Any]] = lambda value: (value,),
) -> Returned:
    """The rows of objects with their lines; raises `HandoffRefused` where no object says which row it answers.

    `identity` gives `key`, `id` and `shown` of a `ReturnedRow`, `answers` the parts of an object that are an answer
    each, `answer` what such a part says: the other fields. Each may raise `Unreadable`.
    """
    taken: list[ReturnedRow] = []
    refused: list[Remark] = []
    for line, value in found:
        row: Fields = {}
        parts: Sequence[Any] = ()
        try:
            row = identity(whole(value, "row"))
            parts = answers(value)
        except Unreadable as why:
            refused.append(Remark(str(why), line, _named(row, value)))
        for part in parts:
            try:
                taken.append(ReturnedRow(line=line, **row, **answer(part)))
            except Unreadable as why:
                refused.append(Remark(str(why), line, _named(row, value)))
    if not taken and not refused:
        raise HandoffRefused("the file holds no answers and no rows")
    if taken and not any(row.key or row.id for row in taken):
        raise HandoffRefused(NAMELESS)
    return Returned(tuple(taken), tuple(refused))


def whole(value: Any, what: str) -> Members:
    """The value as an object; raises `Unreadable` where it is none, or says something twice."""
    if not isinstance(value, Members):
        raise Unreadable(f"the {what} is not a JSON object but {kind(value)}")
    if value.twice:
        raise Unreadable(f"the key '{visible(value.twice[0])}' stands twice in one object")
    return value


def listed(value: Any, what: str) -> list[Any]:
    """The value as a list; an absent one is empty."""
    if value is None or isinstance(value, list):
        return value or []
    raise Unreadable(f"the {what} are {kind(value)}, not a list")


def _named(row: Fields, value: Any) -> str:
    """What names an object that could not be read, or not in full."""
    members = value if isinstance(value, Members) else {}
    cell = row.get("id") or row.get("key") or members.get(KEY) or members.get("id")
    return visible(str(cell)) if isinstance(cell, str | int) else ""
