"""CSV: a batch for people in a spreadsheet, and what spreadsheets make of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from alcli.contracts import Handoff, HandoffRefused, Remark, Returned, ReturnedRow
from alcli.core.columns import Located, locate, overlooked, table
from alcli.core.delimited import Record, records
from alcli.core.inert import inert, restore, visible

__all__ = ["Csv"]

BOM = "\ufeff"
DELIMITERS = ",;\t"
WANTS_QUOTES = "a cell with a delimiter in it wants quotes"

_SEP_LINE = re.compile(r'"?sep=.?"?(?:\r\n|\r|\n)', re.IGNORECASE)


@dataclass(frozen=True)
class Csv:
    """A spreadsheet's CSV: comma, semicolon or tab, any order of rows and columns.

    Rows end in a line feed, which every tool reads and which leaves the last column clean for tools that work
    by lines. Text beyond ASCII gets a byte order mark: without one Excel shows `Ã©` for `é`. Plain ASCII gets
    none, since other tools take the mark for a part of the first column's name. Cells that are not blank are
    quoted: that keeps a lone CR in its cell, and LibreOffice, told to take quoted cells as text, leaves them
    whole.

    >>> from alcli.contracts import HandoffRow
    >>> row = HandoffRow("r001-001-k7", "00123", ("=1+1",), "drawn")
    >>> print(Csv().write(Handoff("id", ("text",), (), (row,))), end="")
    "alcli_id","id","text","label","comment","reason"
    "r001-001-k7","00123","'=1+1",,,"drawn"
    """

    suffix = ".csv"

    def write(self, handoff: Handoff) -> str:
        """The file's text; the same batch gives the same text."""
        header, rows = table(handoff)
        text = "".join(",".join(map(_quoted, cells)) + "\n" for cells in (header, *rows))
        return text if text.isascii() else BOM + text

    def recognises(self, text: str) -> bool:
        """Whether the first line is several cells rather than JSON."""
        first = text.removeprefix(BOM).lstrip().split("\n", 1)[0]
        return not first.startswith(("{", "[")) and any(delimiter in first for delimiter in DELIMITERS)

    def read(self, text: str, id_column: str, shown_columns: Sequence[str]) -> Returned:
        """The rows of a returned file; raises `HandoffRefused` when it is not understood as a whole."""
        text = text.removeprefix(BOM)
        sep_line = _SEP_LINE.match(text)
        start, line = (sep_line.end(), 2) if sep_line else (0, 1)
        sheet = _Sheet(text[start:], line, id_column, shown_columns)
        if sep_line:
            sheet.warnings.append(Remark("the first line is Excel's sep=, not a header; it was passed over", 1))
        rows = tuple(sheet.rows())
        if not rows and not sheet.refused:
            raise HandoffRefused("the file holds a header and no rows")
        unended = None if text.endswith(("\n", "\r")) else sheet.last_line
        return Returned(rows, tuple(sheet.refused), tuple(sheet.warnings), unended)


class _Sheet:
    """One returned file while it is read."""

    def __init__(self, text: str, line: int, id_column: str, shown_columns: Sequence[str]) -> None:
        self.text, self.line = text, line
        self.delimiter, self.header, self.at = self._header(id_column, shown_columns)
        self.width = max(at for at, name in enumerate(self.header.cells) if name.strip()) + 1
        self.refused: list[Remark] = []
        self.warnings = overlooked(list(map(restore, self.header.cells)), self.at)
        self.last_line = line

    def rows(self) -> Iterator[ReturnedRow]:
        """Every row that can be read; the others are noted on the way."""
        titles = [name.strip() for name in self.header.cells]
        for record in self._records(self.delimiter):
            self.last_line = record.line
            if record.line == self.header.line:
                continue
            if record.cells[0].strip() == titles[0] and [cell.strip() for cell in record.cells] == titles:
                self.warnings.append(Remark("the header stands here once more; it was passed over", record.line))
            elif fault := record.fault or self._misfit(record.cells):
                self.refused.append(
                    Remark(fault, record.line, self._id(record), visible(self.delimiter.join(record.cells)))
                )
            else:
                yield self._row(record)

    def _records(self, delimiter: str) -> Iterator[Record]:
        """The rows that are not blank."""
        return (record for record in records(self.text, delimiter, self.line) if any(map(str.strip, record.cells)))

    def _header(self, id_column: str, shown_columns: Sequence[str]) -> tuple[str, Record, Located]:
        """The delimiter that yields the columns we need, the header and where the columns stand."""
        refusals: dict[int, HandoffRefused] = {}  # by the number of columns
        for delimiter in DELIMITERS:
            first = _first(self._records(delimiter))
            try:
                if first.fault:
                    raise HandoffRefused(f"the header is torn: {first.fault}")
                return delimiter, first, locate(list(map(restore, first.cells)), id_column, shown_columns)
            except HandoffRefused as refusal:
                refusals.setdefault(len(first.cells), refusal)
        if max(refusals) > 1:
            raise refusals[max(refusals)]
        raise HandoffRefused(
            f"the first line is one column, '{visible(first.cells[0], 60)}'; "
            "the header must come first, its cells separated by commas, semicolons or tabs"
        )

    def _misfit(self, cells: list[str]) -> str:
        """Why a row's cells do not stand under the header's, if so."""
        if not self.width <= len(cells) <= len(self.header.cells):
            return f"the row has {len(cells)} cells and the header {len(self.header.cells)}; {WANTS_QUOTES}"
        if any(map(str.strip, cells[self.width :])):
            return f"the row goes on beyond the {self.width} columns of the header; {WANTS_QUOTES}"
        return ""

    def _id(self, record: Record) -> str:
        """What names a row that is refused."""
        at = self.at.id if self.at.id is not None else self.at.key
        return visible(record.cells[at]) if at is not None and at < len(record.cells) else ""

    def _row(self, record: Record) -> ReturnedRow:
        cells = [restore(cell) for cell in record.cells]
        return ReturnedRow(
            line=record.line,
            key=_cell(cells, self.at.key),
            id=_cell(cells, self.at.id),
            label=cells[self.at.label],
            annotator=_cell(cells, self.at.annotator),
            comment=_cell(cells, self.at.comment),
            shown={column: cells[at] for column, at in self.at.shown.items()},
        )


def _first(found: Iterator[Record]) -> Record:
    for record in found:
        return record
    raise HandoffRefused("the file is empty")


def _cell(cells: list[str], at: int | None) -> str | None:
    return None if at is None else cells[at]


def _quoted(cell: str) -> str:
    """A NUL is dropped: with one in it, no tool takes the file for text."""
    return '"' + inert(cell).replace('"', '""').replace("\0", "") + '"' if cell else ""
