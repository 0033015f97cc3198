"""CSV: a batch for people in a spreadsheet, and what spreadsheets make of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alcli.contracts import Handoff, Returned
from alcli.core.handoff.columns import table
from alcli.core.handoff.content import Content, as_text, looks_like_json
from alcli.core.handoff.delimited import joined
from alcli.core.handoff.sheet import DELIMITERS, read_delimited

__all__ = ["Csv"]


@dataclass(frozen=True)
class Csv:
    """A spreadsheet's CSV: comma, semicolon or tab, any order of rows and columns.

    Rows end in a line feed, which every tool reads and which leaves the last column clean for tools that work
    by lines. Text beyond ASCII gets a byte order mark: without one Excel shows `Ã©` for `é`. Plain ASCII gets
    none, since other tools take the mark for a part of the first column's name. Cells that are not blank are
    quoted: that keeps a lone CR in its cell, and LibreOffice, told to take quoted cells as text, leaves them
    whole.

    >>> from alcli.contracts import HandoffRow
    >>> row = HandoffRow("r001-001-k7", "00123", ("=1+1",))
    >>> print(Csv().write(Handoff("id", ("text",), (), (row,))), end="")
    "alcli_id","id","text","label","comment"
    "r001-001-k7","00123","'=1+1",,
    """

    suffix = ".csv"
    plain = True
    utf8 = True

    def write(self, handoff: Handoff) -> str:
        """The file's text; the same batch gives the same text."""
        header, rows = table(handoff)
        return joined((header, *rows))

    def recognises(self, content: Content) -> bool:
        """Whether the first line is several cells rather than JSON."""
        if looks_like_json(content):
            return False
        first = as_text(content).lstrip().split("\n", 1)[0]
        return any(delimiter in first for delimiter in DELIMITERS)

    def read(self, content: Content, id_column: str, shown_columns: Sequence[str]) -> Returned:
        """The rows of a returned file; raises `HandoffRefused` when it is not understood as a whole."""
        return read_delimited(as_text(content), id_column, shown_columns)
