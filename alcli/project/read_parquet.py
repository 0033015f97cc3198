"""Parquet -> tables of strings: numbers, dates, truth values as they print, lists and structs as JSON."""

from __future__ import annotations

import gzip
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from alcli.errors import DataError
from alcli.project.streams import opened

if TYPE_CHECKING:
    import polars as pl

ROW = 256  # bytes, about: what a block is divided by to get the rows read at once


@dataclass(frozen=True)
class ParquetFile:
    """A Parquet file: its schema has been read, its rows have not."""

    path: Path
    columns: tuple[str, ...]

    @classmethod
    def open(cls, path: Path) -> ParquetFile:
        """Read the schema. Raises `DataError` where the file is no Parquet file."""
        with parquet(path) as file:
            return cls(path, tuple(file.schema_arrow.names))

    def tables(self, block: int) -> Iterator[tuple[range, pl.DataFrame]]:
        """Rows (1 = the first) with their numbers, some `block` bytes at a time."""
        import polars as pl

        done = 0
        with parquet(self.path) as file:
            for batch in file.iter_batches(batch_size=max(1, block // ROW), use_threads=False):
                table = pl.DataFrame(batch)
                yield (
                    range(done + 1, done + 1 + len(table)),
                    table.select(as_text(column) for column in table),
                )
                done += len(table)


@contextmanager
def parquet(path: Path) -> Iterator[Any]:
    """A Parquet file, opened, for pyarrow; its faults are `DataError`, also while it is read."""
    import polars as pl
    import pyarrow as pa
    from pyarrow import parquet as arrow

    try:
        with (
            _seekable(path) as source,
            arrow.ParquetFile(source, pre_buffer=False, buffer_size=1 << 20) as file,
        ):
            yield file
    except (pa.ArrowException, pl.exceptions.PolarsError) as error:
        raise DataError(
            f"{path} cannot be read as Parquet: {str(error).splitlines()[0]}", "write it again, or as CSV"
        ) from None


@contextmanager
def _seekable(path: Path) -> Iterator[BinaryIO]:
    """A gzipped file is unpacked into a temporary one: Parquet is read from its end."""
    with opened(path) as stream:
        if not isinstance(stream, gzip.GzipFile):
            yield stream
            return
        with tempfile.TemporaryFile() as unpacked:
            shutil.copyfileobj(stream, unpacked, 1 << 20)
            yield unpacked


def as_text(column: pl.Series) -> pl.Series:
    """Any column as strings; nulls stay."""
    import polars as pl

    if not column.dtype.is_nested():
        return column.cast(pl.String)
    values = (None if v is None else json.dumps(v, ensure_ascii=False, default=str) for v in column.to_list())
    return pl.Series(column.name, list(values), dtype=pl.String)
