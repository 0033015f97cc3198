"""Label Studio: tasks with the labelling interface beside them, and its exports JSON, JSON_MIN, CSV and TSV."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from msgspec.structs import replace as with_values

from alcli.contracts import Handoff, HandoffRefused, HandoffRow, Returned
from alcli.core.handoff import tasks
from alcli.core.handoff.columns import COMMENT, KEY, LABEL, written_names
from alcli.core.handoff.content import Content, as_text, looks_like_json
from alcli.core.handoff.jsonrows import Members, first, is_object, rows
from alcli.core.handoff.objects import Answer, Which, listed, read_objects, whole
from alcli.core.handoff.sheet import Tool, header_of, read_delimited
from alcli.core.handoff.values import Unreadable, one_label, one_name, remark, seconds

__all__ = ["LabelStudio"]

# What its flat exports call things themselves: there `id` is the number of a task.
RESERVED = frozenset({"id", "annotation_id", "annotator", "created_at", "updated_at", "lead_time"})
_FLAT = {"annotation_id", "annotator", "created_at", "updated_at", "lead_time"}


@dataclass(frozen=True)
class LabelStudio:
    """Tasks for Label Studio as JSON, with the labelling interface (XML) beside them.

    With `predictions` the model's class is shown as chosen already. That is quick, and sways those who label.
    """

    predictions: bool = False

    suffix = ".json"
    utf8 = True

    def write(self, handoff: Handoff) -> str:
        """The tasks, as an array."""
        told = _renamed(handoff)
        return tasks.json_array(self._task(told, row) for row in told.rows)

    def beside(self, handoff: Handoff) -> Mapping[str, str]:
        """The labelling interface: one choice, and a comment."""
        plain = _renamed(handoff).shown_columns
        names = written_names(handoff.id_column, plain, RESERVED)
        columns = enumerate(zip(handoff.shown_columns, plain, strict=True))
        shown = [_element(handoff, column, names[name], at) for at, (column, name) in columns]
        choices = [
            f"    <Choice value={_quoted(name)}{_hint(handoff, name)}/>" for name in dict.fromkeys(handoff.classes)
        ]
        lines = [
            "<View>",
            *shown,
            f'  <Choices name="{LABEL}" toName="shown0" choice="single" required="true">',
            *choices,
            "  </Choices>",
            f'  <TextArea name="{COMMENT}" toName="shown0" rows="2"/>',
            "</View>",
        ]
        return {".xml": "\n".join(lines) + "\n"}

    def recognises(self, content: Content) -> bool:
        """Whether these are tasks, or the rows of an export."""
        if not looks_like_json(content):
            return set(header_of(as_text(content))) >= _FLAT
        task = first(content)
        data = task.get("data")
        if is_object(data):
            return isinstance(task.get("annotations"), list) or KEY in data
        return set(task) >= _FLAT

    def read(self, content: Content, id_column: str, shown_columns: Sequence[str]) -> Returned:
        """The rows of an export, one for each annotation; raises `HandoffRefused` when it is not understood."""
        plain = tuple(_plain(id_column, shown_columns))
        returned = _read(content, id_column, plain)
        if plain == tuple(shown_columns):
            return returned
        names = dict(zip(plain, shown_columns, strict=True))
        found = (
            with_values(row, shown={names[name]: cell for name, cell in row.shown.items()}) for row in returned.rows
        )
        return replace(returned, rows=tuple(found))

    def _task(self, handoff: Handoff, row: HandoffRow) -> dict[str, Any]:
        task: dict[str, Any] = {"data": tasks.fields(handoff, row, RESERVED)}
        if self.predictions and row.predicted is not None:
            chosen = {"from_name": LABEL, "to_name": "shown0", "type": "choices", "value": {"choices": [row.predicted]}}
            task["predictions"] = [{"result": [chosen], "score": row.confidence, "model_version": "alcli"}]
        return task


def _plain(id_column: str, shown_columns: Sequence[str]) -> list[str]:
    """Names that its interface can refer to: of `$sub.line`, `$text (en)` or `$Größe` it would read a part."""
    names: list[str] = []
    for column in shown_columns:
        name = re.sub(r"\W", "_", column, flags=re.ASCII)
        while name in names or (name == id_column != column):
            name += "_"
        names.append(name)
    return names


def _renamed(handoff: Handoff) -> Handoff:
    return replace(handoff, shown_columns=tuple(_plain(handoff.id_column, handoff.shown_columns)))


def _read(content: Content, id_column: str, shown_columns: Sequence[str]) -> Returned:
    if not looks_like_json(content):
        return read_delimited(as_text(content), id_column, shown_columns, _TABLE)
    full = is_object(first(content).get("data"))
    return (_read_full if full else _read_flat)(rows(content), id_column, shown_columns)


def _element(handoff: Handoff, column: str, name: str, at: int) -> str:
    kind = "Image" if column in handoff.images else "Text"
    head = f"  <Header value={_quoted(column)}/>\n" if len(handoff.shown_columns) > 1 else ""
    return f'{head}  <{kind} name="shown{at}" value={_quoted("$" + name)}/>'


def _hint(handoff: Handoff, name: str) -> str:
    told = handoff.guide.get(name)
    return f" hint={_quoted(told.about)}" if told and told.about else ""


def _cell(label: str) -> str:
    if label.startswith('{"choices":'):
        raise Unreadable("the row carries several labels")
    return label


_TABLE = Tool(aliases={"lead_time": "seconds"}, reserved=RESERVED, guards=False, label=_cell)


def _read_full(found: Iterable[tuple[int, Any]], id_column: str, shown_columns: Sequence[str]) -> Returned:
    """The export JSON: tasks with their annotations; drafts and predictions are no answers."""
    ours, theirs = tasks.identity(id_column, shown_columns, RESERVED), tasks.identity(id_column, shown_columns)

    def identity(task: Members) -> Which:
        data = whole(task.get("data"), "data of the task")
        which = ours(data)
        return which if which.key or which.id else theirs(data)

    def answers(task: Members) -> Sequence[Any]:
        return listed(task.get("annotations"), "annotations") or [{}]

    return read_objects(found, identity, _annotation, answers)


def _annotation(value: Any) -> Answer:
    annotation = whole(value, "annotation")
    labels: list[Any] = []
    comments: list[Any] = []
    chosen: list[Any] = []
    for part in listed(annotation.get("result"), "results of the annotation"):
        result = whole(part, "result")
        name = result.get("from_name")
        if name == LABEL:
            labels += _value(result, "choices")
        elif name == COMMENT:
            comments += _value(result, "text")
        if result.get("type") == "choices":
            chosen.append(name)
    skipped = annotation.get("was_cancelled") is True
    if chosen and LABEL not in chosen and not skipped:
        raise Unreadable(f"the choice is called {chosen[0]!r}, and only {LABEL!r} is read")
    return Answer(
        label="" if skipped else one_label(labels),
        skipped=skipped,
        annotator=_who(annotation.get("completed_by")),
        comment=remark(comments) if comments else None,
        seconds=seconds(annotation.get("lead_time")),
    )


def _value(part: Members, kind: str) -> list[Any]:
    value = whole(part.get("value"), "value of the result").get(kind)
    if not isinstance(value, list):
        raise Unreadable(f"the result {part.get('from_name')!r} holds no {kind}")
    return value


def _who(value: Any) -> str | None:
    """Its number, or its address where the export gives the person in full."""
    if is_object(value):
        value = value.get("email") or value.get("id")
    return one_name(value, "annotator")


def _read_flat(found: Iterable[tuple[int, Any]], id_column: str, shown_columns: Sequence[str]) -> Returned:
    """The export JSON_MIN: an object for each annotation."""
    which = tasks.identity(id_column, shown_columns, RESERVED)

    def identity(value: Members) -> Which:
        if is_object(value.get("data")):
            raise Unreadable("this is a task of the export JSON among rows of JSON_MIN")
        return which(value)

    return read_objects(_labelled(found), identity, _flat)


def _labelled(found: Iterable[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
    """What is found; raises `HandoffRefused` where no row of it has a label."""
    names: set[str] = set()
    for line, value in found:
        if LABEL not in names and is_object(value):
            names.update(value)
        yield line, value
    if LABEL not in names and names & _FLAT:
        raise HandoffRefused(f"no row has a {LABEL!r}: nothing is labelled, or the choice is called something else")


def _flat(value: Members) -> Answer:
    label = value.get(LABEL)
    return Answer(
        label=one_label(label.get("choices", label) if is_object(label) else label),
        annotator=one_name(value.get("annotator"), "annotator"),
        comment=remark(value.get(COMMENT)),
        seconds=seconds(value.get("lead_time")),
    )


def _quoted(text: str) -> str:
    """The text as the value of an attribute."""
    from xml.sax.saxutils import quoteattr  # it loads what speaks HTTP, which no other format has a use for

    return quoteattr(text)
