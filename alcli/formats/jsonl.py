"""JSONL: a batch for tools and scripts, one JSON object a line; a JSON array of objects is read as well."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from alcli.contracts import Handoff, HandoffRefused, Remark, Returned
from alcli.core.counts import count
from alcli.core.handoff.columns import Located, locate, overlooked, table
from alcli.core.handoff.content import Content, looks_like_json
from alcli.core.handoff.jsonrows import Members, is_object, rows
from alcli.core.handoff.objects import Answer, Which, read_objects
from alcli.core.handoff.sheet import NO_TIME
from alcli.core.handoff.tasks import json_lines
from alcli.core.handoff.values import NotANumber, Unreadable, one_label, one_name, remark, seconds, shown_text

__all__ = ["Jsonl"]


@dataclass(frozen=True)
class Jsonl:
    """One JSON object a line, every value a string, the same keys in every line.

    >>> from alcli.contracts import HandoffRow
    >>> row = HandoffRow("r001-001-k7", "00123", ("=1+1",))
    >>> print(Jsonl().write(Handoff("id", ("text",), (), (row,))), end="")
    {"alcli_id": "r001-001-k7", "id": "00123", "text": "=1+1", "label": "", "comment": ""}
    """

    suffix = ".jsonl"
    plain = True
    utf8 = True

    def write(self, handoff: Handoff) -> str:
        """The file's text; the same batch gives the same text."""
        header, batch = table(handoff)
        return json_lines(dict(zip(header, cells, strict=True)) for cells in batch)

    def recognises(self, content: Content) -> bool:
        """Whether it begins like a JSON object or array."""
        return looks_like_json(content)

    def read(self, content: Content, id_column: str, shown_columns: Sequence[str]) -> Returned:
        """The rows of a returned file; raises `HandoffRefused` when it is not understood as a whole."""
        found = list(rows(content))
        names = _names([value for _, value in found if is_object(value)])
        at = locate(names, id_column, shown_columns)
        return _Rows(names, at, "answer" in shown_columns).read(_given_away(found))


def _names(objects: Sequence[Members]) -> list[str]:
    """What the members of the rows are called; raises `HandoffRefused` where these are no rows."""
    if not objects:
        raise HandoffRefused("the file holds no JSON object: a row is an object with a label")
    names = list(dict.fromkeys(chain.from_iterable(objects)))
    if {"annotations", "data"}.issubset(names) and any(map(_is_task, objects)):
        raise HandoffRefused("the file is Label Studio's full JSON export: --format label-studio")
    return names


def _given_away(found: list[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
    """What was found, one by one, kept here no longer: of a large file it takes as much room as what is made of it."""
    found.reverse()
    while found:
        yield found.pop()


def _is_task(members: Members) -> bool:
    return isinstance(members.get("annotations"), list) and is_object(members.get("data"))


class _Rows:
    """One returned file while it is read."""

    def __init__(self, names: list[str], at: Located, has_answers: bool) -> None:
        self.names, self.at, self.has_answers = names, at, has_answers
        self.numbers = self.nans = self.timeless = 0
        places = (at.key, at.id, at.label, at.annotator, at.comment, at.seconds)
        self.key, self.id, self.label, self.annotator, self.comment, self.seconds = map(self._name, places)
        self.shown = [(column, names[place]) for column, place in at.shown.items()]

    def read(self, found: Iterable[tuple[int, Any]]) -> Returned:
        """Every object as a row, or the reason why not."""
        returned = read_objects(found, self._identity, self._answer)
        return replace(returned, warnings=tuple(self._warnings()))

    def _warnings(self) -> list[Remark]:
        warnings = overlooked(self.names, self.at)
        if self.numbers:
            ids = count(self.numbers, "id is a number", "ids are numbers")
            warnings.append(Remark(f"{ids}; handed out as text"))
        if self.nans:
            rows = count(self.nans, "row")
            warnings.append(Remark(f"NaN or Infinity, which is no JSON, stands in {rows}; it was passed over"))
        if self.timeless:
            warnings.append(Remark(NO_TIME.format(count(self.timeless, "row"))))
        return warnings

    def _name(self, place: int | None) -> Any:
        """What the column is called; None, which no object has as a key, where there is none."""
        return None if place is None else self.names[place]

    def _identity(self, value: Members) -> Which:
        self.nans += NotANumber in map(type, value.values())
        key = one_name(value.get(self.key), "key")
        return Which(
            key=key,
            id=self._id(value.get(self.id), key),
            shown={column: cell for column, name in self.shown if (cell := shown_text(value.get(name))) is not None},
        )

    def _id(self, value: Any, key: str | None) -> str | None:
        """The pool's id; beside a key it may be a number that some tool put in its place."""
        if key and not isinstance(value, str):
            return str(value) if isinstance(value, int) and not isinstance(value, bool) else None
        self.numbers += isinstance(value, int)
        return one_name(value, "id")

    def _answer(self, value: Members) -> Answer:
        if value.get("answer") in ("reject", "ignore") and not self.has_answers:
            raise Unreadable("the row says that its label was rejected or ignored; is it Prodigy's? --format prodigy")
        comment, time = value.get(self.comment), value.get(self.seconds)
        took = None if time is None else seconds(time)
        self.timeless += took is None and time not in (None, "")
        return Answer(
            label=one_label(value.get(self.label)),
            annotator=one_name(value.get(self.annotator), "annotator"),
            comment=remark(comment) if isinstance(comment, str) else None,
            seconds=took,
        )
