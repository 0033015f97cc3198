"""Bringing rows into a project: what `init` and `add` share."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from alcli.campaign.carried import carried
from alcli.campaign.joining.overlapping import Comparing
from alcli.campaign.learning.tested import Kept
from alcli.campaign.reserving import reserve
from alcli.errors import DataError
from alcli.project import durable, pool
from alcli.project.config import Config
from alcli.project.config import Labels as LabelSettings
from alcli.project.pool import Added, Shard
from alcli.project.project import DUPLICATES
from alcli.project.records import ANSWERS, AnswerRow, PoolAdded, ShardRecord, to_lines
from alcli.project.renaming import Relabelled


def stage(
    staging: Path,
    paths: Sequence[Path],
    config: Config,
    *,
    first_row: int = 0,
    known: Sequence[Shard] = (),
    vectors: Path | None = None,
    seed: int = 0,
    drawn_below: float | None = None,
    closed: Collection[int] = (),
    test: Kept | None = None,
    changes: Sequence[Relabelled] = (),
) -> PoolAdded:
    """Read pool files into a staging folder: shards, duplicates, the labels that the rows carry, the audit's draws.

    `closed` rows were chosen or have labels; `drawn_below` is as recorded when the first rows joined, None for these.
    Rows that are in the test file are left out: they are neither asked nor learned from. Labels that the rows carry may
    be of classes as they were before these `changes`.
    """
    if config.pool.vectors and vectors is None:
        raise DataError("this pool has a matrix: the new rows need theirs", "--vectors FILE.npy or FILE.parquet")
    folder = staging / "pool"
    folder.mkdir()
    comparing = Comparing(config.pool, test.table()) if test else None
    pieces = pool.read(paths)
    added = pool.write(
        comparing.apart(pieces) if comparing else pieces,
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
    shards = tuple(ShardRecord(f"pool/{s.name}", s.first, s.rows) for s in added.shards)
    here = [Shard(staging / shard.name, shard.first, shard.rows) for shard in shards]
    if test and not known:
        _fit_together(here, test, vectors is not None)
    seeds = _seed_set(added, [*known, *here], config.labels, changes, ", ".join(path.name for path in paths))
    if seeds.rows:
        (staging / ANSWERS).write_bytes(to_lines(seeds.rows))
    twins = dict(added.duplicates.tolist())
    labelled = [twins.get(answer.row, answer.row) for answer in seeds.rows]
    reserved, below = reserve(staging, first_row, added.rows, drawn_below, twins, {*closed, *labelled}, seed)
    return PoolAdded(
        shards=shards,
        rows=added.rows,
        duplicates=len(added.duplicates),
        known=added.known,
        repeats=added.repeats,
        contradicted=added.contradicted + seeds.contradicted,
        ignored=added.ignored,
        labels=len(seeds.rows),
        files=tuple(path.name for path in paths),
        project="" if known else _name(staging, shards, seed),
        reserved=reserved,
        drawn_below=below,
        test=test.did if test and not known else None,
        overlap=comparing.overlap if comparing else None,
    )


def _fit_together(shards: Sequence[Shard], test: Kept, vectors: bool) -> None:
    """Refuse a test file that leaves no pool, or has other vectors."""
    if not shards:
        raise DataError("every row of the pool is in the test file", "hand in a pool that is another file")
    if vectors:
        of_pool, of_test = (pool.vectors(each[0]).shape[1] for each in (shards, test.shards))
        if of_pool != of_test:
            raise DataError(
                f"the test file has vectors of {of_test} numbers, the pool has vectors of {of_pool}",
                "make them with the same model",
            )


@dataclass(frozen=True)
class _SeedSet:
    """The labels that rows carried: one a content, and how many others contradicted it."""

    rows: list[AnswerRow]
    contradicted: int


def _seed_set(
    added: Added, shards: Sequence[Shard], labels: LabelSettings, changes: Sequence[Relabelled], file: str
) -> _SeedSet:
    """The labels that came with the rows; a twin's is that of its content."""
    twins = dict(added.duplicates.tolist())
    found: dict[int, str] = {}
    contradicted = 0
    for row, _, label in carried(added, labels, file, changes=changes):
        contradicted += found.setdefault(twins.get(row, row), label) != label
    names = pool.fetch(shards, list(found), ())[pool.ROW_ID]
    rows = [AnswerRow(row, name or "", label) for (row, label), name in zip(found.items(), names, strict=True)]
    return _SeedSet(rows, contradicted)


def _name(staging: Path, shards: Sequence[ShardRecord], seed: int) -> str:
    """A name for the project, that the same pool, seed and versions give again."""
    parts = [str(seed), *(durable.sha256(staging / shard.name) for shard in shards)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
