"""A table that came back, from delimited text or a workbook: its header, and the rows under it that can be trusted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from sys import intern

from alcli.contracts import HandoffRefused, Remark, Returned, ReturnedRow
from alcli.core.counts import count
from alcli.core.handoff.columns import Located, locate, overlooked
from alcli.core.handoff.delimited import Record, records
from alcli.core.handoff.inert import restore, visible
from alcli.core.handoff.values import Unreadable, seconds

BOM = "\ufeff"
DELIMITERS = ",;\t"
WANTS_QUOTES = "a cell with a delimiter in it wants quotes"
NO_TIME = "the time taken is no number in {}; it was passed over"

_SEP_LINE = re.compile(r'"?sep=.?"?(?:\r\n|\r|\n)', re.IGNORECASE)


@dataclass(frozen=True)
class Tool:
    """What a tool makes of a table.

    `aliases` are its names for our columns, `reserved` the names it uses itself. `guards`: cells may begin with the
    guard against formulas. `label` is what a cell of its label column says; it raises `Unreadable`.
    """

    aliases: Mapping[str, str] = field(default_factory=dict)
    reserved: frozenset[str] = frozenset()
    guards: bool = True
    label: Callable[[str], str] = str


SPREADSHEET = Tool()


def header_of(text: str) -> list[str]:
    """The cells of the first line, by the delimiter that finds most; none where the text is no table."""
    return _widest(text)[1]


def objects_of(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row of a table that a program wrote, by column; raises `HandoffRefused` where its cells do not fit."""
    text = text.removeprefix(BOM)
    delimiter, header = _widest(text)
    for number, record in enumerate(_filled(records(text, delimiter))):
        if record.fault or len(record.cells) != len(header):
            raise HandoffRefused(f"line {record.line} does not fit the header; export the file anew")
        if number:
            yield record.line, dict(zip(header, record.cells, strict=True))


def _widest(text: str) -> tuple[str, list[str]]:
    found: list[tuple[str, list[str]]] = [(DELIMITERS[0], [])]
    for delimiter in DELIMITERS:
        try:
            found.append((delimiter, _first(_filled(records(text.removeprefix(BOM), delimiter))).cells))
        except HandoffRefused:
            continue
    return max(found, key=lambda one: len(one[1]))


def read_delimited(text: str, id_column: str, shown_columns: Sequence[str], tool: Tool = SPREADSHEET) -> Returned:
    """The rows of a returned CSV; raises `HandoffRefused` when it is not understood as a whole."""
    text = text.removeprefix(BOM)
    sep_line = _SEP_LINE.match(text)
    start, line = (sep_line.end(), 2) if sep_line else (0, 1)
    sheet = _delimited(text[start:], line, id_column, shown_columns, tool)
    if sep_line:
        sheet.warnings.append(Remark("the first line is Excel's sep=, not a header; it was passed over", 1))
    unended = not text.endswith(("\n", "\r"))
    return sheet.read(unended)


def read_records(
    found: Iterable[Record], id_column: str, shown_columns: Sequence[str], tool: Tool = SPREADSHEET
) -> Returned:
    """The rows of a table whose cells are told apart already."""
    return _Sheet(_filled(found), ", ", id_column, shown_columns, tool).read(unended=False)


def _delimited(text: str, line: int, id_column: str, shown_columns: Sequence[str], tool: Tool) -> _Sheet:
    """The sheet by the delimiter that yields the columns we need."""
    refusals: dict[int, HandoffRefused] = {}  # by the number of columns
    for delimiter in DELIMITERS:
        first = _first(_filled(records(text, delimiter, line)))
        try:
            return _Sheet(_filled(records(text, delimiter, line)), delimiter, id_column, shown_columns, tool)
        except HandoffRefused as refusal:
            refusals.setdefault(len(first.cells), refusal)
    if max(refusals) > 1:
        raise refusals[max(refusals)]
    raise HandoffRefused(
        f"the first line is one column, '{visible(first.cells[0], 60)}'; "
        "the header must come first, its cells separated by commas, semicolons or tabs"
    )


