"""A workbook runs nothing, offers the classes, and comes back from programs that change what looks like a number."""

from __future__ import annotations

import datetime
import io
import sys
import zipfile
from typing import Any

import pytest
from annotating import zipped

from alcli.contracts import Guidance, Handoff, HandoffRefused, HandoffRow, Returned
from alcli.core.handoff import archives
from alcli.formats.xlsx import Xlsx

xlsxwriter = pytest.importorskip("xlsxwriter", reason="the extra alcli[xlsx] is not installed")
calamine = pytest.importorskip("python_calamine", reason="the extra alcli[xlsx] is not installed")

HEADER = ["alcli_id", "id", "text", "label", "comment"]


def workbook(*sheets: list[list[Any]], names: tuple[str, ...] = ("batch", "b", "c")) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in zip(names, sheets, strict=False):
            sheet = book.add_worksheet(name)
            for at, cells in enumerate(rows):
                sheet.write_row(at, 0, cells)
    return file.getvalue()


def read(data: bytes) -> Returned:
    return Xlsx().read(data, "id", ("text",))


def handoff(*texts: str, classes: tuple[str, ...] = ("a", "b, c")) -> Handoff:
    rows = tuple(HandoffRow(f"r001-{n:03}-ab", f"0{n}", (text,)) for n, text in enumerate(texts, 1))
    return Handoff("id", ("text",), classes, rows, guide={"a": Guidance("what is a", ("=1+1",))})


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def test_nothing_in_it_runs_and_every_cell_is_text() -> None:
    data = Xlsx().write(handoff("=1+1", "http://example.org", "00123", "@SUM(1)"))
    sheet = part(data, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet and "hyperlink" not in sheet and "hyperlink" not in part(data, "[Content_Types].xml")
    rows = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("batch").to_python()
    assert rows[0] == HEADER and [row[2] for row in rows[1:]] == ["=1+1", "http://example.org", "00123", "@SUM(1)"]
    assert [row[1] for row in rows[1:]] == ["01", "02", "03", "04"]


def test_the_classes_are_chosen_from_a_list_of_any_length() -> None:
    many = tuple(f"class, {n}" for n in range(200))
    data = Xlsx().write(handoff("x", "y", classes=many))
    sheet = part(data, "xl/worksheets/sheet1.xml")
    assert 'sqref="D2:D3"' in sheet and "<formula1>classes!$A$2:$A$202</formula1>" in sheet
    listed = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("classes").to_python()
    assert [row[0] for row in listed] == ["class", *many, "?"]
    assert "dataValidation" not in part(Xlsx().write(handoff("x", classes=())), "xl/worksheets/sheet1.xml")


def test_the_guide_stands_beside_the_classes() -> None:
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(Xlsx().write(handoff("x"))))
    assert book.get_sheet_by_name("classes").to_python()[1] == ["a", "what is a\n=1+1"]


def test_the_header_stays_in_sight() -> None:
    assert 'state="frozen"' in part(Xlsx().write(handoff("x")), "xl/worksheets/sheet1.xml")


def test_a_text_that_fits_no_cell_is_cut_where_excel_would() -> None:
    long, wide = Xlsx().write(handoff("x" * 40_000, "👍" * 20_000)), ""
    rows = read(long).rows
    wide = rows[1].shown["text"]
    assert len(rows[0].shown["text"]) == 32_767 and set(wide) == {"👍"} and len(wide) == 16_383


def test_what_programs_make_of_cells() -> None:
    day = datetime.date(2024, 1, 2)
    rows = [
        HEADER,
        ["r001-001-ab", 123, day, 1, ""],
        ["r001-002-cd", 1.5, True, "x", 2.0],
        ["", "", "", "", ""],
        ["r001-003-ef", "7", "t", "", ""],
    ]
    returned = read(workbook(rows))
    assert [(r.line, r.key, r.id, r.label) for r in returned.rows] == [
        (2, "r001-001-ab", "123", "1"),
        (3, "r001-002-cd", "1.5", "x"),
        (5, "r001-003-ef", "7", ""),
    ]
    assert returned.rows[0].shown == {"text": "2024-01-02"} and returned.rows[1].shown == {"text": "TRUE"}
    assert returned.rows[1].comment == "2"


def test_other_sheets() -> None:
    batch, notes = [HEADER, ["r001-001-ab", "1", "t", "x", ""]], [["to do"], ["ask Ben"]]
    returned = read(workbook(notes, batch, [], names=("notes", "mine", "empty")))
    assert returned.rows[0].label == "x" and "'notes'" in returned.warnings[0].reason and len(returned.warnings) == 1
    with pytest.raises(HandoffRefused, match="'batch' and 'b'"):
        read(workbook(batch, batch))
    with pytest.raises(HandoffRefused, match="no column 'label'"):
        read(workbook(notes))
    with pytest.raises(HandoffRefused, match="empty"):
        read(workbook([]))


def test_a_cell_far_out_is_refused_rather_than_laid_out() -> None:
    rows = [HEADER, ["r001-001-ab", "1", "t", "x", ""]]
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, cells in enumerate(rows):
            sheet.write_row(at, 0, cells)
        sheet.write_string(1_048_575, 16_383, "stray")
    with pytest.raises(HandoffRefused, match="row 1048576 and column 16384"):
        read(file.getvalue())


def test_a_row_of_no_sensible_number_is_refused() -> None:
    sheet = b'<worksheet><sheetData><row r="' + b"9" * 5_000 + b'"/></sheetData></worksheet>'
    with pytest.raises(HandoffRefused, match="damaged"):
        read(zipped({"[Content_Types].xml": b"<x/>", "xl/worksheets/sheet1.xml": sheet}))


def test_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 100_000)
    with pytest.raises(HandoffRefused, match="when it is unpacked"):
        read(workbook([HEADER, *(["r001-001-ab", "1", str(n) * 30_000, "x", ""] for n in range(9))]))


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 [Content_Types].xml xl/",
        zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<not closed"}),
        zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<workbook/>"}),
        workbook([HEADER])[:-200],
    ],
)
def test_what_is_damaged_is_refused(data: bytes) -> None:
    with pytest.raises(HandoffRefused):
        read(data)


def test_without_its_packages_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    data = workbook([HEADER])
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(HandoffRefused, match=r"alcli\[xlsx\]"):
        read(data)
    with pytest.raises(ImportError, match=r"alcli\[xlsx\]"):
        Xlsx().write(handoff("x"))
