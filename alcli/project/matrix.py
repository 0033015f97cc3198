"""A file of vectors -> one float32 array beside each shard, in the order of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from alcli.core.geometry import squared_norms
from alcli.errors import DataError
from alcli.project.fingerprints import Fingerprints, fingerprints
from alcli.project.read_parquet import as_text, parquet
from alcli.project.shards import ROW_ID, Shard, fetch, table, vectors, vectors_path

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from alcli.project.fingerprints import Positions

BATCH = 10_000  # rows of a Parquet file unpacked at once
MOST = np.finfo(np.float32).max / 4  # a squared length; two opposite rows are four times as far apart, squared


@dataclass(frozen=True)
class Matrix:
    """Numbers (n, d) in a file, mapped anew for each use, so that what was read does not stay in memory."""

    source: Path
    path: Path
    rows: int
    width: int
    raw: bool = False

    def take(self, at: Positions) -> NDArray[np.float32]:
        """Rows of it, as float32. Raises `DataError` for a number, or a distance to other rows, that is not finite."""
        shape = (self.rows, self.width)
        flat = self.raw
        mapped = np.memmap(self.path, np.float32, "r", shape=shape) if flat else np.load(self.path, mmap_mode="r")
        with np.errstate(over="ignore", invalid="ignore"):
            values: NDArray[np.float32] = mapped[at].astype(np.float32)
            good = squared_norms(values) < MOST
        if not good.all():
            first = int(np.argmin(good))
            where = f"{self.source}: row {int(at[first]) + 1}"
            if np.isfinite(values[first]).all():
                raise DataError(
                    f"{where} is too long a vector: its distance to others is not finite (as float32)",
                    "divide all vectors by the length of the longest",
                )
            raise DataError(f"{where} holds a number that is not finite (as float32)", "give every row finite numbers")
        return values


def lay(
    source: Path,
    shards: Sequence[Shard],
    known: Sequence[Shard],
    *,
    order: Positions,
    read: int,
    id_column: str | None,
    scratch: Path,
) -> None:
    """Write the vectors of new shards beside them; they are as long as those of the `known` shards.

    `order` (n,) says which of the `read` rows of the pool files each row of the shards was. A `.npy` (read,
    d) is in that order; a `.parquet` has a column of ids (`id_column`, or `id`) and a list column or number
    columns. Raises `DataError` where rows, ids or numbers are missing or wrong.
    """
    if source.suffix.lower() == ".npy":
        matrix = _from_npy(source, read)
    elif source.suffix.lower() == ".parquet":
        matrix, order = _from_parquet(source, shards, len(order), id_column, scratch)
    else:
        raise DataError(f"{source}: vectors are a .npy or a .parquet file", "--vectors FILE.npy or FILE.parquet")
    _as_wide(matrix, known)
    start = 0
    for shard in shards:
        np.save(vectors_path(shard.path), matrix.take(order[start : start + shard.rows]))
        start += shard.rows


def _as_wide(matrix: Matrix, known: Sequence[Shard]) -> None:
    if known and not vectors_path(known[0].path).exists():
        raise DataError("the pool has no vectors; those of its new rows would stand alone", "leave out --vectors")
    width = vectors(known[0]).shape[1] if known else matrix.width
    if width != matrix.width:
        raise DataError(
            f"{matrix.source} has vectors of {matrix.width} numbers, those of the pool have {width}",
            "make them with the same model",
        )


def _from_npy(source: Path, read: int) -> Matrix:
    try:
        shape, kind = _shape(source)
    except FileNotFoundError:
        raise DataError(f"there is no file {source}", "check the name and the folder") from None
    except (OSError, ValueError, EOFError) as error:
        raise DataError(f"{source} is not an array of numbers: {error}", "write it with numpy.save") from None
    if kind.kind not in "fiu":
        raise DataError(f"{source} is not a matrix of numbers: its dtype is {kind}", "save an (n, d) array of float32")
    if len(shape) != 2 or not shape[1]:
        raise DataError(f"{source} is not a matrix of numbers: its shape is {shape}", "save an (n, d) array")
    if shape[0] != read:
        raise DataError(
            f"{source} has {shape[0]:,} rows, the pool files have {read:,}",
            "save one vector a row, in their order",
        )
    return Matrix(source, source, shape[0], shape[1])


def _shape(source: Path) -> tuple[tuple[int, ...], np.dtype[Any]]:
    mapped = np.load(source, mmap_mode="r", allow_pickle=False)
    return mapped.shape, mapped.dtype


def _from_parquet(
    source: Path, shards: Sequence[Shard], rows: int, id_column: str | None, scratch: Path
) -> tuple[Matrix, Positions]:
    if id_column is None:
        raise DataError(f"{source} names its rows by id, but the pool has no id column", "--vectors FILE.npy")
    prints = Fingerprints(scratch / "vector-ids")
    matrix = _unpacked(source, id_column, prints, scratch / "vectors")
    for shard in shards:
        prints.append(fingerprints(table(shard, [ROW_ID])))
    pairs = prints.repeats()
    twice = pairs[pairs[:, 0] < matrix.rows]
    if len(twice):
        first, again = int(twice[0, 1]) + 1, int(twice[0, 0]) + 1
        raise DataError(f"{source}: row {again} has the id of row {first}", "keep one vector an id")
    order = np.full(rows, -1, np.int64)
    found = pairs[pairs[:, 1] < matrix.rows]
    order[found[:, 0] - matrix.rows] = found[:, 1]
    lacking = np.flatnonzero(order < 0)
    if len(lacking):
        name = fetch(shards, [shards[0].first + int(lacking[0])], ())[ROW_ID][0]
        raise DataError(
            f"{source} has no vector for {len(lacking):,} rows of the pool; the first is {name!r}",
            "ids are compared as they are written: '007' is not '7'",
        )
    return matrix, order


def _unpacked(source: Path, id_column: str, prints: Fingerprints, target: Path) -> Matrix:
    """The numbers of a Parquet file in a flat file, and the fingerprints of its ids."""
    import polars as pl

    rows = 0
    widths: set[int] = set()
    with parquet(source) as file, target.open("wb") as flat:
        name = _id_column(source, file.schema_arrow.names, id_column)
        for batch in file.iter_batches(batch_size=BATCH, use_threads=False):
            part = pl.DataFrame(batch)
            numbers = _numbers(source, part.drop(name), rows)
            prints.append(fingerprints(part.select(as_text(part[name]).alias(ROW_ID))))
            numbers.tofile(flat)
            rows += len(numbers)
            widths.add(numbers.shape[1])
    if len(widths) != 1 or 0 in widths:
        raise DataError(f"{source}: its vectors have lengths {sorted(widths)}", "give all rows equally many numbers")
    return Matrix(source, target, rows, widths.pop(), raw=True)


def _id_column(source: Path, names: Sequence[str], id_column: str) -> str:
    for name in (id_column, "id"):
        if name in names:
            return name
    raise DataError(f"{source} has no column {id_column!r}", f"it has: {', '.join(names)}")


def _numbers(source: Path, part: pl.DataFrame, before: int) -> NDArray[np.float32]:
    """The numbers of some rows (n, d): of one list column, or of number columns side by side."""
    import polars as pl

    if len(part.columns) == 1 and part.to_series().dtype.is_nested():
        return _lists(source, part.to_series(), before)
    wrong = [name for name, kind in part.schema.items() if not kind.is_numeric()]
    if wrong or not part.columns:
        raise DataError(
            f"{source}: column {wrong[0]!r} holds no numbers" if wrong else f"{source} has no column of numbers",
            "keep the id column and either one list column or number columns",
        )
    return part.select(pl.all().cast(pl.Float32, strict=False)).to_numpy()


def _lists(source: Path, column: pl.Series, before: int) -> NDArray[np.float32]:
    """A column of equally long lists as a matrix (n, d); a missing number is NaN."""
    import polars as pl

    inner = getattr(column.dtype, "inner", None)
    if inner is None or not (inner.is_numeric() or inner == pl.Null):
        raise DataError(
            f"{source}: column {column.name!r} holds {column.dtype}, not lists of numbers",
            "keep the id column and either one list column or number columns",
        )
    lists = column.cast(pl.List(pl.Float32), strict=False)
    lengths = lists.list.len().fill_null(0)
    ragged = (lengths != lengths[0]) | (lengths == 0) if len(lists) else lengths
    if ragged.any():
        row = before + int(ragged.arg_true()[0]) + 1
        raise DataError(
            f"{source}: the vector of row {row} has another length or is empty",
            "give all rows equally many numbers",
        )
    return lists.explode().to_numpy().reshape(len(lists), -1)
