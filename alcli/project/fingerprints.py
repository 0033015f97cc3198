"""Which rows repeat an earlier one, of any number of rows in bounded memory: 128-bit hashes in a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    Prints: TypeAlias = NDArray[np.uint64]
    Positions: TypeAlias = NDArray[np.int64]

BUCKET = 2_000_000  # rows compared at once
CHUNK = 500_000  # rows read from the file at once
SEEDS = (0x5EED, 0xFACE)


def fingerprints(table: pl.DataFrame) -> Prints:
    """A 128-bit hash of every row (n, 2), good within one run only; null and empty are the same."""
    import polars as pl

    row = pl.struct(pl.all().fill_null(""))
    return table.select(row.hash(seed).alias(str(seed)) for seed in SEEDS).to_numpy()


class Fingerprints:
    """The fingerprints of rows 0, 1, 2 ... in a file."""

    def __init__(self, path: Path, bucket: int = BUCKET) -> None:
        self.path, self.bucket = path, bucket
        self.rows = 0
        path.touch()

    def append(self, prints: Prints) -> None:
        """Add the fingerprints (n, 2) of the next rows."""
        with self.path.open("ab") as file:
            np.ascontiguousarray(prints).tofile(file)
        self.rows += len(prints)

    def at(self, rows: Positions) -> Prints:
        """The fingerprints (n, 2) of these rows; without any, all rows are alike."""
        if not self.rows:
            return np.zeros((len(rows), 2), np.uint64)
        return np.array(np.memmap(self.path, np.uint64, mode="r", shape=(self.rows, 2))[rows])

    def repeats(self) -> Positions:
        """Pairs (m, 2), ascending: a row whose fingerprint occurred before, and the first row that has it.

        Rows are compared bucket by bucket, by their hash: equal rows always meet.
        """
        buckets = 1 + self.rows // self.bucket
        found = []
        for number in range(buckets):
            rows, prints = self._bucket(number, buckets)
            found.append(rows[_repeats(prints)])
        pairs = np.concatenate(found)
        return pairs[np.argsort(pairs[:, 0])]

    def _bucket(self, number: int, buckets: int) -> tuple[Positions, Prints]:
        chosen = [(first + at, prints[at]) for first, prints, at in self._where(number, buckets)]
        if not chosen:
            return np.empty(0, np.int64), np.empty((0, 2), np.uint64)
        return np.concatenate([rows for rows, _ in chosen]), np.concatenate([prints for _, prints in chosen])

    def _where(self, number: int, buckets: int) -> Iterator[tuple[int, Prints, Positions]]:
        for first in range(0, self.rows, CHUNK):
            flat = np.fromfile(self.path, np.uint64, 2 * CHUNK, offset=16 * first)
            prints = flat.reshape(-1, 2)
            yield first, prints, np.flatnonzero(prints[:, 0] % np.uint64(buckets) == number)


def _repeats(prints: Prints) -> Positions:
    """Pairs (m, 2) of indices: a row whose fingerprint occurred before, and the first row that has it."""
    low = np.sort(prints[:, 0])
    if not (low[1:] == low[:-1]).any():  # as a rule, and three times as fast to see
        return np.empty((0, 2), np.int64)
    order = np.lexsort((prints[:, 1], prints[:, 0]))  # stable: the first of equal rows comes first
    starts = np.ones(len(order), bool)
    starts[1:] = (prints[order[1:]] != prints[order[:-1]]).any(axis=1)
    first = order[np.flatnonzero(starts)[np.cumsum(starts) - 1]]
    return np.stack([order, first], axis=1)[~starts]
