"""Curves on a terminal: what stands beside them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alcli.show.plot import plot

SCORES = st.integers(0, 1000).map(lambda n: n / 1000)


@given(SCORES, SCORES)
def test_no_two_heights_read_the_same_and_all_lines_begin_alike(first: float, last: float) -> None:
    lines = plot([("a", [(10, first), (200, last)])])
    marks = [line.split("|")[0].strip() for line in lines[:14]]
    said = [mark for mark in marks if mark]
    assert len(said) == len(set(said)) == 7
    assert len({line.index("|") for line in lines[:14]} | {lines[14].index("+")}) == 1
    assert max(map(len, lines)) <= 80


@given(SCORES)
def test_what_never_changes_stands_on_an_axis_of_scores(score: float) -> None:
    lines = plot([("a", [(10, score), (200, score)])])
    marks = [float(line.split("%")[0]) for line in lines[:14] if "%" in line]
    assert min(marks) >= 0 and max(marks) <= 100
    assert [line.count("a") for line in lines if "a" in line] == [64]
