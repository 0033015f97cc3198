"""Shards, the slices of the pool on disk. Positions count from 0 over all of them; ids are strings."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alcli.project.faults import need_columns
from alcli.project.vault import reading

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

ROW_ID = "alcli_row_id"


@dataclass(frozen=True)
class Shard:
    """A slice of the pool: its Parquet file, its first position, its rows, the hash of its content."""

    path: Path
    first: int
    rows: int
    sha: str = ""


def table(shard: Shard, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """These columns (None: all) of a shard, all of its rows."""
    import polars as pl

    with reading(shard.path):
        return pl.read_parquet(shard.path, columns=None if columns is None else list(columns))


def vectors_path(shard_path: Path) -> Path:
    """Where the vectors of a shard stand."""
    return shard_path.with_suffix(".vectors.npy")


def vectors(shard: Shard) -> NDArray[np.float32]:
    """The vectors of a shard (rows, d), memory-mapped."""
    import numpy as np

    path = vectors_path(shard.path)
    with reading(path):
        mapped: NDArray[np.float32] = np.load(path, mmap_mode="r")
    return mapped


def fetch(
    shards: Sequence[Shard], rows: Sequence[int], columns: Sequence[str] | None = None
) -> dict[str, list[str | None]]:
    """The ids (under `ROW_ID`) and columns (None: all) of the rows at these positions, in the order asked.

    Raises `DataError` for a column the pool does not have, `IndexError` for a position outside of it.

    Of each shard touched only the footer and the row groups asked for are read. 100 rows anywhere in a
    million documents: 0.04 CPU s and 20 MB with row groups of 1,000 rows, where a whole text column takes 0.3
    s and 300 MB. Groups of 250 rows save nothing more, and cost half as much again when written (the footers
    grow). Arrow's `take` and `array` are not used, because they import pandas (0.2 CPU s).
    """
    found: dict[int, dict[str, str | None]] = {}
    for shard, offsets in _by_shard(shards, rows):
        for offset, row in _rows(shard, offsets, columns):
            found[shard.first + offset] = row
    names = [ROW_ID, *(columns or ())] if columns is not None or not found else list(next(iter(found.values())))
    return {name: [found[row][name] for row in rows] for name in names}


def find(shards: Sequence[Shard], ids: Collection[str]) -> dict[str, int]:
    """The positions of these ids; those that are not in the pool are absent."""
    import polars as pl

    wanted = pl.Series(list(ids), dtype=pl.String)
    found: dict[str, int] = {}
    for shard in shards:
        names = table(shard, [ROW_ID])[ROW_ID]
        at = names.is_in(wanted.implode()).arg_true()
        found.update(zip(names[at], (shard.first + at).to_list(), strict=True))
    return found


def _by_shard(shards: Sequence[Shard], rows: Sequence[int]) -> Iterator[tuple[Shard, list[int]]]:
    ordered = sorted(shards, key=lambda shard: shard.first)
    starts = [shard.first for shard in ordered]
    offsets: dict[int, list[int]] = {}
    for row in sorted({int(row) for row in rows}):
        at = bisect_right(starts, row) - 1
        if at < 0 or row >= starts[at] + ordered[at].rows:
            raise IndexError(f"the pool has no row {row}")
        offsets.setdefault(at, []).append(row - starts[at])
    for at, wanted in offsets.items():
        yield ordered[at], wanted


def _rows(
    shard: Shard, offsets: Sequence[int], columns: Sequence[str] | None
) -> Iterator[tuple[int, dict[str, str | None]]]:
    """The rows at these ascending offsets, row group by row group."""
    from pyarrow.parquet import ParquetFile

    with reading(shard.path), ParquetFile(shard.path) as file:
        names = _names(file.schema_arrow.names, columns)
        start, waiting = 0, list(offsets)
        for number in range(file.num_row_groups):
            end = start + file.metadata.row_group(number).num_rows
            here, waiting = _split(waiting, end)
            if here:
                group: Any = file.read_row_group(number, columns=names, use_threads=False)
                values = {name: group.column(name) for name in names}
                yield from ((at, {name: values[name][at - start].as_py() for name in names}) for at in here)
            start = end


def _split(offsets: list[int], end: int) -> tuple[list[int], list[int]]:
    """Ascending offsets below `end`, and the others."""
    at = bisect_right(offsets, end - 1)
    return offsets[:at], offsets[at:]


def _names(there: Sequence[str], columns: Sequence[str] | None) -> list[str]:
    if columns is None:
        return list(there)
    need_columns((name for name in columns if name != ROW_ID), [name for name in there if name != ROW_ID], "the pool")
    return list(dict.fromkeys([ROW_ID, *columns]))


def column_names(shard: Shard) -> list[str]:
    """The columns of a shard, `ROW_ID` first."""
    from pyarrow.parquet import read_schema

    with reading(shard.path):
        return list(read_schema(shard.path).names)
