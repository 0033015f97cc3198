"""CSV goes out so that it comes back whole, and comes in as spreadsheets and careless hands leave it."""

from __future__ import annotations

import contextlib
import csv
import io
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alcli.contracts import Handoff, HandoffRefused, HandoffRow, Returned
from alcli.formats.csv import Csv

text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
awkward = text | st.sampled_from(["=1+1", "'=1", "a\rb", "a\r\nb", '"', "a,b;c\td|e", "\ufeff", "label", " ", "-1"])


@st.composite
def handoffs(draw: st.DrawFn) -> Handoff:
    columns = draw(st.lists(awkward, min_size=1, max_size=4, unique=True))
    id_column = draw(awkward)
    rows = draw(st.lists(st.tuples(awkward, st.tuples(*[awkward] * len(columns)), awkward), min_size=1, max_size=5))
    made = []
    for number, (row_id, shown, reason) in enumerate(rows, 1):
        if id_column in columns:
            row_id = shown[columns.index(id_column)]
        made.append(HandoffRow(f"r001-{number:03}-ab", row_id, shown, reason))
    return Handoff(id_column, tuple(columns), (), tuple(made))


def read(content: str, shown: tuple[str, ...] = ("text",)) -> Returned:
    return Csv().read(content, "id", shown)


def refusal(content: str) -> str:
    with pytest.raises(HandoffRefused) as caught:
        read(content)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@given(handoffs())
def test_what_goes_out_comes_back(handoff: Handoff) -> None:
    returned = Csv().read(Csv().write(handoff), handoff.id_column, handoff.shown_columns)
    assert not returned.refused and not returned.warnings and returned.unended is None
    assert [(row.key, row.id, row.label, row.comment) for row in returned.rows] == [
        (row.key, row.id, "", "") for row in handoff.rows
    ]
    for sent, back in zip(handoff.rows, returned.rows, strict=True):
        assert tuple(back.shown[column] for column in handoff.shown_columns) == sent.shown


@given(handoffs())
def test_python_reads_what_we_write(handoff: Handoff) -> None:
    written = Csv().write(handoff).removeprefix("\ufeff")
    table = list(csv.reader(io.StringIO(written, newline=""), strict=True))
    assert len(table) == len(handoff.rows) + 1
    assert {len(cells) for cells in table} == {len(table[0])}


def test_our_names_stay_ours() -> None:
    row = HandoffRow("r001-001-ab", "x1", ("pool's", "why", "x1"), "torn")
    handoff = Handoff("id", ("label", "Reason ", "id"), (), (row,))
    written = Csv().write(handoff)
    assert "reason" not in Csv().write(replace(handoff, rows=(replace(row, reason=""),)))
    assert written.splitlines()[0] == '"alcli_id","id","pool_label","pool_Reason ","label","comment","reason"'
    back = Csv().read(written, "id", ("label", "Reason ", "id")).rows[0]
    assert back.shown == {"label": "pool's", "Reason ": "why", "id": "x1"} and back.label == ""


def test_byte_order_mark_only_beyond_ascii() -> None:
    plain, accented = (Handoff("id", ("text",), (), (HandoffRow("k", "1", (t,)),)) for t in ("cafe", "café"))
    assert Csv().write(plain).isascii()
    assert Csv().write(accented).startswith("\ufeff")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "end"])
def test_delimiters_and_line_ends(delimiter: str, end: str, last: str) -> None:
    rows = [["id", "text", "label"], ["1", '"a, b; c"', "x"], ["2", '"two\nlines"', "y"], ["3", "", "z"]]
    content = end.join(delimiter.join(row) for row in rows) + (end if last else "")
    returned = read(content)
    assert [row.label for row in returned.rows] == ["x", "y", "z"]
    assert returned.rows[0].shown == {"text": "a, b; c"} and returned.rows[1].shown == {"text": "two\nlines"}
    assert (returned.unended is None) == bool(last)


def test_any_column_order_extra_and_unnamed_columns() -> None:
    returned = read(",label,who,text,id,,\n0,x,anna,hello,1,,\n,,,,,,\n1,y,ben,there,2,,\n")
    assert [(row.line, row.id, row.label) for row in returned.rows] == [(2, "1", "x"), (4, "2", "y")]
    assert returned.rows[0].key is None and returned.rows[0].annotator is None


def test_names_are_forgiven_where_one_column_is_meant() -> None:
    assert read("ID, Label ,text\n1,x,t\n").rows[0].label == "x"
    assert "two columns" in refusal("id,label,Label,text\n1,x,y,t\n")
    assert "two columns" in refusal("id,text,label,id\n1,t,x,2\n")


