"""A batch of exactly the rows that a file names."""

from __future__ import annotations

from pathlib import Path

from alcli.campaign.choosing.picked import Picked
from alcli.core.labelling.answers import Standing
from alcli.errors import DataError, Fault
from alcli.project.project import Project
from alcli.project.state import State


def pick_named(project: Project, ids: Path) -> Picked:
    """The rows named in a file, one id a line, in its order; `DataError` tells those that cannot be asked."""
    from alcli.project import pool

    try:
        lines = ids.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{ids} cannot be read: {error}", "wanted a text file, one id a line") from error
    wanted = {line: number for number, line in reversed(list(enumerate(lines, 1))) if line.strip()}
    if not wanted:
        raise DataError(f"{ids} names no id", "wanted a text file, one id a line")
    order = sorted(wanted, key=wanted.__getitem__)
    found = pool.find(project.shards, order)
    faults = [Fault(why, str(ids), wanted[name], name) for name in order if (why := _why_not(project, found.get(name)))]
    if faults:
        raise DataError(f"{ids}: {len(faults)} of {len(wanted)} ids cannot be asked", f"take them out of {ids}", faults)
    rows = [found[name] for name in order]
    return Picked.unscored(rows, ["asked for by id"] * len(rows), "ids")


def _why_not(project: Project, row: int | None) -> str:
    """Why a row may not be asked; nothing where it may."""
    if row is None:
        return "not in the pool"
    state = project.state
    content = project.first_of([row]).get(row, row)
    for other in (row, content, *project.twins_of([content])):
        who = "" if other == row else "a row with the same content is "
        if other in state.out:
            return f"{who}still out, in round {_round_of(state, other)}"
        if other in state.answers and state.resolved[other].standing is not Standing.CONFLICT:
            return f"{who}already {state.resolved[other].standing.value}"
    return ""


def _round_of(state: State, row: int) -> int:
    return next(batch.did.round for batch in reversed(state.batches) if any(a.row == row for a in batch.rows))
