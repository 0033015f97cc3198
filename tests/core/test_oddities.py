"""Classes taken for each other, texts labelled unread, one text with two labels: against numbers worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alcli.core.labelling.oddities import Haste, confused, contradicted, hasty


def rows(*runs: tuple[int, int, float, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels, likely labels and the probability of being wrong, of so many rows alike."""
    y, likely, wrong = (np.repeat([run[at] for run in runs], [run[3] for run in runs]) for at in range(3))
    return y.astype(np.int64), likely.astype(np.int64), wrong.astype(float)


def test_a_pair_that_goes_both_ways_is_told_with_its_counts_and_chance() -> None:
    # four classes of 20 rows: a wrong row of one goes to another with 20/60. Of 0 five of five are likely 1, and five
    # of six of 1 are likely 0: 1/3^5 = 0.0041 and 6 * 2/3 * 1/3^5 + 1/3^6 = 13/729 = 0.0178 for the rarer way
    y, likely, wrong = rows(
        (0, 1, 1, 5), (0, 0, 0, 15), (1, 0, 1, 5), (1, 2, 1, 1), (1, 1, 0, 14), (2, 2, 0, 20), (3, 3, 0, 20)
    )
    assert confused(y, likely, wrong) == [], "0.0178 is more than 0.05 / 6 pairs"
    y, likely, wrong = rows((0, 1, 1, 5), (0, 0, 0, 15), (1, 0, 1, 6), (1, 1, 0, 14), (2, 2, 0, 20), (3, 3, 0, 20))
    (pair,) = confused(y, likely, wrong)
    assert (pair.a, pair.b, pair.a_as_b, pair.b_as_a) == (0, 1, 5.0, 6.0)
    assert pair.chance == pytest.approx(1 / 3**5)
    assert pair.examples == (0, 20, 1, 21, 2), "the first rows of either side, by turns"


def test_confusion_one_way_is_not_told() -> None:
    y, likely, wrong = rows((0, 1, 1, 15), (0, 0, 0, 15), (1, 1, 0, 30), (2, 2, 0, 30))
    assert confused(y, likely, wrong) == []


def test_wrong_rows_that_go_anywhere_are_not_told() -> None:
    runs = [(a, b, 1.0, 4) for a in range(4) for b in range(4) if a != b]
    assert confused(*rows(*runs, *((a, a, 0.0, 20) for a in range(4)))) == []


def test_a_large_class_draws_more_by_chance() -> None:
    # nine of ten other rows are of class 1, so that 0 is taken for it says little
    y, likely, wrong = rows((0, 1, 1, 6), (0, 0, 0, 44), (1, 0, 1, 6), (1, 1, 0, 894), (2, 2, 0, 100))
    assert confused(y, likely, wrong) == []


def test_examples_are_the_likeliest_to_be_wrong_and_pairs_with_most_such_rows_come_first() -> None:
    y = np.array([0] * 30 + [1] * 30 + [2] * 30 + [3] * 30)
    likely, wrong = y.copy(), np.zeros(120)
    likely[:8], likely[30:38], likely[60:72], likely[90:102] = 1, 0, 3, 2
    wrong[:8], wrong[30:38] = np.linspace(0.65, 1, 8), np.linspace(1, 0.65, 8)
    wrong[60:72] = wrong[90:102] = 0.9
    first, second = confused(y, likely, wrong, examples=3)
    assert (first.a, first.b, second.a, second.b) == (2, 3, 0, 1)
    assert first.a_as_b == pytest.approx(12 * 0.9)
    assert second.examples == (7, 30, 6)


def test_with_two_classes_or_no_rows_nothing_is_told() -> None:
    assert confused(*rows((0, 1, 1, 20), (1, 0, 1, 20))) == []
    nothing = np.empty(0, np.int64)
    assert confused(nothing, nothing, np.empty(0)) == []


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.floats(0, 1)), max_size=60))
def test_examples_are_rows_of_the_pair(those: list[tuple[int, int, float]]) -> None:
    y, likely, wrong = (np.array([row[at] for row in those]) for at in range(3))
    for pair in confused(y.astype(np.int64), likely.astype(np.int64), wrong.astype(float)):
        assert pair.a < pair.b and min(pair.a_as_b, pair.b_as_a) >= 1 and 0 <= pair.chance <= 0.05
        assert {(int(y[at]), int(likely[at])) for at in pair.examples} == {(pair.a, pair.b), (pair.b, pair.a)}


def test_the_bound_is_four_times_the_pace_of_reading_and_a_key_press() -> None:
    # ten words: 0.3 + 10 / (4 * 238 / 60) = 0.930 s; forty or more: 0.3 + 40 / 15.87 = 2.821 s
    seconds = np.array([0.92, 0.94, 2.81, 2.83, 2.81, 0.29])
    found = hasty(seconds, np.array([10, 10, 40, 40, 4_000, 0]), ["ann"] * 6)
    assert found == [Haste("ann", (0, 2, 4, 5), 6)]
    assert found[0].share == pytest.approx(4 / 6)


def test_who_reads_fast_or_whose_time_is_unknown_is_not_accused() -> None:
    assert hasty(np.array([1.0, np.nan, 0.0, -1.0]), np.array([5, 100, 100, 100]), ["ann", "bob", "bob", "bob"]) == []


def test_the_hastiest_come_first_and_each_has_a_share_of_the_own_known_times() -> None:
    seconds = np.array([0.1, 9, 9, 9, 0.1, 9, np.nan, 9])
    found = hasty(seconds, np.full(8, 20), ["ann", "ann", "ann", "ann", "bob", "bob", "bob", "eve"])
    assert [(each.annotator, each.rows, each.timed) for each in found] == [("bob", (4,), 2), ("ann", (0,), 4)]


def test_groups_with_two_labels_are_told_with_all_their_labelled_places() -> None:
    group = np.array([0, 1, 0, 2, 1, 0, 3, 3])
    labels = ["a", "b", "a", "c", "a", "b", "c", None]
    assert contradicted(group, labels) == [[0, 2, 5], [1, 4]]
    assert contradicted(np.empty(0, np.int64), []) == []
