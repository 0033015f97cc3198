"""XLSX: a batch as a workbook, with the classes to choose from; and what Excel and LibreOffice save of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from alcli.contracts import Handoff, HandoffRefused, Remark, Returned
from alcli.core.handoff.archives import unpacked
from alcli.core.handoff.columns import ANNOTATOR, COMMENT, KEY, LABEL, table
from alcli.core.handoff.delimited import Record
from alcli.core.handoff.inert import visible
from alcli.core.handoff.sheet import Tool, read_records

__all__ = ["Xlsx"]

SHEET, CLASSES = "batch", "classes"
LONGEST_CELL = 32_767  # in UTF-16, as Excel counts
MOST_CELLS = 10_000_000  # of a sheet, from its first cell to its last: they are all laid out to be read
INSTALL = "workbooks want two packages more: pip install 'alcli[xlsx]'; or hand the batch out and in as CSV"
WIDTHS = {KEY: 14, LABEL: 18, COMMENT: 30, ANNOTATOR: 14}
SHOWN_WIDTH, ID_WIDTH = 60, 14
MADE = datetime(2000, 1, 1)  # the same batch gives the same bytes

_PLACE = re.compile(rb"<(?:\w+:)?(?:c|row)\s[^<]*?\br\s*=\s*[\"']([A-Za-z]*)(\d+)[\"']")


@dataclass(frozen=True)
class Xlsx:
    """A workbook for Excel and LibreOffice: every cell is text, a class is chosen from a list.

    Nothing in it runs. It wants the packages XlsxWriter and python-calamine: `pip install 'alcli[xlsx]'`.
    """

    suffix = ".xlsx"
    binary = True

    def write(self, handoff: Handoff) -> bytes:
        """The workbook; raises `ImportError` where XlsxWriter is missing."""
        try:
            from xlsxwriter import Workbook
        except ImportError:
            raise ImportError(INSTALL) from None
        file = BytesIO()
        with Workbook(file, {"in_memory": True}) as book:
            book.set_properties({"created": MADE})
            looks = {"num_format": "@", "text_wrap": True, "valign": "top"}
            self._batch(book, handoff, looks)
            self._classes(book, handoff, looks)
        return file.getvalue()

    def recognises(self, data: bytes) -> bool:
        """Whether this is a workbook: an archive with the parts of one."""
        return data.startswith(b"PK\x03\x04") and b"[Content_Types].xml" in data and b"xl/" in data

    def read(self, data: bytes, id_column: str, shown_columns: Sequence[str]) -> Returned:
        """The rows of the one sheet that has the columns of a batch; raises `HandoffRefused` where none has, or two."""
        if not self.recognises(data):
            raise HandoffRefused("the file is no workbook (.xlsx)")
        returned: dict[str, Returned] = {}
        refusals: dict[str, HandoffRefused] = {}
        for name, records in _sheets(data):
            try:
                returned[name] = read_records(records, id_column, shown_columns, Tool(guards=False))
            except HandoffRefused as refusal:
                refusals[name] = refusal
        if len(returned) > 1:
            named = " and ".join(f"'{visible(name, 40)}'" for name in returned)
            raise HandoffRefused(f"the sheets {named} are all batches; keep the one that is meant")
        if not returned:
            raise next(iter(refusals.values()), HandoffRefused("the workbook is empty"))
        (found,) = returned.values()
        others = [Remark(f"the sheet '{visible(name, 40)}' is no batch; it was passed over") for name in refusals]
        return replace(found, warnings=(*found.warnings, *others))

    def _batch(self, book: Any, handoff: Handoff, looks: dict[str, Any]) -> None:
        sheet = book.add_worksheet(SHEET)
        header, rows = table(handoff)
        text, title = book.add_format(looks), book.add_format({**looks, "bold": True})
        for at, cells in enumerate([header, *rows]):
            for column, cell in enumerate(cells):
                if cell:
                    sheet.write_string(at, column, _fitting(cell), text if at else title)
                else:
                    sheet.write_blank(at, column, None, text)
        for column, name in enumerate(header):
            shown = ID_WIDTH if column == 1 else SHOWN_WIDTH
            sheet.set_column(column, column, WIDTHS.get(name, shown), text)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(header) - 1)
        if handoff.classes:
            column = header.index(LABEL)
            source = f"={CLASSES}!$A$2:$A${len(_choices(handoff)) + 1}"
            sheet.data_validation(1, column, len(rows), column, {"validate": "list", "source": source})

    def _classes(self, book: Any, handoff: Handoff, looks: dict[str, Any]) -> None:
        """The list to choose from, on a sheet of its own: in the cell it would hold 255 characters and no commas."""
        if not handoff.classes:
            return
        sheet = book.add_worksheet(CLASSES)
        text, title = book.add_format(looks), book.add_format({**looks, "bold": True})
        sheet.set_column(0, 0, 30, text)
        sheet.set_column(1, 1, SHOWN_WIDTH, text)
        sheet.write_string(0, 0, "class", title)
        for at, name in enumerate(_choices(handoff), 1):
            told = handoff.guide.get(name)
            sheet.write_string(at, 0, _fitting(name), text)
            if told:
                sheet.write_string(at, 1, _fitting("\n".join((told.about, *told.examples))), text)


def _choices(handoff: Handoff) -> list[str]:
    return list(dict.fromkeys((*handoff.classes, *([handoff.skip] if handoff.skip else []))))


def _fitting(text: str) -> str:
    """What fits into a cell, without the two characters that XML cannot hold at all."""
    text = text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    if len(text) <= LONGEST_CELL // 2:
        return text
    return text.encode("utf-16-le")[: 2 * LONGEST_CELL].decode("utf-16-le", "ignore")


def _sheets(data: bytes) -> Iterator[tuple[str, Iterator[Record]]]:
    """Every sheet that is not empty, and not our own list of classes, with its rows."""
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError:
        raise HandoffRefused(INSTALL) from None
    try:
        for _, content in unpacked(data):
            _refuse_far_cells(content)
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height and name != CLASSES:
                yield name, _records(sheet)
    except (CalamineError, OSError, ValueError) as fault:
        raise HandoffRefused(f"the workbook is damaged ({visible(str(fault))}); save it anew, or as CSV") from None


def _refuse_far_cells(content: bytes) -> None:
    """A single cell far out makes a sheet of millions."""
    columns, rows = {b""}, {b"0"}
    for place in _PLACE.finditer(content):
        columns.add(place[1])
        rows.add(place[2])
    height, width = max(map(int, rows)), max(map(_column, columns))
    if height * width > MOST_CELLS:
        raise HandoffRefused(
            f"a sheet goes on to row {height} and column {width}; delete the empty rows and columns beyond the batch"
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _records(sheet: Any) -> Iterator[Record]:
    top = sheet.start[0] if sheet.start else 0
    for line, cells in enumerate(sheet.iter_rows(), top + 1):
        yield Record(line, [cell if isinstance(cell, str) else _text(cell) for cell in cells])


def _text(cell: Any) -> str:
    """A cell that is no text as it is shown, what a program made a number of without a fraction of nothing."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return (
        cell.isoformat(" ")
        if isinstance(cell, datetime)
        else cell.isoformat()
        if isinstance(cell, date | time)
        else str(cell)
    )
