"""Tables of any height -> shards of equal height, written as the rows come."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

SHARD = 50_000  # rows
GROUP = 1_000  # rows in a row group: what `fetch` reads to get at one of them


@dataclass(frozen=True)
class ShardFile:
    """A shard as it was written: its file's name, the position of its first row, its rows."""

    name: str
    first: int
    rows: int


class ShardWriter:
    """Writes `part-0000.parquet`, `part-0001.parquet` ...; only the last has fewer than `height` rows.

    At most one row group waits in memory. lz4, no dictionaries, no statistics: a million documents of 38
    words take 0.8 CPU s and 185 MB; zstd 1.2 s and 111 MB, and 1.7 times as long to read again.
    """

    def __init__(self, folder: Path, first: int = 0, height: int = SHARD) -> None:
        self.folder, self.first, self.height = folder, first, height
        self.group = min(GROUP, height)
        self.shards: list[ShardFile] = []
        self._waiting: Any = None
        self._open: Any = None
        self._rows = 0

    def __enter__(self) -> ShardWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None and self._waiting is not None and self._waiting.num_rows:
            self._put(self._waiting)
        self._finish()

    def add(self, table: pl.DataFrame) -> None:
        """The next rows; every table has the same columns."""
        import polars as pl
        import pyarrow as pa

        rows = table.to_arrow(
            compat_level=pl.CompatLevel.newest()
        )  # string views, as polars has them: nothing is copied
        waiting = rows if self._waiting is None else pa.concat_tables([self._waiting, rows])
        while waiting.num_rows >= self.group:
            room = self.height - self._rows
            whole = min(room, waiting.num_rows - waiting.num_rows % self.group)
            self._put(waiting.slice(0, whole))
            waiting = waiting.slice(whole)
        self._waiting = waiting

    def _put(self, rows: Any) -> None:
        from pyarrow.parquet import ParquetWriter

        if self._open is None:
            path = self.folder / self._name()
            self._open = ParquetWriter(
                path, rows.schema, compression="lz4", use_dictionary=False, write_statistics=False
            )
        self._open.write_table(rows, row_group_size=self.group)
        self._rows += rows.num_rows
        if self._rows == self.height:
            self._finish()

    def _finish(self) -> None:
        if self._open is None:
            return
        self._open.close()
        self.shards.append(ShardFile(self._name(), self.first, self._rows))
        self.first += self._rows
        self._open, self._rows = None, 0

    def _name(self) -> str:
        return f"part-{len(self.shards):04d}.parquet"
