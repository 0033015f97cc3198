"""What becomes of each row that was read: it is new, or known, or a repeat, or the whole file is refused."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from alcli.errors import DataError, Fault
from alcli.project.faults import SHOWN
from alcli.project.fingerprints import Fingerprints, fingerprints
from alcli.project.shards import ROW_ID, Shard, fetch

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from alcli.project.fingerprints import Positions
    from alcli.project.reading import Piece


@dataclass
class Seen:
    """The ids and contents of all rows so far, as fingerprints: those of the pool first, then those read."""

    ids: Fingerprints
    contents: Fingerprints
    content: Sequence[str]

    @classmethod
    def empty(cls, folder: Path, content: Sequence[str], bucket: int) -> Seen:
        """Nothing yet; the fingerprints are kept in files in `folder`."""
        return cls(Fingerprints(folder / "ids", bucket), Fingerprints(folder / "contents", bucket), content)

    def add(self, rows: pl.DataFrame) -> None:
        """The next rows. Where only vectors are the content, all columns tell whether a known row was changed."""
        self.ids.append(fingerprints(rows.select(ROW_ID)))
        watched = self.content or [name for name in rows.columns if name != ROW_ID]
        if watched:
            self.contents.append(fingerprints(rows.select(watched)))


@dataclass
class Origins:
    """Which file and row each row read comes from, the rows without an id, those that are left out."""

    rows: int = 0
    blank: list[int] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)
    _starts: list[int] = field(default_factory=list)
    _sources: list[tuple[Path, Sequence[int]]] = field(default_factory=list)

    def add(self, piece: Piece, blank: Sequence[int]) -> None:
        """A piece was read; `blank` are its rows without an id."""
        self._starts.append(self.rows)
        self._sources.append((piece.path, piece.numbers))
        self.blank += [self.rows + at for at in blank]
        self.left_out += [self.rows + at for at in piece.left_out]
        self.rows += len(piece.numbers)

    def of(self, row: int) -> tuple[Path, int]:
        """The file of a row and its number there."""
        at = bisect_right(self._starts, row) - 1
        path, numbers = self._sources[at]
        return path, numbers[row - self._starts[at]]


@dataclass(frozen=True)
class Fates:
    """What was found of the rows read, which are numbered from 0.

    `known` (k,) are in the pool already; `changed` (c,) too, with other content; `again` (r, 2) have an id
    that occurred before: [row, first row with it]; `left_out` (l,) are not wanted.
    """

    rows: int
    known: Positions
    again: Positions
    changed: Positions
    left_out: Positions

    @cached_property
    def passed(self) -> NDArray[np.bool_]:
        """The rows (n,) that do not come into the pool."""
        passed = np.zeros(self.rows, bool)
        passed[self.known] = passed[self.again[:, 0]] = passed[self.left_out] = True
        return passed

    def homes(self, first_row: int) -> Positions:
        """The position (n,) of each row in the pool: for a repeat that of the first, -1 if it does not join."""
        homes = first_row + np.cumsum(~self.passed) - 1
        homes[self.left_out] = -1
        homes[self.again[:, 0]] = homes[self.again[:, 1]]
        homes[self.known] = -1
        return homes


def decide(seen: Seen, origins: Origins) -> Fates:
    """Compare the rows read with those of the pool and with one another."""
    before = seen.ids.rows - origins.rows
    pairs = seen.ids.repeats()
    pairs = pairs[~np.isin(pairs[:, 0] - before, origins.blank)]
    old = pairs[:, 1] < before
    met = pairs[old]
    changed = (seen.contents.at(met[:, 0]) != seen.contents.at(met[:, 1])).any(axis=1)
    rows = met[:, 0] - before
    left_out = np.array(origins.left_out, np.int64)
    return Fates(origins.rows, rows[~changed], pairs[~old] - before, rows[changed], left_out)


def refuse(origins: Origins, fates: Fates, shards: Sequence[Shard], may_repeat: bool) -> None:
    """Raise `DataError` for rows without an id, with a used one (unless they `may_repeat`), or changed."""
    again = {} if may_repeat else dict(fates.again.tolist())
    wrong = {
        "no id": origins.blank,
        "the id of an earlier row": list(again),
        "a known id, but other content": fates.changed.tolist(),
    }
    first = sorted((row, reason) for reason, rows in wrong.items() for row in rows[:SHOWN])[:SHOWN]
    if not first:
        return
    ids = fetch(shards, [shards[0].first + row for row, _ in first], ())[ROW_ID]
    faults = []
    for (row, reason), name in zip(first, ids, strict=True):
        path, number = origins.of(row)
        if row in again:
            earlier, line = origins.of(again[row])
            reason = f"the id of row {line}" + (f" of {earlier}" if earlier != path else "")
        unit = "line" if ".jsonl" in path.name or ".ndjson" in path.name else "row"
        faults.append(Fault(reason, str(path), number, name or "", unit=unit))
    one, many = f"row {faults[0].line} has {faults[0].reason}", f"{_counted(wrong)}; the first is row {faults[0].line}"
    raise DataError(
        f"{faults[0].file}: {many if len(faults) > 1 else one}",
        "give every row an id of its own, or name another column: --id COLUMN; changed rows need a new id",
        faults,
    )


def duplicates(seen: Seen, fates: Fates, homes: Positions, known: Sequence[Shard]) -> Positions:
    """New rows with the content of an earlier one (m, 2): positions in the pool, [row, first row with it]."""
    if not seen.content:  # rows that look alike may have different vectors
        return np.empty((0, 2), np.int64)
    before = seen.ids.rows - fates.rows
    places = np.concatenate([np.empty(0, np.int64), *(s.first + np.arange(s.rows) for s in known), homes])
    pairs = seen.contents.repeats()
    pairs = pairs[pairs[:, 0] >= before]
    return places[pairs[~fates.passed[pairs[:, 0] - before]]]


def _counted(wrong: dict[str, list[int]]) -> str:
    return ", ".join(
        f"{len(rows):,} rows have {reason}" if len(rows) > 1 else f"a row has {reason}"
        for reason, rows in wrong.items()
        if rows
    )
