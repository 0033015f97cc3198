"""Potato: items to label; and its exports JSONL, CSV and TSV, or the state it keeps of each annotator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from alcli.contracts import Handoff, HandoffRefused, Returned
from alcli.core.handoff import tasks
from alcli.core.handoff.columns import KEY, LABEL
from alcli.core.handoff.content import Content, as_text, looks_like_json
from alcli.core.handoff.jsonrows import Members, first, is_object, rows
from alcli.core.handoff.keys import parse
from alcli.core.handoff.objects import Answer, Which, listed, read_objects, whole
from alcli.core.handoff.sheet import header_of, objects_of
from alcli.core.handoff.values import Unreadable, one_label, one_name, seconds

__all__ = ["Potato"]

ITEM, PERSON, TEXT, LABELS, TOOK = "instance_id", "user_id", "text", "labels", "total_time_ms"
STATE, TIMES = "instance_id_to_label_to_value", "instance_id_to_behavioral_data"
ACTION = "action_type"


@dataclass(frozen=True)
class Potato:
    """Items for Potato as JSON lines: our key is the item's id, which is all that comes back of it."""

    suffix = ".jsonl"
    utf8 = True

    def write(self, handoff: Handoff) -> str:
        """An item a line."""
        return tasks.json_lines({ITEM: row.key, TEXT: tasks.one_text(handoff, row)} for row in handoff.rows)

    def recognises(self, content: Content) -> bool:
        """Whether these are items, or the rows of an export."""
        if not looks_like_json(content):
            header = set(header_of(as_text(content)))
            return {ITEM, PERSON} <= header and not {KEY, LABEL} & header
        item = first(content)
        exported = is_object(item.get(LABELS)) or ACTION in item
        return STATE in item or (ITEM in item and (exported or set(item) == {ITEM, TEXT}))

    def read(self, content: Content, id_column: str, shown_columns: Sequence[str]) -> Returned:
        """The rows of an export; raises `HandoffRefused` when it is not understood."""
        return read_objects(_items(content), _identity, _answer)


def _items(content: Content) -> Iterable[tuple[int, Any]]:
    if not looks_like_json(content):
        return _of_table(as_text(content))
    item = first(content)
    if STATE in item:
        return _of_state(item)
    if ACTION in item:
        raise HandoffRefused("this is Potato's log of what was clicked; hand in what python -m potato.export writes")
    return rows(content)


def _of_table(text: str) -> Iterator[tuple[int, Members]]:
    """An export as a table: a column for each class, with something in it where that was chosen."""
    for line, cells in objects_of(text):
        labels: dict[str, dict[str, str]] = {}
        for column, cell in cells.items():
            scheme, dot, name = column.partition(".")
            if dot and cell:
                labels.setdefault(scheme, {})[name] = cell
        yield line, {ITEM: cells.get(ITEM), PERSON: cells.get(PERSON), LABELS: labels}


def _of_state(state: Members) -> Iterator[tuple[int, Members]]:
    """`user_state.json`: what one annotator chose, item by item."""
    try:
        chosen, times = whole(state[STATE], STATE), whole(state.get(TIMES, {}), TIMES)
        for item, pairs in chosen.items():
            labels: dict[str, dict[str, Any]] = {}
            for pair in listed(pairs, LABELS):
                which, value = pair
                what = whole(which, LABELS)
                labels.setdefault(what["schema"], {})[what["name"]] = value
            took = times.get(item)
            row = {ITEM: item, PERSON: state.get(PERSON), LABELS: labels}
            yield 1, row | ({TOOK: took.get(TOOK)} if is_object(took) else {})
    except (Unreadable, KeyError, TypeError, ValueError) as fault:
        raise HandoffRefused(f"this state of an annotator is none that Potato writes: {fault}") from None


def _identity(item: Members) -> Which:
    """Its id must be a key of ours: no text comes back that could tell one id from another."""
    key = one_name(item.get(ITEM), ITEM)
    if key and parse(key) is None:
        raise Unreadable(f"{key!r} is no {KEY}: only items that were handed out with --format potato can be told")
    return Which(key)


def _answer(item: Members) -> Answer:
    schemes = whole(item.get(LABELS, {}), LABELS)
    if schemes and LABEL not in schemes:
        raise Unreadable(f"the scheme is called {next(iter(schemes))!r}, and only {LABEL!r} is read")
    chosen = whole(schemes.get(LABEL, {}), LABELS)
    took = item.get(TOOK)
    return Answer(
        label=one_label([name for name, value in chosen.items() if value]),
        annotator=one_name(item.get(PERSON), "annotator"),
        seconds=seconds(took / 1000) if isinstance(took, int | float) else None,
    )