def test_lines_are_those_of_the_file() -> None:
    returned = read('sep=;\nid;text;label\n1;"a\n\nb";x\n\n2;c;y\n3;d\n')
    assert [row.line for row in returned.rows] == [3, 7]
    assert returned.refused[0].line == 8 and returned.refused[0].id == "3"
    assert returned.warnings[0].line == 1


def test_a_lone_cr_in_a_cell_survives() -> None:
    assert read("id,text,label\n1,a\rb,x\n2,c,y\n").rows[0].shown["text"] == "a\rb"
    assert read('id,text,label\r\n1,"a\r",x\r\n').rows[0].shown["text"] == "a\r"
    assert read('id,label,text\r\n1,x,"a\r"\r\n').rows[0].shown["text"] == "a\r"


@pytest.mark.parametrize("row", ["1,x", "1,a,b,x", '1,"a" b,x', "1,yes, no,x", "1,a,x,", '1, "a, b", x'])
def test_a_row_whose_cells_do_not_fit_is_refused_alone(row: str) -> None:
    returned = read(f"id,text,label\n{row}\n2,c,y\n")
    assert [(r.line, r.label) for r in returned.rows] == [(3, "y")]
    assert [remark.line for remark in returned.refused] == [2]


def test_a_label_pushed_under_an_unnamed_column_is_seen() -> None:
    returned = read("id,text,label,,\n1,yes, no,x,\n2,c,y,,\n")
    assert [r.id for r in returned.rows] == ["2"] and returned.refused[0].line == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('id,text,label\n1,a,x\n2,"b,y\n3,c,z\n', "line 3 never closes"),
        ('id,text,label\n1,"a,x\n2,"b",y\n', "line 2 swallows"),
        ("id,text,Sentiment\n1,a,x\n", "no column 'label'; the columns are id, text, Sentiment"),
        ("text,label\na,x\n", "neither a column 'alcli_id' nor 'id'"),
        ("Labels by Anna,,\n\nid,text,label\n1,a,x\n", "no column 'label'"),
        ("id|text|label\n1|a|x\n", "one column"),
        ("| id | text | label |\n|---|---|---|\n| 1 | a | x |\n", "one column"),
        ('"id,text,label"\n"1,a,x"\n', "one column"),
        ("id,text,label\n", "no rows"),
        ("__label__positive some text\n", "one column"),
    ],
)
def test_a_file_that_is_not_understood_is_refused(content: str, said: str) -> None:
    assert said in refusal(content)


def test_the_time_taken() -> None:
    returned = read('id,label,seconds\n1,x,7\n2,x,"3,5"\n3,x,\n4,x,soon\n5,x,-1\n6,x,nan\n')
    assert [row.seconds for row in returned.rows] == [7, 3.5, None, None, None, None]
    assert "in 3 rows" in returned.warnings[0].reason


def test_the_header_once_more_is_no_row() -> None:
    returned = read("id,text,label\n1,a,x\nid,text,label\n2,b,y\n")
    assert len(returned.rows) == 2 and returned.warnings[0].line == 3


def test_a_second_column_of_labels_is_named() -> None:
    assert "label_ben" in read("id,text,label,label_ben\n1,a,x,y\n").warnings[0].reason


@pytest.mark.parametrize("cell", ['""' * 1_000_000, "x" * 300_000, '"a' * 1_000_000, "\n" * 1_000_000])
def test_huge_cells_in_linear_time(cell: str) -> None:
    begin = time.process_time()
    for content in (
        f'id,text,label\n1,"{cell}",x\n',
        f'id,text,label\n1,"{cell}x\n',
        f'id,text,label\n1,a"{cell},x\n',
    ):
        with contextlib.suppress(HandoffRefused):
            read(content)
    assert time.process_time() - begin < 4


@given(st.text(st.characters(codec="utf-8") | st.sampled_from(',;\t"\r\n'), max_size=60))
def test_any_text_is_read_or_refused(rest: str) -> None:
    try:
        read("id,text,label\n" + rest)
    except HandoffRefused as refused:
        assert "\n" not in str(refused)


def test_recognises() -> None:
    assert Csv().recognises("\ufeffid;label\n1;x") and Csv().recognises("id,label\n")
    assert not Csv().recognises('{"id": 1, "label": 2}\n') and not Csv().recognises('[\n{"id": 1}]')
