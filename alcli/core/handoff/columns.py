"""The columns of a handoff file: what they are called on the way out, and which is which on the way in."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from alcli.contracts import Handoff, HandoffRefused, HandoffRow, Remark
from alcli.core.handoff.inert import visible

KEY, LABEL, COMMENT, REASON, ANNOTATOR, SECONDS = "alcli_id", "label", "comment", "reason", "annotator", "seconds"
OWN = frozenset({KEY, LABEL, COMMENT, REASON, ANNOTATOR, SECONDS})


@dataclass(frozen=True, slots=True)
class Located:
    """Where each column stands among the names found; None where it is absent."""

    label: int
    key: int | None = None
    id: int | None = None
    annotator: int | None = None
    comment: int | None = None
    seconds: int | None = None
    shown: Mapping[str, int] = field(default_factory=dict)


def written_names(
    id_column: str, shown_columns: Sequence[str], reserved: Collection[str] = frozenset()
) -> dict[str, str]:
    """The names the pool's columns go out under: where one is ours, or the tool's own, it gets `pool_` before it.

    >>> written_names("id", ["text", "label"])
    {'id': 'id', 'text': 'text', 'label': 'pool_label'}
    """
    names: dict[str, str] = {}
    for column in dict.fromkeys((id_column, *shown_columns)):
        name = column
        while _fold(name) in OWN or name in reserved or name in names.values() or not name.strip():
            name = f"pool_{name}"
        names[column] = name
    return names


def table(handoff: Handoff) -> tuple[list[str], list[list[str]]]:
    """The batch as it goes out: the column names and the rows of cells."""
    names = written_names(handoff.id_column, handoff.shown_columns)
    header, rows = [KEY, *names.values(), LABEL, COMMENT], [_cells(row, handoff, names) for row in handoff.rows]
    if handoff.annotator:
        header.append(ANNOTATOR)
        rows = [[*cells, handoff.annotator] for cells in rows]
    if any(row.reason for row in handoff.rows):
        header.append(REASON)
        rows = [[*cells, row.reason] for cells, row in zip(rows, handoff.rows, strict=True)]
    return header, rows


def _cells(row: HandoffRow, handoff: Handoff, names: Mapping[str, str]) -> list[str]:
    pool = dict(zip(handoff.shown_columns, row.shown, strict=True)) | {handoff.id_column: row.id}
    return [row.key, *(pool[column] for column in names), "", ""]


def locate(
    found: Sequence[str], id_column: str, shown_columns: Sequence[str], reserved: Collection[str] = frozenset()
) -> Located:
    """Where the columns stand; raises `HandoffRefused` where a needed one is absent or stands there twice."""
    pool = written_names(id_column, shown_columns, reserved)
    place = _places(found, [*OWN, *pool.values()])
    if LABEL not in place:
        raise HandoffRefused(
            f"there is no column {LABEL!r}; the columns are {_listed(found)}. "
            "The header must come first; rename the column that holds the labels"
        )
    if KEY not in place and pool[id_column] not in place:
        raise HandoffRefused(
            f"there is neither a column {KEY!r} nor '{visible(pool[id_column], 40)}', and rows are never "
            f"matched by their position; the columns are {_listed(found)}"
        )
    return Located(
        label=place[LABEL],
        key=place.get(KEY),
        id=place.get(pool[id_column]),
        annotator=place.get(ANNOTATOR),
        comment=place.get(COMMENT),
        seconds=place.get(SECONDS),
        shown={column: place[pool[column]] for column in shown_columns if pool[column] in place},
    )


def overlooked(found: Sequence[str], located: Located) -> list[Remark]:
    """A warning for each column that sounds like labels but is not the one that is read."""
    used = {located.label, *located.shown.values()}
    return [
        Remark(f"the column '{visible(name)}' is passed over; only {LABEL!r} is read", 1)
        for at, name in enumerate(found)
        if at not in used and _fold(name).startswith(LABEL)
    ]


def _places(found: Sequence[str], wanted: Sequence[str]) -> dict[str, int]:
    """Exact names first; case and outer space are forgiven where only one column is meant."""
    exact = {name for name in found if name in wanted}
    places: dict[str, int] = {}
    for name in wanted:
        same = [at for at, other in enumerate(found) if other == name]
        like = [at for at, other in enumerate(found) if other not in exact and _fold(other) == _fold(name)]
        if len(same) > 1 or (name in OWN and len(same + like) > 1):
            raise HandoffRefused(
                f"two columns are called '{visible(name, 40)}'; keep one. The columns are {_listed(found)}"
            )
        if len(same or like) == 1:
            places[name] = (same or like)[0]
    return places


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().casefold()


def _listed(names: Sequence[str]) -> str:
    named = [visible(name, 40) for name in names if name.strip()]
    return (", ".join(named[:12]) + (f" and {len(named) - 12} more" if len(named) > 12 else "")) or "without names"
