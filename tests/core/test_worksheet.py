"""A handoff CSV while it is labelled: the answers change, nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alcli.contracts import Handoff, HandoffRefused, HandoffRow
from alcli.core.handoff.worksheet import Answer, Worksheet
from alcli.formats.csv import Csv

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


def sheet(*texts: str) -> tuple[str, Worksheet]:
    """The file of a batch of these texts, and its rows."""
    rows = (HandoffRow(f"r001-{n:03}-k7", f"t{n}", (text,)) for n, text in enumerate(texts, 1))
    text = Csv().write(Handoff("id", ("text",), ("a", "b"), tuple(rows)))
    return text, Worksheet(text, "id", ("text",))


@given(st.lists(CELLS, min_size=1, max_size=4), CELLS, CELLS)
def test_what_was_handed_out_stays_as_it_is(texts: list[str], label: str, comment: str) -> None:
    _, desk = sheet(*texts)
    assert [shown["text"] for shown in desk.shown] == texts
    desk.record(0, Answer(label, comment, "=Ana", 12.5))
    back = Csv().read(desk.text(), "id", ("text",))
    assert [row.shown["text"] for row in back.rows] == texts
    assert [row.key for row in back.rows] == [f"r001-{n:03}-k7" for n, _ in enumerate(texts, 1)]
    first = back.rows[0]
    assert (first.label, first.comment, first.annotator, first.seconds) == (label, comment, "=Ana", 12.5)


def test_what_stands_in_the_file_counts_and_goes_on() -> None:
    _, desk = sheet("one", "two", "three")
    desk.record(1, Answer("b", annotator="Ana", seconds=3))
    again = Worksheet(desk.text(), "id", ("text",))
    assert again.n_labelled == 1
    assert again.answers[1] == Answer("b", "", "Ana", 3.0)
    assert (again.next(-1), again.next(0), again.next(2)) == (0, 2, 0)
    again.record(0, Answer("a"))
    again.record(2, Answer("a"))
    assert again.next(0) is None


def test_undo_takes_back_one_record_after_another() -> None:
    text, desk = sheet("one", "two")
    desk.record(0, Answer("a"))
    desk.record(0, Answer("b"))
    assert (desk.undo(), desk.answers[0].label) == (0, "a")
    assert (desk.undo(), desk.answers[0].label) == (0, "")
    assert desk.undo() is None
    again = Worksheet(desk.text(), "id", ("text",))
    assert again.answers == Worksheet(text, "id", ("text",)).answers


def test_other_columns_and_another_delimiter_are_kept() -> None:
    text = 'note;Comment;alcli_id;label;seconds;text\n"x; y";old;r001-001-k7;a;07;one\nz;;r001-002-k7;;;two\n'
    desk = Worksheet(text, "id", ("text",))
    desk.record(1, Answer("b", "new", "Ana"))
    assert desk.text() == (
        '"note","Comment","alcli_id","label","seconds","text","annotator"\n'
        '"x; y","old","r001-001-k7","a","07","one",\n'
        '"z","new","r001-002-k7","b",,"two","Ana"\n'
    )


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "alcli_id,label\n", "alcli_id,label\nr001-001-k7,a,b\n"])
def test_what_is_no_handoff_file_is_refused(text: str) -> None:
    with pytest.raises(HandoffRefused):
        Worksheet(text, "id", ("text",))
