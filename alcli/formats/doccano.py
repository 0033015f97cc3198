"""doccano: JSON lines to import as text classification, and its exports JSONL, JSON and CSV, alone or as the zip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alcli.contracts import Handoff, HandoffRow, Returned
from alcli.core.handoff import tasks
from alcli.core.handoff.columns import COMMENT, KEY, LABEL
from alcli.core.handoff.content import Content, as_text, looks_like_json
from alcli.core.handoff.jsonrows import Members, first, rows
from alcli.core.handoff.objects import Answer, read_objects
from alcli.core.handoff.sheet import Tool, header_of, read_delimited
from alcli.core.handoff.values import Unreadable, one_label, remark

__all__ = ["Doccano"]

TEXT, COMMENTS = "text", "Comments"
# What it calls things itself, on the way in or out: a column of that name would take their place, or be lost.
RESERVED = frozenset(
    {"id", TEXT, COMMENTS, "data", "categories", "filename", "upload_name", "example_uuid", "#line_number"}
)


@dataclass(frozen=True)
class Doccano:
    """JSON lines for doccano, with the label set beside them.

    Every line has the same keys, all text: one null, and doccano imports nothing.
    Where each member labels alone, its zip holds a file a member, and the file's name says who that is.
    """

    suffix = ".jsonl"
    utf8 = True
    person_in_name = True

    def write(self, handoff: Handoff) -> str:
        """A task a line."""
        return tasks.json_lines(self._task(handoff, row) for row in handoff.rows)

    def beside(self, handoff: Handoff) -> Mapping[str, str]:
        """The label set, to import under Labels; none where any answer is a class."""
        labels = [{"text": name} for name in dict.fromkeys(handoff.classes)]
        return {".labels.json": tasks.json_array(labels)} if labels else {}

    def recognises(self, content: Content) -> bool:
        """Whether these are tasks, or the rows of an export."""
        if not looks_like_json(content):
            return header_of(as_text(content))[-2:] == [LABEL, COMMENTS]
        row = first(content)
        ours = KEY in row and TEXT in row and COMMENT not in row
        return isinstance(row.get(LABEL), list) and (COMMENTS in row or ours)

    def read(self, content: Content, id_column: str, shown_columns: Sequence[str]) -> Returned:
        """The rows of an export; raises `HandoffRefused` when it is not understood."""
        if not looks_like_json(content):
            aliases = {COMMENTS: COMMENT} | tasks.where(TEXT, id_column, shown_columns, RESERVED)
            tool = Tool(aliases, RESERVED, guards=False, label=_cell)
            return read_delimited(as_text(content), id_column, shown_columns, tool)
        return read_objects(rows(content), tasks.identity(id_column, shown_columns, RESERVED, text=TEXT), _answer)

    def _task(self, handoff: Handoff, row: HandoffRow) -> dict[str, object]:
        task = tasks.fields(handoff, row, RESERVED, text=TEXT)
        return task | {TEXT: task[TEXT] or " ", LABEL: []}  # it imports no empty text


def _answer(value: Members) -> Answer:
    return Answer(label=one_label(value.get(LABEL)), comment=remark(value.get(COMMENTS)))


def _cell(label: str) -> str:
    """What several people, or one, said, joined by #: which none can take apart where they differ."""
    said = label.split("#")
    if len(set(said)) > 1:
        raise Unreadable("the row carries several labels, or one with a # in it, which a CSV of doccano does not tell")
    return said[0]
