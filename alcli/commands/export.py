"""`export`: the labelled data set, and where each label came from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from alcli.campaign.handoff.handing import refuse_to_replace
from alcli.errors import ProjectError, UsageError
from alcli.project import durable, tables
from alcli.project.project import Project
from alcli.project.state import State

if TYPE_CHECKING:
    from alcli.project.tables import Cell

COLUMNS = ("id", "label", "source", "annotators")

# What a row is in the files of those who train: its text, its label, all classes -> a JSON object.
FORMATS: Mapping[str, Callable[[str, str, Sequence[str]], dict[str, Any]]] = {
    "hf": lambda text, label, classes: {"text": text, "label": label},
    "spacy": lambda text, label, classes: {"text": text, "cats": {name: float(name == label) for name in classes}},
}


@dataclass(frozen=True)
class Outcome:
    """What `export` wrote; `served` rows got their label through another row with the same content."""

    command: str
    output: str
    rows: int
    served: int
    next: str = ""


def export(root: Path, output: Path | TextIO, format: str | None = None) -> Outcome:
    """Write every labelled row: id, label, the round it was asked in, who said so.

    With a `format` its text and label instead, as JSON lines: "hf" for Hugging Face datasets, "spacy" with `cats`.
    """
    if format and format not in FORMATS:
        raise UsageError(f"there is no export format {format!r}", f"there are: {', '.join(FORMATS)}")
    project = Project.open(root)
    state = project.state
    if not state.labels:
        raise ProjectError("there are no labels to export", "alcli select, label the file, alcli ingest FILE")
    if isinstance(output, Path):
        refuse_to_replace(project, output)
    through = _served_through(project)
    if format:
        labels = {**state.labels, **{row: state.labels[other] for row, other in through.items()}}
        _write_lines(output, _with_texts(project, labels, FORMATS[format]))
    else:
        with tables.writing(output, COLUMNS) as write:
            write(_labelled(state))
            write(_served(project, through))
    return Outcome(
        command="export",
        output=str(output) if isinstance(output, Path) else "",
        rows=len(state.labels) + len(through),
        served=len(through),
        next="alcli status",
    )


def _labelled(state: State) -> Iterator[tuple[Cell, ...]]:
    rounds = {asked.row: batch.did.round for batch in state.batches for asked in batch.rows}
    ids = state.ids
    for row, label in state.labels.items():
        source = f"round {rounds[row]}" if row in rounds and row not in state.seeds else "given"
        yield ids[row], label, source, ", ".join(who for who in state.answers[row] if who)


def _served_through(project: Project) -> dict[int, int]:
    """Rows whose content was labelled through another row, and which that is."""
    state = project.state
    first_of = project.first_of(state.labels)
    labelled = {first_of.get(row, row): row for row in state.labels}  # by content
    members = {member: first for twin, first in project.twins_of(labelled).items() for member in (twin, first)}
    return {member: labelled[first] for member, first in members.items() if member not in state.labels}


def _served(project: Project, through: Mapping[int, int]) -> list[tuple[Cell, ...]]:
    from alcli.project import pool

    state = project.state
    names = pool.fetch(project.shards, list(through), ())[pool.ROW_ID]
    return [
        (name, state.labels[other], f"same content as {state.ids[other]}", "")
        for name, other in zip(names, through.values(), strict=True)
    ]


def _with_texts(
    project: Project, labels: Mapping[int, str], shape: Callable[[str, str, Sequence[str]], dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Each row's text, of several columns one below the other, and its label."""
    from alcli.project import pool

    columns = project.config.pool.text
    if not columns:
        raise ProjectError("the pool has no text to export", "[pool] text in alcli.toml names its columns")
    classes = project.state.classes(project.config.labels.classes)
    fetched = pool.fetch(project.shards, list(labels), columns)
    cells = zip(*(fetched[column] for column in columns), strict=True)
    for texts, label in zip(cells, labels.values(), strict=True):
        yield shape("\n".join(text for text in texts if text), label, classes)


def _write_lines(output: Path | TextIO, objects: Iterator[dict[str, Any]]) -> None:
    lines = (json.dumps(value, ensure_ascii=False) + "\n" for value in objects)
    if not isinstance(output, Path):
        output.writelines(lines)
    elif output.suffix.lower() in {".csv", ".txt"}:
        raise UsageError(f"{output}: these formats are JSON lines", "-o FILE.jsonl")
    else:
        with durable.replacing(output.resolve()) as draft, draft.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
