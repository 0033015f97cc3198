"""A row as tools of annotation take it, one JSON object with our key in it, and which row such an object is."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from alcli.contracts import Handoff, HandoffRow
from alcli.core.handoff.columns import KEY, written_names
from alcli.core.handoff.objects import Which
from alcli.core.handoff.values import one_name, shown_text

# What some tools take for a line end is escaped inside a string, so that one line stays one row for them.
_LINE_BREAKS = str.maketrans({char: f"\\u{ord(char):04x}" for char in "\u0085\u2028\u2029"})


def json_lines(objects: Iterable[Mapping[str, Any]]) -> str:
    """One object a line."""
    return "".join(json.dumps(value, ensure_ascii=False).translate(_LINE_BREAKS) + "\n" for value in objects)


def json_array(objects: Iterable[Mapping[str, Any]]) -> str:
    """One array, an object a line."""
    lines = [json.dumps(value, ensure_ascii=False).translate(_LINE_BREAKS) for value in objects]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def fields(
    handoff: Handoff, row: HandoffRow, reserved: Collection[str] = frozenset(), text: str = ""
) -> dict[str, str]:
    """The key, the pool's id and the shown columns, all text, under names that are not `reserved`.

    With `text`, all that is shown stands under that name, and a single column nowhere else.
    """
    names = written_names(handoff.id_column, handoff.shown_columns, reserved)
    cells = dict(zip(handoff.shown_columns, row.shown, strict=True)) | {handoff.id_column: row.id}
    once = handoff.shown_columns if text and len(handoff.shown_columns) == 1 else ()
    kept = {name: cells[column] for column, name in names.items() if column == handoff.id_column or column not in once}
    return {KEY: row.key} | kept | ({text: one_text(handoff, row)} if text else {})


def one_text(handoff: Handoff, row: HandoffRow) -> str:
    """The row for a tool that shows one text: the shown column, or several with their names."""
    if len(row.shown) == 1:
        return row.shown[0]
    return "\n".join(f"{name}: {cell}" for name, cell in zip(handoff.shown_columns, row.shown, strict=True))


def where(name: str, id_column: str, shown_columns: Sequence[str], reserved: Collection[str]) -> dict[str, str]:
    """Which column of a table a tool's one text is, as an alias: that of the only shown column."""
    if len(shown_columns) != 1:
        return {}
    return {name: written_names(id_column, shown_columns, reserved)[shown_columns[0]]}


def identity(
    id_column: str, shown_columns: Sequence[str], reserved: Collection[str] = frozenset(), text: str = ""
) -> Callable[[Mapping[str, Any]], Which]:
    """What tells the row of such an object from its members; `text` is where `one_text` went."""
    names = written_names(id_column, shown_columns, reserved)
    own = names[id_column]
    shown = [(column, text if text and len(shown_columns) == 1 else names[column]) for column in shown_columns]

    def which(members: Mapping[str, Any]) -> Which:
        return Which(
            key=one_name(members.get(KEY), "key"),
            id=one_name(members.get(own), "id"),
            shown={column: cell for column, name in shown if (cell := shown_text(members.get(name))) is not None},
        )

    return which
