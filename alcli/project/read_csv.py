"""CSV and TSV -> tables of strings, block by block."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from alcli.core.counts import count
from alcli.core.handoff.inert import visible
from alcli.errors import DataError, Fault
from alcli.project.faults import Faults
from alcli.project.streams import as_utf8, head, opened

if TYPE_CHECKING:
    import polars as pl

# a row of these is read after the last one; where it does not come out, a quotation is still open
END = "\x1eend\x1e"
CLOSE = 'close it, or write it twice ("") where it is part of the text'


@dataclass(frozen=True)
class CsvFile:
    """A CSV or TSV file: its header has been read, its rows have not."""

    path: Path
    columns: tuple[str, ...]
    delimiter: str

    @classmethod
    def open(cls, path: Path) -> CsvFile:
        """Read the header. Raises `DataError` where there is none."""
        names, delimiter = _header(path, head(path).decode("utf-8-sig", "replace"))
        return cls(path, tuple(names), delimiter)

    def tables(self, block: int) -> Iterator[tuple[range, pl.DataFrame]]:
        """Data rows (1 = the first) with their numbers, some `block` bytes of the file at a time.

        Raises `DataError` for rows with a wrong number of fields (all of them are counted), bytes that are
        not UTF-8, and a quotation mark that is never closed.
        """
        import polars as pl
        from pyarrow.lib import ArrowInvalid

        progress, done = _Progress(), 0
        with opened(self.path) as stream, _undecodable_rows_unsaid():
            try:
                with closing(self._batches(stream, block, progress.refused)) as batches:
                    for batch in _without_end(progress.through(batches)):
                        yield range(done + 1, done + 1 + len(batch)), pl.DataFrame(batch)
                        done += len(batch)
            except ArrowInvalid as error:
                raise self._explained(str(error), progress, block) from None
            except _StillOpen:
                raise DataError(
                    f"{self.path}: a quotation mark opened in row {progress.row} or before is never closed",
                    CLOSE,
                ) from None
        if progress.refused.count:
            raise self._wrong_widths(progress.refused)

    def _batches(self, stream: BinaryIO, block: int, refused: Faults) -> Any:
        import pyarrow as pa
        from pyarrow import csv as arrow

        last = f"\n{self.delimiter.join([END] * len(self.columns))}\n"
        return arrow.open_csv(
            pa.PythonFile(_Followed(stream, last.encode()), mode="r"),
            # one thread: with more, Arrow cannot tell the number of a refused row
            read_options=arrow.ReadOptions(use_threads=False, block_size=block),
            parse_options=arrow.ParseOptions(
                delimiter=self.delimiter,
                newlines_in_values=True,
                invalid_row_handler=lambda row: self._narrow_or_wide(row, refused),
            ),
            convert_options=arrow.ConvertOptions(column_types=dict.fromkeys(self.columns, pa.string())),
        )

    def _explained(self, error: str, progress: _Progress, block: int) -> DataError:
        if "straddl" in error:
            return DataError(
                f"{self.path}: a row after row {progress.row} is longer than {block:,} bytes; "
                "probably a quotation mark is opened there and never closed",
                CLOSE,
            )
        where = re.search(r"column #(\d+): Row #(\d+).*UTF-?8", error, re.IGNORECASE)
        if where:
            row, column = int(where[2]) - 1, self.columns[int(where[1])]
            return DataError(
                f"{self.path} is not UTF-8: row {row}, column {column!r}",
                as_utf8(self.path),
                [Fault("not UTF-8", str(self.path), row, column=column, unit="row")],
            )
        ragged = re.search(r"Row #(\d+): Expected", error)  # a row that could not even be handed to us
        if ragged:
            return DataError(f"{self.path} is not UTF-8: row {int(ragged[1]) - 1}", as_utf8(self.path))
        return DataError(f"{self.path} cannot be read as CSV: {visible(error, 200)}", "save it as CSV (UTF-8)")

    def _narrow_or_wide(self, row: Any, refused: Faults) -> str:
        reason = f"{count(row.actual_columns, 'field')} where the header has {row.expected_columns}"
        # Arrow counts the header too
        refused.add(Fault(reason, str(self.path), row.number - 1, value=row.text[:80], unit="row"))
        return "skip"

    def _wrong_widths(self, refused: Faults) -> DataError:
        first = refused.shown[0]
        many = f"{refused.count:,} rows have a wrong number of fields; the first is row {first.line}:"
        has = many if refused.count > 1 else f"row {first.line} has"
        return DataError(
            f"{self.path}: {has} {first.reason}",
            f"put fields that contain {self.delimiter!r} in quotation marks",
            refused.shown,
        )


@contextmanager
def _undecodable_rows_unsaid() -> Iterator[None]:
    """Arrow prints a traceback for a ragged row that is not UTF-8, and then raises what `_explained` explains."""
    before = sys.unraisablehook
    sys.unraisablehook = lambda told: None if told.exc_type is UnicodeDecodeError else before(told)
    try:
        yield
    finally:
        sys.unraisablehook = before


class _StillOpen(Exception):
    """The file ended inside a quotation."""


class _Followed:
    """A stream for Arrow, with something more at its end.

    No read ends between CR and LF: Arrow drops an LF at the start of a block, even inside a quotation.
    """

    closed = False

    def __init__(self, stream: BinaryIO, more: bytes) -> None:
        self.stream, self.more, self.held = stream, more, b""

    def read(self, size: int) -> bytes:
        data = self.held + self.stream.read(size - len(self.held))
        self.held = b""
        if not data:
            data, self.more = self.more, b""
        elif data.endswith(b"\r") and len(data) > 1:
            data, self.held = data[:-1], b"\r"
        return data

    def close(self) -> None:
        self.closed = True


class _Progress:
    """How far the reading has come."""

    def __init__(self) -> None:
        self.rows = 0
        self.refused = Faults()

    @property
    def row(self) -> int:
        """The number of the last row, taken or refused."""
        return self.rows + self.refused.count

    def through(self, batches: Iterable[Any]) -> Iterator[Any]:
        """The batches, counted."""
        for batch in batches:
            self.rows += batch.num_rows
            yield batch


def _without_end(batches: Iterable[Any]) -> Iterator[Any]:
    """The batches without the row of `END`, which must be the last. Raises `_StillOpen` if it is not."""
    held = None
    for batch in batches:
        if batch.num_rows:
            if held is not None:
                yield held
            held = batch
    if held is None or held.column(0)[-1].as_py() != END:
        raise _StillOpen
    if held.num_rows > 1:
        yield held.slice(0, held.num_rows - 1)


def _header(path: Path, text: str) -> tuple[list[str], str]:
    """The column names and the delimiter: the one that makes the most of the header."""
    delimiters = "\t" if path.name.lower().endswith((".tsv", ".tsv.gz")) else ",;\t|"
    if "\n" not in text:  # an old Macintosh ends lines so
        text = text.replace("\r", "\n")
    try:
        headers = {d: next(filter(None, csv.reader(io.StringIO(text), delimiter=d))) for d in delimiters}
    except (csv.Error, StopIteration):  # what they say is meant for programmers
        raise DataError(f"{path} has no header that can be read as CSV", "save it as CSV (UTF-8)") from None
    delimiter = max(delimiters, key=lambda d: len(headers[d]))
    names = headers[delimiter]
    return names, delimiter