class _Sheet:
    """One returned table while it is read."""

    def __init__(
        self, found: Iterator[Record], delimiter: str, id_column: str, shown_columns: Sequence[str], tool: Tool
    ) -> None:
        self.delimiter, self.tool = delimiter, tool
        self.header = _first(found)
        if self.header.fault:
            raise HandoffRefused(f"the header is torn: {self.header.fault}")
        names = [tool.aliases.get(name, name) for name in self._restored(self.header.cells)]
        self.at: Located = locate(names, id_column, shown_columns, tool.reserved)
        self.found = found
        self.width = max(at for at, name in enumerate(self.header.cells) if name.strip()) + 1
        self.refused: list[Remark] = []
        self.warnings = overlooked(names, self.at)
        self.last_line = self.header.line
        self.timeless = 0

    def read(self, unended: bool) -> Returned:
        """Every row that can be read, and why the others cannot."""
        rows = tuple(self._rows())
        if not rows and not self.refused:
            raise HandoffRefused("the file holds a header and no rows")
        if self.timeless:
            self.warnings.append(Remark(NO_TIME.format(count(self.timeless, "row"))))
        return Returned(rows, tuple(self.refused), tuple(self.warnings), self.last_line if unended else None)

    def _rows(self) -> Iterator[ReturnedRow]:
        titles = [name.strip() for name in self.header.cells]
        for record in self.found:
            self.last_line = record.line
            if record.cells[0].strip() == titles[0] and [cell.strip() for cell in record.cells] == titles:
                self.warnings.append(Remark("the header stands here once more; it was passed over", record.line))
                continue
            try:
                if fault := record.fault or self._misfit(record.cells):
                    raise Unreadable(fault)
                yield self._row(record.line, self._restored(record.cells))
            except Unreadable as why:
                cells = visible(self.delimiter.join(record.cells))
                self.refused.append(Remark(str(why), record.line, self._id(record), cells))

    def _misfit(self, cells: list[str]) -> str:
        """Why a row's cells do not stand under the header's, if so."""
        if not self.width <= len(cells) <= len(self.header.cells):
            cells_here = count(len(cells), "cell")
            return f"the row has {cells_here} and the header {len(self.header.cells)}; {WANTS_QUOTES}"
        if any(map(str.strip, cells[self.width :])):
            return f"the row goes on beyond the {self.width} columns of the header; {WANTS_QUOTES}"
        return ""

    def _id(self, record: Record) -> str:
        """What names a row that is refused."""
        at = self.at.id if self.at.id is not None else self.at.key
        return visible(record.cells[at]) if at is not None and at < len(record.cells) else ""

    def _row(self, line: int, cells: list[str]) -> ReturnedRow:
        at = self.at
        return ReturnedRow(
            line=line,
            key=_cell(cells, at.key),
            id=_cell(cells, at.id),
            label=intern(self.tool.label(cells[at.label])),  # few, and said again and again
            annotator=_cell(cells, at.annotator),
            comment=_cell(cells, at.comment),
            shown={column: cells[place] for column, place in at.shown.items()},
            seconds=self._seconds(_cell(cells, at.seconds)),
        )

    def _seconds(self, cell: str | None) -> float | None:
        took = seconds(cell) if cell else None
        self.timeless += bool(cell and cell.strip()) and took is None
        return took

    def _restored(self, cells: list[str]) -> list[str]:
        return list(map(restore, cells)) if self.tool.guards else cells


def _filled(found: Iterable[Record]) -> Iterator[Record]:
    """The rows that are not blank."""
    return (record for record in found if any(map(str.strip, record.cells)))


def _first(found: Iterator[Record]) -> Record:
    for record in found:
        return record
    raise HandoffRefused("the file is empty")


def _cell(cells: list[str], at: int | None) -> str | None:
    return None if at is None else cells[at]
