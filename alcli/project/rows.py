"""A piece as it was read -> rows of the pool: an id, the pool's own columns in order, the label apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from alcli.errors import DataError
from alcli.project.faults import need_columns
from alcli.project.reading import Piece
from alcli.project.shards import ROW_ID, Shard, column_names

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Layout:
    """Which columns a pool has: its own (without the label), the one with the ids, the one with labels."""

    own: tuple[str, ...]
    id_column: str | None
    label_column: str | None
    ignored: tuple[str, ...] = ()  # columns of the file that the pool does not have

    def rows(self, table: pl.DataFrame) -> pl.DataFrame:
        """The rows under their ids; where no column holds any, under ids made from all their columns."""
        import polars as pl

        absent = pl.lit(None, pl.String)
        own = table.select((pl.col(name) if name in table.columns else absent).alias(name) for name in self.own)
        ids = content_ids(own) if self.id_column is None else own[self.id_column].fill_null("")
        return own.select(pl.Series(ROW_ID, ids, dtype=pl.String), *self.own)

    def labels(self, piece: Piece, rows: pl.DataFrame, first: int) -> pl.DataFrame:
        """Rows of a piece whose label is not blank: `row` (counted from `first`), `id`, `label`."""
        import polars as pl

        label = pl.lit(None, pl.String) if self.label_column is None else piece.labels(self.label_column)
        row = pl.int_range(first, first + len(rows), dtype=pl.Int64)
        labels = rows.select(row.alias("row"), pl.col(ROW_ID).alias("id"), label.alias("label"))
        return labels.filter(pl.col("label").str.strip_chars() != "")


def layout(
    piece: Piece,
    known: Sequence[Shard],
    id_column: str | None,
    label_column: str | None,
    content: Sequence[str],
) -> Layout:
    """The layout of a pool with this piece. Raises `DataError` where columns are missing.

    Rows that are added (`known` is given) need the ids and the content; other columns of the pool may be absent, new
    ones are ignored. Where ids are made from the content, all columns are needed and no other.
    """
    there = piece.table.columns
    label = None if known and label_column not in there else label_column
    own = tuple(name for name in there if name != label)
    if known:
        own = tuple(name for name in column_names(known[0]) if name != ROW_ID)
    needed = (*content,) if known and id_column and content else own
    wanted = dict.fromkeys(name for name in (*needed, id_column, label, *content) if name is not None)
    need_columns(wanted, there, piece.path)
    more = [name for name in there if name not in {*own, *wanted}]
    if more and not id_column:
        raise DataError(
            f"{piece.path} has a column {more[0]!r}, which the pool does not have",
            f"leave it out; the pool has: {', '.join(own)}",
        )
    if ROW_ID in there:
        raise DataError(f"{piece.path} has a column {ROW_ID!r}, a name that alcli uses itself", "rename that column")
    return Layout(own, id_column, label, tuple(more))


def blank(ids: pl.Series) -> list[int]:
    """Where an id is missing."""
    return (ids.str.strip_chars() == "").arg_true().to_list()


def content_ids(table: pl.DataFrame) -> list[str]:
    """An id for each row that the same content always gives: `row-` and 16 hexadecimal digits of its BLAKE2b.

    The order of the columns does not matter, and null and the empty string are the same.
    """
    import polars as pl

    text = pl.all().fill_null("")
    # lengths before the values, so that ("ab", "c") and ("a", "bc") differ
    values = table.select(sorted(table.columns)).with_columns(pl.format("{}:{}", text.str.len_bytes(), text))
    rows = values.select(pl.concat_str(pl.all())).to_series()
    return [f"row-{blake2b(row.encode(), digest_size=8).hexdigest()}" for row in rows]
