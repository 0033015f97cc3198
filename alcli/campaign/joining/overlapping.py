"""What a pool's files have in common with the test file: told piece by piece, as they are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from alcli.project.config import Pool
from alcli.project.pool import Piece
from alcli.project.records import Overlap
from alcli.project.rows import content_ids

if TYPE_CHECKING:
    import polars as pl

SHOWN = 10  # ids that are remembered
_BETWEEN_WORDS = r"[^\p{L}\p{M}\p{N} ]+"  # all but letters with their marks, figures and spaces
_SPACES = " {2,}"  # apart: where most words have one space between them, that is twice as fast
_PLACE = "alcli_place"


@dataclass
class Met:
    """Rows of the pool's files that were met in the test file: how many, and the ids of the first."""

    rows: int = 0
    ids: list[str] = field(default_factory=list)


@dataclass
class Comparing:
    """Compares a pool's files with the rows of a test file, which has the columns that count.

    `same` have the content of a test row; where vectors alone are the content, its id. `near` ones do not, but their
    texts are those of a test row except for case, punctuation and white space.
    """

    columns: Pool
    test: pl.DataFrame
    same: Met = field(default_factory=Met)
    near: Met = field(default_factory=Met)

    def apart(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """The same pieces, with the rows left out that are in the test file."""
        for piece in pieces:
            if not {*self._content, *self.columns.text} <= {*piece.table.columns}:
                yield piece  # it will be refused
                continue
            same = _among(self._contents(piece.table), self._of_test[0])
            near = _among(self._words(piece.table), self._of_test[1]) - same
            for met, rows in ((self.same, same), (self.near, near)):
                met.ids += self._ids(piece.table[sorted(rows)[: SHOWN - len(met.ids)]])
                met.rows += len(rows)
            yield replace(piece, left_out=sorted(same))

    @property
    def overlap(self) -> Overlap:
        """What was found so far."""
        return Overlap(self.same.rows, tuple(self.same.ids), self.near.rows, tuple(self.near.ids))

    @cached_property
    def _of_test(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        return self._contents(self.test), self._words(self.test)

    @property
    def _content(self) -> tuple[str, ...]:
        return self.columns.content or tuple({self.columns.id} & {*self.test.columns})

    def _contents(self, table: pl.DataFrame) -> pl.DataFrame:
        import polars as pl

        return table.select(pl.col(self._content).fill_null(""))

    def _words(self, table: pl.DataFrame) -> pl.DataFrame:
        """The words of each row with a space between them; null where there is none."""
        import polars as pl

        if not self.columns.text:
            return pl.DataFrame()
        text = pl.concat_str(pl.col(self.columns.text).fill_null(""), separator=" ").str.to_lowercase()
        words = text.str.replace_all(_BETWEEN_WORDS, " ").str.replace_all(_SPACES, " ").str.strip_chars()
        return table.select(words=pl.when(words != "").then(words))

    def _ids(self, table: pl.DataFrame) -> list[str]:
        if self.columns.id in table.columns:
            return table[self.columns.id].fill_null("").to_list()
        return content_ids(table.drop(self.columns.label, strict=False)) if len(table) else []


def _among(rows: pl.DataFrame, others: pl.DataFrame) -> set[int]:
    """The places of rows that are among the others; a null is among none."""
    if not rows.columns:
        return set()
    return set(rows.with_row_index(_PLACE).join(others, on=rows.columns, how="semi")[_PLACE].to_list())
