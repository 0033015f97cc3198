"""Pool files -> pieces: tables of strings, exactly as written, and where they come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from alcli.core.handoff.inert import restore
from alcli.errors import DataError
from alcli.project.read_csv import CsvFile
from alcli.project.read_jsonl import JsonlFile
from alcli.project.read_parquet import ParquetFile
from alcli.project.streams import opened

if TYPE_CHECKING:
    import polars as pl

BLOCK = 4 << 20  # bytes of a file read at once; this, not the file, bounds the memory
TEXT_WORDS = 3  # a column reads as text from this many words a value on
KINDS: dict[str, type[CsvFile] | type[JsonlFile] | type[ParquetFile]] = {
    ".csv": CsvFile,
    ".tsv": CsvFile,
    ".jsonl": JsonlFile,
    ".ndjson": JsonlFile,
    ".parquet": ParquetFile,
}


@dataclass(frozen=True)
class Piece:
    """Some rows of one file: a table of String columns, and the number of each row in that file.

    Numbers count data rows from 1, in JSONL lines from 1. Rows `left_out`, by their place in the table, do not come
    into the pool.
    """

    table: pl.DataFrame
    path: Path
    numbers: Sequence[int]
    left_out: Sequence[int] = ()

    def labels(self, column: str) -> pl.Series:
        """The cells of a column of labels, in CSV without the guards that alcli itself puts before some."""
        cells = self.table[column]
        if _kind(self.path) is not CsvFile:
            return cells
        bare = {cell: restore(cell) for cell in cells.unique().drop_nulls() if cell != restore(cell)}
        return cells.replace(bare) if bare else cells


class _PoolFile(Protocol):
    @property
    def path(self) -> Path: ...

    @property
    def columns(self) -> tuple[str, ...]: ...

    def tables(self, block: int) -> Iterator[tuple[Sequence[int], pl.DataFrame]]: ...


def read(paths: Sequence[Path], *, block: int = BLOCK) -> Iterator[Piece]:
    """The rows of CSV, TSV, JSONL and Parquet files, each also gzipped, some `block` bytes at a time.

    Values stay as written: `00123`, `1E5`, `NA` and `1.10` are strings. Several files have the same columns,
    in any order. Raises `DataError` where a file cannot be read or understood, or holds other columns, or no
    file has rows.
    """
    files = [_opened(path) for path in paths]
    for file in files[1:]:
        _same_columns(files[0], file)
    rows = 0
    for file in files:
        for numbers, table in file.tables(block):
            rows += len(table)
            yield Piece(table.select(files[0].columns), file.path, numbers)
    if files and not rows:
        raise DataError(f"{', '.join(str(file.path) for file in files)}: no rows", "hand in a file with rows")


def guess_id(columns: Sequence[str]) -> str | None:
    """The column `id`, if there is one."""
    return next((name for name in ("id", "ID", "Id") if name in columns), None)


def guess_text(table: pl.DataFrame) -> list[str]:
    """The columns that read as text: several words a value, mostly different values; never the id column."""
    others = (name for name in table.columns if name != guess_id(table.columns))
    return [name for name in others if _is_text(table[name])]


def _is_text(column: pl.Series) -> bool:
    values = column.drop_nulls()
    values = values.filter(values.str.strip_chars() != "")
    # a word has a letter, so that a date is none; scripts without spaces count sign by sign
    words = values.str.count_matches(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|\S*\p{L}\S*").sum()
    return len(values) > 0 and words >= TEXT_WORDS * len(values) and values.n_unique() > len(values) / 2


def _kind(path: Path) -> type[CsvFile] | type[JsonlFile] | type[ParquetFile] | None:
    return KINDS.get(Path(path.name.lower().removesuffix(".gz")).suffix)


def _opened(path: Path) -> _PoolFile:
    kind = _kind(path)
    if kind is None:
        with opened(path):  # what is missing, a folder or not to be read has no wrong name
            pass
        raise DataError(
            f"{path}: a file that ends in {path.suffix or 'no suffix'!r} is not known",
            f"name it by its format: {', '.join(KINDS)}, each also with .gz",
        )
    file: _PoolFile = kind.open(path)
    _named_once(file)
    return file


def _named_once(file: _PoolFile) -> None:
    """Every column needs a name of its own."""
    for number, name in enumerate(file.columns, 1):
        if not name.strip():
            raise DataError(
                f"{file.path}: column {number} has no name",
                "name it in the header; in pandas, to_csv(..., index=False) leaves out the unnamed index",
            )
    twice = [name for name, times in Counter(file.columns).items() if times > 1]
    if twice:
        raise DataError(f"{file.path}: two columns are named {twice[0]!r}", "rename one of them in the header")
    if not file.columns:
        raise DataError(f"{file.path} has no columns", "hand in a file with at least one")


def _same_columns(first: _PoolFile, other: _PoolFile) -> None:
    differences = [
        f"{word} {', '.join(map(repr, names))}"
        for word, names in (
            ("lacks", [name for name in first.columns if name not in other.columns]),
            ("has", [name for name in other.columns if name not in first.columns]),
        )
        if names
    ]
    if differences:
        raise DataError(
            f"{other.path} {' and '.join(differences)}, unlike {first.path}",
            "give all files the same columns",
        )
