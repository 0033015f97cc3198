"""Labels as cells bring them: what is a class, what a spreadsheet has made of one, and what is neither."""

from __future__ import annotations

import pytest

from alcli.core.handoff.asked import RowRefused
from alcli.core.handoff.labels import Labels
from alcli.core.handoff.sameness import Sameness, same_text


@pytest.mark.parametrize(
    ("classes", "cell", "meant"),
    [
        (("01", "02", "other"), "2", "02"),
        (("1.0", "2.0"), "1", "1.0"),
        (("5%", "10%"), "5.00%", "5%"),
        (("1", "2"), "2,0", "2"),
    ],
)
def test_a_number_that_a_spreadsheet_wrote_in_its_own_way_is_the_class(
    classes: tuple[str, ...], cell: str, meant: str
) -> None:
    assert Labels(classes, True, (), [cell]).read(cell) == meant


@pytest.mark.parametrize(("classes", "cell"), [(("1", "1.0"), "1.00"), (("1", "2"), "3"), (("a", "b"), "1")])
def test_where_none_or_several_are_that_number_nothing_is_guessed(classes: tuple[str, ...], cell: str) -> None:
    with pytest.raises(RowRefused, match="is not a class"):
        Labels(classes, True, (), [cell]).read(cell)


def test_where_answers_bring_the_classes_a_number_is_what_it_says() -> None:
    assert Labels(("01",), False, (), ["1"]).read("1") == "1"


def test_a_spreadsheets_word_for_true_is_no_edit() -> None:
    assert same_text("true", "TRUE") is not Sameness.EDITED
    assert same_text("truth", "TRUTH") is Sameness.EDITED


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("[OTHER]", "brackets or braces around it are how tools write a list; write it without them"),
        ("#NAME?", "a spreadsheet writes it where a formula fails; write the class in its place"),
        ("a\u200bb", "it holds U+200B ZERO WIDTH SPACE, which does not print; leave it out"),
    ],
)
def test_what_cannot_be_a_new_class_is_refused_with_the_reason(cell: str, why: str) -> None:
    with pytest.raises(RowRefused) as refusal:
        Labels((), False, (), [cell]).read(cell)
    assert str(refusal.value).endswith(f" cannot be the name of a class: {why}")
