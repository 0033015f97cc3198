"""Bringing rows into a project: what `init` and `add` share."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from alcli.errors import DataError, Fault
from alcli.project import durable, pool
from alcli.project.config import Config
from alcli.project.project import DUPLICATES
from alcli.project.records import AnswerRow, PoolAdded, ShardRecord, to_lines

if TYPE_CHECKING:
    from alcli.project.pool import Shard

SHOWN_FAULTS = 10


def stage(
    staging: Path,
    paths: Sequence[Path],
    config: Config,
    *,
    first_row: int = 0,
    known: Sequence[Shard] = (),
    vectors: Path | None = None,
    seed: int | None = None,
) -> PoolAdded:
    """Read pool files into a staging folder: shards, duplicates, and the labels that the rows carry."""
    if config.pool.vectors and vectors is None:
        raise DataError("this pool has a matrix: the new rows need theirs", "--vectors FILE.npy or FILE.parquet")
    folder = staging / "pool"
    folder.mkdir()
    added = pool.write(
        pool.read(paths),
        folder,
        id_column=config.pool.id or None,
        label_column=config.pool.label or None,
        content_columns=config.pool.content,
        first_row=first_row,
        known=known,
        vectors=vectors,
    )
    if len(added.duplicates):
        np.save(staging / DUPLICATES, added.duplicates)
    labels = _seed_set(added.labels, config.labels.classes, config.labels.skip, ", ".join(p.name for p in paths))
    if labels:
        (staging / "answers.jsonl").write_bytes(to_lines(labels))
    shards = tuple(ShardRecord(f"pool/{s.name}", s.first, s.rows) for s in added.shards)
    return PoolAdded(
        shards=shards,
        rows=added.rows,
        duplicates=len(added.duplicates),
        known=added.known,
        repeats=added.repeats,
        contradicted=added.contradicted,
        labels=len(labels),
        files=tuple(path.name for path in paths),
        project="" if seed is None else _name(staging, shards, seed),
    )


def _seed_set(labels: object, classes: Sequence[str], skip: Sequence[str], file: str) -> list[AnswerRow]:
    """The labels that rows carried, trimmed; refused where the classes are fixed and others stand there."""
    rows = [
        AnswerRow(row=row, id=name, label=label.strip())
        for row, name, label in labels.iter_rows()  # type: ignore[attr-defined]  # a polars frame; not imported here
        if label.strip() and label.strip().lower() not in skip
    ]
    if classes:
        faults = [
            Fault("not one of the classes", file, None, answer.id, value=answer.label or "")
            for answer in rows
            if answer.label not in classes
        ]
        if faults:
            raise DataError(
                f"{file}: {len(faults)} labels are not among the classes {', '.join(classes)}",
                "mend the labels, or name every class with --classes",
                faults[:SHOWN_FAULTS],
            )
    return rows


def _name(staging: Path, shards: Sequence[ShardRecord], seed: int) -> str:
    """A name for the project that the same pool and seed give again."""
    parts = [str(seed), *(durable.sha256(staging / shard.name) for shard in shards)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
