"""A user's own test file: read once, kept in the vault, never learned from; what a model is worth is measured on it.

test/part-0000.parquet ...  of the first step: the file's rows, with the columns that the model reads
test.jsonl                  the rows with a label; of those alike in content and label the first stands for all
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from alcli.campaign.carried import carried
from alcli.core.estimates import honest
from alcli.core.estimates.calibrating import FEWEST_ROWS, calibration_error
from alcli.core.estimates.estimating import OutOfFold
from alcli.errors import DataError
from alcli.project import pool
from alcli.project.config import Config
from alcli.project.faults import need_columns
from alcli.project.findings import Measured
from alcli.project.pool import Piece, Shard
from alcli.project.project import Project
from alcli.project.records import KeptTest, ShardRecord, from_lines, to_lines
from alcli.project.renaming import now_called
from alcli.project.vault import reading

if TYPE_CHECKING:
    import polars as pl

    from alcli.campaign.learning.fitting import Fitted
    from alcli.campaign.learning.learned import Read
    from alcli.contracts import Floats, Ints

FOLDER, ROWS = "test", "test.jsonl"
LABEL = "label"  # the column of the labels, where the pool's own is not there
_NUMBER = "alcli_number"  # stands for the id where the pool, or the test file, has none


class KeptRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of `test.jsonl`: a row of the file, and how many it stands for."""

    row: int
    id: str
    label: str
    times: int = 1


@dataclass(frozen=True)
class Kept:
    """A test file in the folder of the step that keeps it; `hashes` are those of its files, as far as known."""

    folder: Path
    did: KeptTest
    hashes: dict[str, str]

    @classmethod
    def of(cls, project: Project) -> Kept | None:
        """That of a project; None where it has none."""
        first = project.committed[0]
        did = getattr(first.step.did, "test", None)
        return Kept(first.folder, did, {name: p.sha256 for name, p in first.step.payload.items()}) if did else None

    @cached_property
    def shards(self) -> tuple[Shard, ...]:
        """Its slices."""
        return tuple(
            Shard(self.folder / shard.name, shard.first, shard.rows, self.hashes.get(shard.name, ""))
            for shard in self.did.shards
        )

    @cached_property
    def rows(self) -> list[KeptRow]:
        """Its labelled rows."""
        path = self.folder / ROWS
        with reading(path):
            return from_lines(path.read_bytes(), KeptRow)

    def table(self) -> pl.DataFrame:
        """Its labelled rows, with the columns that are kept."""
        import polars as pl

        return pl.concat(map(pool.table, self.shards))[[row.row for row in self.rows]]


def keep(staging: Path, file: Path, config: Config, vectors: Path | None = None) -> Kept:
    """Read a test file into a staging folder; `vectors` is its matrix, where the pool has one."""
    folder = staging / FOLDER
    folder.mkdir()
    label, named = _columns(file, config)
    name = config.pool.id if named else _NUMBER
    added = pool.write(
        _pieces(file, config, label, named),
        folder,
        id_column=name,
        label_column=label,
        content_columns=config.pool.content,
        vectors=vectors,
    )
    labels = carried(added, config.labels, str(file), label)
    if not labels:
        raise DataError(f"no row of {file} has a label in {label!r}", "wanted rows whose labels are known")
    rows, contradicted = _once(labels, dict(added.duplicates.tolist()))
    (staging / ROWS).write_bytes(to_lines(rows))
    did = KeptTest(
        shards=tuple(ShardRecord(f"{FOLDER}/{s.name}", s.first, s.rows) for s in added.shards),
        rows=len(rows),
        unlabelled=added.rows - len(labels),
        repeated=len(labels) - len(rows),
        contradicted=contradicted,
        labels_by_class=dict(Counter(label for *_, label in labels).most_common()),
    )
    return Kept(staging, did, {})


def _columns(file: Path, config: Config) -> tuple[str, bool]:
    """The column of the labels, and whether there are ids; refuses a file without what the model reads."""
    columns, there = config.pool, next(pool.read([file])).table.columns
    need_columns(columns.content, there, file)
    wanted = [name for name in dict.fromkeys((columns.label, LABEL)) if name and name not in columns.content]
    for label in wanted:
        if label in there:
            return label, bool(columns.id) and columns.id in there and columns.id != label
    raise DataError(
        f"{file} has no column {' or '.join(map(repr, wanted))}",
        f"call the column of the labels {LABEL!r}; it has: {', '.join(there)}",
    )


def _pieces(file: Path, config: Config, label: str, named: bool) -> Iterator[Piece]:
    """The columns that are kept; rows without ids are called by their numbers."""
    import polars as pl

    for piece in pool.read([file]):
        ids = piece.table[config.pool.id] if named else pl.Series(piece.numbers).cast(pl.String)
        name = config.pool.id if named else _NUMBER
        kept = dict.fromkeys((*config.pool.content, label))
        table = piece.table.select(column for column in kept if column != name)
        yield replace(piece, table=table.with_columns(ids.alias(name)))


def _once(labels: Sequence[tuple[int, str, str]], firsts: dict[int, int]) -> tuple[list[KeptRow], int]:
    """Each content with each of its labels once; and how many rows contradict an earlier one of their content."""
    alike = Counter((firsts.get(row, row), label) for row, _, label in labels)
    met: dict[tuple[int, str], KeptRow] = {}
    says: dict[int, str] = {}
    contradicted = 0
    for row, name, label in labels:
        content = firsts.get(row, row)
        contradicted += says.setdefault(content, label) != label
        met.setdefault((content, label), KeptRow(row, name, label, alike[content, label]))
    return list(met.values()), contradicted


@dataclass(frozen=True)
class Tested:
    """The test file's rows, and what a model that never saw them says of each.

    `classes` are the model's, `named` of them, then those that only the test file has; `times` (t,) are how many rows
    each stands for.
    """

    classes: tuple[str, ...]
    found: OutOfFold
    times: Ints
    seed: int
    named: int

    @classmethod
    def of(cls, project: Project, fitted: Fitted, read: Read, classes: tuple[str, ...]) -> Tested | None:
        """Those of a project, judged by a model just fitted on these features; None where it has no test file.

        Rows of a class that was split or retired since are left out: nobody has said what they are now.
        """
        kept = Kept.of(project)
        if kept is None:
            return None
        rows = [(row, name) for row in kept.rows if (name := now_called(row.label, project.state.relabelled))]
        if not rows:
            return None
        number = {name: k for k, name in enumerate(dict.fromkeys((*classes, *sorted({name for _, name in rows}))))}
        y = np.array([number[name] for _, name in rows])
        proba = np.zeros((len(y), len(number)))
        proba[:, : len(classes)] = fitted.proba(read.of_rows(kept.shards, [row.row for row, _ in rows]))
        times = np.array([row.times for row, _ in rows])
        return cls(tuple(number), OutOfFold(proba, y < len(classes), y), times, project.state.seed, len(classes))

    @property
    def temperature(self) -> float | None:
        """What calibrates the model; None where rows of its classes are too few."""
        return self.found.temperature if self.found.known.sum() >= FEWEST_ROWS else None

    def measured(self) -> Measured:
        """The figures, with their intervals. A class that the model does not know is always called wrong."""
        y, said = self.found.y, self.found.proba.argmax(axis=1)
        weights: Floats = self.times / self.times.mean()
        return Measured(
            source="test",
            n=len(y),
            estimates=honest.estimates(y, said, self.classes, weights, self.seed, self.named),
            calibration_error=calibration_error(self.found.calibrated, y) if self.temperature else None,
        )
