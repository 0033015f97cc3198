"""JSON that came back: each object is a row, or holds the answers to one, or is refused by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from sys import intern
from typing import Any

import msgspec

from alcli.contracts import HandoffRefused, Remark, Returned, ReturnedRow
from alcli.core.handoff.columns import KEY
from alcli.core.handoff.inert import visible
from alcli.core.handoff.jsonrows import Members, Repeated, is_object
from alcli.core.handoff.values import Unreadable, kind

NAMELESS = f"no object says which row it answers: there is neither '{KEY}' nor the pool's id, and texts do not tell it"


class Which(msgspec.Struct, frozen=True, gc=False):
    """The row an object answers, as `ReturnedRow` tells it."""

    key: str | None = None
    id: str | None = None
    shown: Mapping[str, str] = {}


class Answer(msgspec.Struct, frozen=True, gc=False):
    """What is said of the row, as `ReturnedRow` tells it."""

    label: str = ""
    annotator: str | None = None
    comment: str | None = None
    seconds: float | None = None
    skipped: bool = False


def read_objects(
    found: Iterable[tuple[int, Any]],
    identity: Callable[[Members], Which],
    answer: Callable[[Any], Answer],
    answers: Callable[[Members], Sequence[Any]] = lambda members: (members,),
) -> Returned:
    """The rows of objects with their lines; raises `HandoffRefused` where no object says which row it answers.

    `identity` says which row an object is of, `answers` gives the parts of it that are an answer each, `answer` what
    such a part says. Each may raise `Unreadable`.
    """
    taken: list[ReturnedRow] = []
    refused: list[Remark] = []
    for line, value in found:
        which = Which()
        parts: Sequence[Any] = ()
        try:
            members = whole(value, "row")
            which = identity(members)
            parts = answers(members)
        except Unreadable as why:
            refused.append(Remark(str(why), line, _named(which, value)))
        for part in parts:
            try:
                said = answer(part)
            except Unreadable as why:
                refused.append(Remark(str(why), line, _named(which, value)))
                continue
            taken.append(
                ReturnedRow(
                    line=line,
                    key=which.key,
                    id=which.id,
                    label=intern(said.label),  # few, and said again and again
                    annotator=said.annotator,
                    comment=said.comment,
                    shown=which.shown,
                    seconds=said.seconds,
                    skipped=said.skipped,
                )
            )
    if not taken and not refused:
        raise HandoffRefused("the file holds no answers and no rows")
    if taken and not any(row.key or row.id for row in taken):
        raise HandoffRefused(NAMELESS)
    return Returned(tuple(taken), tuple(refused))


def whole(value: Any, what: str) -> Members:
    """The members of an object; raises `Unreadable` where the value is none, or says something twice."""
    if type(value) is dict:  # the usual case, told at once
        return value
    if not is_object(value):
        raise Unreadable(f"the {what} is not a JSON object but {kind(value)}")
    if isinstance(value, Repeated):
        raise Unreadable(f"the key '{visible(value.twice)}' stands twice in one object")
    return value


def listed(value: Any, what: str) -> list[Any]:
    """The value as a list; an absent one is empty."""
    if value is None or isinstance(value, list):
        return value or []
    raise Unreadable(f"the {what} are {kind(value)}, not a list")


def _named(which: Which, value: Any) -> str:
    """What names an object that could not be read, or not in full."""
    members = value if is_object(value) else {}
    cell = which.id or which.key or members.get(KEY) or members.get("id")
    return visible(str(cell)) if isinstance(cell, str | int) else ""
