"""Which group each row of the pool belongs to, by the value it has in a column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.errors import ConfigError
from alcli.project.config import Guard
from alcli.project.shards import ROW_ID, column_names

if TYPE_CHECKING:
    import polars as pl

    from alcli.contracts import Ints
    from alcli.project.pool import Shard

MOST = 20  # groups of a column with a name; rarer values are one group


@dataclass(frozen=True)
class Groups:
    """The commonest `values` of a column, the commonest first; `of` (n,) is the place among them of each row's own.

    Rows with one of `others` rarer values have the place behind the last. A cell that is missing is empty text.
    """

    column: str
    values: tuple[str, ...]
    others: int
    of: Ints

    @property
    def k(self) -> int:
        """How many groups there are."""
        return len(self.values) + bool(self.others)

    def counts(self, rows: Sequence[int] | Ints | None = None) -> Ints:
        """How many of these rows (None: of all) belong to each group."""
        of = self.of if rows is None else self.of[np.asarray(rows, np.int64)]
        return np.bincount(of, minlength=self.k)


def check(shards: Sequence[Shard], guard: Guard) -> None:
    """Refuse a column that the pool does not have."""
    if not guard.groups:
        return
    there = [name for name in column_names(shards[0]) if name != ROW_ID]
    missing = [name for name in guard.groups if name not in there]
    if missing:
        raise ConfigError(
            f"guard.groups: the pool has no column {', '.join(map(repr, missing))}", f"it has: {', '.join(there)}"
        )


def grouped(shards: Sequence[Shard], guard: Guard) -> list[Groups]:
    """The groups of each column that the specification names; of each shard one column is held at a time."""
    check(shards, guard)
    return [_of_column(shards, column) for column in dict.fromkeys(guard.groups)]


def _of_column(shards: Sequence[Shard], column: str) -> Groups:
    counted: Counter[str] = Counter()
    for shard in shards:
        value, count = _cells(shard, column).value_counts().get_columns()
        counted.update(dict(zip(value.to_list(), count.to_list(), strict=True)))
    commonest = sorted(counted, key=lambda value: (-counted[value], value))
    values = commonest if len(commonest) <= MOST + 1 else commonest[:MOST]  # a group of one value keeps its name
    place = {value: at for at, value in enumerate(values)}
    of = np.empty(sum(shard.rows for shard in shards), np.int32)
    for shard in shards:
        cells = _cells(shard, column)
        distinct = cells.unique()
        places = [place.get(value, len(values)) for value in distinct.to_list()]
        found = cells.replace_strict(distinct, places) if len(distinct) else cells
        of[shard.first : shard.first + shard.rows] = found.to_numpy()
    return Groups(column, tuple(values), len(commonest) - len(values), of)


def _cells(shard: Shard, column: str) -> pl.Series:
    import polars as pl

    from alcli.project import pool

    return pool.table(shard, [column])[column].cast(pl.String).fill_null("").alias("value")
