"""Pieces -> the shards of a pool: every row once, under an id of its own.

Rows are written as they are read, as if each were new, and their fingerprints kept. When all are there, the
fingerprints tell which rows are known or repeated; only if there are such rows, the shards are written once
more without them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from alcli.project.fates import Origins, Seen, decide, duplicates, refuse
from alcli.project.fingerprints import BUCKET
from alcli.project.matrix import lay
from alcli.project.rows import Layout, blank, layout
from alcli.project.shard_writer import SHARD, ShardFile, ShardWriter
from alcli.project.shards import ROW_ID, Shard, column_names, table

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from alcli.project.fingerprints import Positions
    from alcli.project.reading import Piece


@dataclass(frozen=True)
class Added:
    """What `write` wrote.

    `rows` are new; `known` rows were in the pool already, `repeats` (only without an id column) were
    identical to an earlier row: both passed over. `duplicates` (m, 2) are new rows with the content of an
    earlier one: [row, first row with this content]. `labels` has a row for each label that came along: `row`,
    `id`, `label`. Where identical rows carry several labels the first stands, and `contradicted` counts the
    others. `ignored` are columns that the pool does not have.
    """

    shards: tuple[ShardFile, ...]
    rows: int
    known: int
    repeats: int
    duplicates: Positions
    labels: pl.DataFrame
    contradicted: int = 0
    ignored: tuple[str, ...] = ()


def write(
    pieces: Iterable[Piece],
    folder: Path,
    *,
    id_column: str | None,
    label_column: str | None,
    content_columns: Sequence[str],
    first_row: int = 0,
    known: Sequence[Shard] = (),
    vectors: Path | None = None,
    shard_rows: int = SHARD,
    bucket: int = BUCKET,
) -> Added:
    """Write pieces as shards into `folder`, at positions from `first_row` on; `known` are the shards so far.

    Raises `DataError` for missing columns, for vectors that do not fit, and, when all rows are read, for all
    that have no id, the id of another row, or a known id and other content: the first ten, and their count.
    """
    with tempfile.TemporaryDirectory(prefix=".reading-", dir=folder) as name:
        scratch = Path(name)
        seen = Seen.empty(scratch, content_columns, bucket)
        for shard in known:
            seen.add(table(shard, [ROW_ID, *content_columns] if content_columns else column_names(shard)))
        origins, labels = Origins(), []
        with ShardWriter(folder, first_row, shard_rows) as writer:
            shape: Layout | None = None
            for piece in pieces:
                shape = shape or layout(piece, known, id_column, label_column, content_columns)
                rows = shape.rows(piece.table)
                labels.append(shape.labels(piece, rows, origins.rows))
                origins.add(piece, blank(rows[ROW_ID]))
                seen.add(rows)
                writer.add(rows)
        fates = decide(seen, origins)
        refuse(origins, fates, _placed(folder, writer.shards), may_repeat=id_column is None)
        files = writer.shards if not fates.passed.any() else _without(fates.passed, writer, scratch)
        if vectors is not None:
            lay(
                vectors,
                _placed(folder, files),
                known,
                order=np.flatnonzero(~fates.passed),
                read=origins.rows,
                id_column=id_column,
                scratch=scratch,
            )
        homes = fates.homes(first_row)
        kept, contradicted = _settled(labels, homes)
        return Added(
            shards=tuple(files),
            rows=sum(file.rows for file in files),
            known=len(fates.known),
            repeats=len(fates.again),
            duplicates=duplicates(seen, fates, homes, known),
            labels=kept,
            contradicted=contradicted,
            ignored=shape.ignored if shape else (),
        )


def _placed(folder: Path, files: Sequence[ShardFile]) -> list[Shard]:
    return [Shard(folder / file.name, file.first, file.rows) for file in files]


def _without(passed: NDArray[np.bool_], written: ShardWriter, scratch: Path) -> list[ShardFile]:
    """Write the shards again without the rows that are passed over."""
    import polars as pl

    first = written.shards[0].first
    with ShardWriter(written.folder, first, written.height) as writer:
        for shard in _placed(scratch, written.shards):
            (written.folder / shard.path.name).rename(shard.path)
        for shard in _placed(scratch, written.shards):
            start = shard.first - first
            writer.add(pl.read_parquet(shard.path).filter(~passed[start : start + shard.rows]))
            shard.path.unlink()
    return writer.shards


def _settled(labels: Sequence[pl.DataFrame], homes: Positions) -> tuple[pl.DataFrame, int]:
    """The labels at their rows' positions, one a row; and how many were passed over for another one."""
    import polars as pl

    if not labels:
        return pl.DataFrame(schema={"row": pl.Int64, "id": pl.String, "label": pl.String}), 0
    found = pl.concat(labels)
    found = found.with_columns(pl.Series("row", homes[found["row"].to_numpy()], pl.Int64)).filter(pl.col("row") >= 0)
    kept = found.unique("row", keep="first", maintain_order=True)
    others = found.join(kept, on="row", suffix="_kept").filter(pl.col("label") != pl.col("label_kept"))
    return kept, len(others)
