"""Prodigy: tasks to choose a class for, or to accept or reject one; and what `db-out` writes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from alcli.contracts import Handoff, HandoffRow, Remark, Returned
from alcli.core.handoff import tasks
from alcli.core.handoff.columns import KEY, LABEL
from alcli.core.handoff.content import Content, as_utf8
from alcli.core.handoff.jsonrows import Members, common_member, first, is_object, rows
from alcli.core.handoff.objects import Answer, Which, read_objects, whole
from alcli.core.handoff.values import Unreadable, one_label, one_name

__all__ = ["Prodigy"]

TEXT = "text"
RESERVED = frozenset({TEXT, "options", "accept", "answer", "meta", "image", "html", "spans", "tokens"})
_MARKS = ("_task_hash", "_input_hash", "_view_id")
_OF_PRODIGY = re.compile(rb'"_(?:task_hash|input_hash|view_id)"\s*:')
_NO_NAME = re.compile(r"\d{4}-\d{2}-\d{2}_\d{2}-\d{2}-\d{2}")  # a session that nobody named is called by its time


@dataclass(frozen=True)
class Prodigy:
    """Tasks for Prodigy as JSON lines, our key in their `meta`.

    Every class is an option (`choice`); or `ask` is the one class that each task asks about (`classification`), to be
    accepted or rejected. A rejection says only which class it is not, so no label is taken from it.
    """

    ask: str = ""

    suffix = ".jsonl"
    utf8 = True

    def write(self, handoff: Handoff) -> str:
        """A task a line; raises `ValueError` where `ask` is no class."""
        if self.ask and self.ask not in (handoff.classes or (self.ask,)):
            raise ValueError(f"ask = {self.ask!r} is no class; there are: {', '.join(handoff.classes)}")
        return tasks.json_lines(self._task(handoff, row) for row in handoff.rows)

    def recognises(self, content: Content) -> bool:
        """Whether these are tasks, answered or not."""
        task = first(content)
        if not task:
            return False
        if _OF_PRODIGY.search(as_utf8(content)):  # somewhere: others may have been put before
            return True
        meta = task.get("meta")
        lists = isinstance(task.get("accept"), list) or isinstance(task.get("options"), list)
        answered = lists and task.get("answer") in ("accept", "reject", "ignore")
        return answered or (is_object(meta) and KEY in meta)

    def read(self, content: Content, id_column: str, shown_columns: Sequence[str]) -> Returned:
        """The rows of `db-out`; raises `HandoffRefused` when it is not understood."""
        rejected = 0
        which = tasks.identity(id_column, shown_columns, RESERVED, text=TEXT)

        def identity(task: Members) -> Which:
            meta = whole(task["meta"], "meta") if task.get("meta") is not None else {}
            return which(task | meta)

        def answer(task: Members) -> Answer:
            nonlocal rejected
            rejected += task.get("answer") == "reject"
            return _answer(task)

        returned = read_objects(rows(content, common_member(content, "options")), identity, answer)
        if not rejected:
            return returned
        said = Remark(
            f"{rejected} Prodigy records were rejected: that says which class it is not, so they count as blank"
        )
        return replace(returned, warnings=(*returned.warnings, said))

    def _task(self, handoff: Handoff, row: HandoffRow) -> dict[str, Any]:
        fields = tasks.fields(handoff, row, RESERVED, text=TEXT)
        shown = {TEXT: fields.pop(TEXT)}
        if self.ask:
            return shown | {LABEL: self.ask, "meta": fields}
        options = [{"id": name, "text": name} for name in dict.fromkeys(handoff.classes)]
        return shown | {"options": options, "meta": fields}


def _answer(task: Members) -> Answer:
    match task.get("answer"):
        case "accept":
            label = one_label(task["accept"] if "accept" in task else task.get(LABEL))
        case "reject" | "ignore":
            label = ""
        case None if not any(mark in task for mark in _MARKS):
            label = ""  # a task that was never answered
        case _:
            raise Unreadable("a Prodigy record whose answer is neither accept, reject nor ignore")
    return Answer(label=label, skipped=task.get("answer") == "ignore", annotator=_who(task))


def _who(task: Members) -> str | None:
    name = one_name(task.get("_annotator_id") or task.get("_session_id"), "annotator")
    return None if name and _NO_NAME.search(name) else name
