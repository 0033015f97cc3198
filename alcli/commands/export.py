"""`export`: the labelled data set, and where each label came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from alcli.campaign.handing import refuse_to_replace
from alcli.errors import ProjectError
from alcli.project import tables
from alcli.project.project import Project
from alcli.project.state import State

if TYPE_CHECKING:
    from alcli.project.tables import Cell

COLUMNS = ("id", "label", "source", "annotators")


@dataclass(frozen=True)
class Outcome:
    """What `export` wrote; `served` rows got their label through another row with the same content."""

    command: str
    output: str
    rows: int
    served: int
    next: str = ""


def export(root: Path, output: Path | TextIO) -> Outcome:
    """Write every labelled row: id, label, the round it was asked in, who said so."""
    project = Project.open(root)
    state = project.state
    if not state.labels:
        raise ProjectError("there are no labels to export", "alcli select, label the file, alcli ingest FILE")
    if isinstance(output, Path):
        refuse_to_replace(project, output)
    served = _served(project)
    with tables.writing(output, COLUMNS) as write:
        write(_labelled(project, state))
        write(served)
    return Outcome(
        command="export",
        output=str(output) if isinstance(output, Path) else "",
        rows=len(state.labels) + len(served),
        served=len(served),
        next="alcli status",
    )


def _labelled(project: Project, state: State) -> Iterator[tuple[Cell, ...]]:
    rounds = {asked.row: batch.did.round for batch in state.batches for asked in batch.rows}
    ids = state.ids
    for row, label in state.labels.items():
        source = f"round {rounds[row]}" if row in rounds and row not in state.seeds else "given"
        yield ids[row], label, source, ", ".join(who for who in state.answers[row] if who)


def _served(project: Project) -> list[tuple[Cell, ...]]:
    """Rows whose content was labelled through another row."""
    from alcli.project import pool

    state = project.state
    first_of = project.first_of(state.labels)
    labelled = {first_of.get(row, row): row for row in state.labels}  # by content
    members = {member: first for twin, first in project.twins_of(labelled).items() for member in (twin, first)}
    served = {member: labelled[first] for member, first in members.items() if member not in state.labels}
    names = pool.fetch(project.shards, list(served), ())[pool.ROW_ID]
    return [
        (name, state.labels[through], f"same content as {state.ids[through]}", "")
        for name, through in zip(names, served.values(), strict=True)
    ]
