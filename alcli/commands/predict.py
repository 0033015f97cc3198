"""`predict`: label the pool or new rows with the model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from alcli.campaign.handoff.handing import refuse_to_replace
from alcli.campaign.learning.learned import Learned
from alcli.errors import DataError, ProjectError
from alcli.project import pool, tables
from alcli.project.faults import need_columns
from alcli.project.project import Project
from alcli.project.relabelling import outdated

if TYPE_CHECKING:
    from alcli.contracts import Floats, Matrix
    from alcli.core.linear import Beside

COLUMNS = ("id", "label", "confidence")


@dataclass(frozen=True)
class Outcome:
    """What `predict` wrote: where (empty = standard output), how many rows, by which model.

    `numbered`: the rows had no ids, so that their numbers stand for them.
    """

    command: str
    output: str
    rows: int
    model: int
    labels: dict[str, int]
    numbered: bool = False
    next: str = ""


def predict(root: Path, output: Path | TextIO, *, file: Path | None = None) -> Outcome:
    """Write id, label and calibrated confidence of each row of the pool, or of a file."""
    project = Project.open(root)
    if project.state.model is None:
        raise ProjectError(outdated(project.state, how=True) or "there is no model yet", "alcli retrain")
    learned = Learned.of(project, project.state.model)
    if isinstance(output, Path):
        refuse_to_replace(project, output, [file] if file else [])
    pieces = _of_file(learned, file) if file else _of_pool(learned, project)
    judged = _started((ids, learned.confidence(matrix)) for ids, matrix in pieces)
    counts = dict.fromkeys(learned.classes, 0)
    total = 0
    with tables.writing(output, COLUMNS) as write:
        for ids, proba in judged:
            labels = [learned.classes[k] for k in proba.argmax(axis=1)]
            write(zip(ids, labels, (round(float(p), 4) for p in proba.max(axis=1)), strict=True))
            total += len(ids)
            for label in labels:
                counts[label] += 1
    return Outcome(
        command="predict",
        output=str(output) if isinstance(output, Path) else "",
        rows=total,
        model=learned.trained.step,
        labels=counts,
        numbered=file is not None and not _has_ids(learned, file),
        next="alcli status",
    )


def _started(judged: Iterator[tuple[Sequence[str], Floats]]) -> Iterator[tuple[Sequence[str], Floats]]:
    """The same, with the first made now: a file or a model that is refused is refused before anything is written."""
    first = next(judged)
    return chain([first], judged)


def _has_ids(learned: Learned, file: Path) -> bool:
    return learned.config.pool.id in next(pool.read([file])).table.columns


def _of_pool(learned: Learned, project: Project) -> Iterator[tuple[Sequence[str], Matrix | Beside]]:
    for shard in project.shards:
        yield pool.table(shard, [pool.ROW_ID])[pool.ROW_ID].to_list(), learned.features.matrix(shard)


def _of_file(learned: Learned, file: Path) -> Iterator[tuple[Sequence[str], Matrix | Beside]]:
    columns = learned.config.pool
    if columns.vectors:
        raise DataError(
            "this model reads a matrix, which a file of rows does not have", "alcli add, then alcli predict"
        )
    done = 0
    for piece in pool.read([file]):
        need_columns(columns.content, piece.table.columns, file)
        n = piece.table.height
        named = columns.id and columns.id in piece.table.columns
        ids = piece.table[columns.id].fill_null("").to_list() if named else [str(done + k) for k in range(1, n + 1)]
        yield ids, learned.features.transform(piece.table)
        done += n
