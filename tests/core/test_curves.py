"""Curves compared, against examples worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alcli.core.estimates.curves import Interval, Ratio, area, finding, interval, labels_to, ratio

APART = Interval(0.02, 0.01, 0.03, 5)
BOTH_WAYS = Interval(0.01, -0.02, 0.04, 5)


def test_the_area_is_the_mean_height_over_the_labels_not_over_the_rounds() -> None:
    # 10..20 at a mean of 0.1, 20..60 at a mean of 0.6: (10 x 0.1 + 40 x 0.6) / 50
    assert area(np.array([10, 20, 60]), np.array([0.0, 0.2, 1.0])) == pytest.approx(0.5)


def test_a_curve_of_one_round_has_its_score_as_area() -> None:
    assert area(np.array([10]), np.array([0.3])) == 0.3


@given(st.lists(st.floats(0, 1), min_size=2, max_size=20), st.floats(0.001, 1))
def test_the_area_lies_between_the_scores_and_moves_with_them(scores: list[float], more: float) -> None:
    labels = np.cumsum(np.arange(1, len(scores) + 1))
    found = area(labels, np.array(scores))
    assert min(scores) - 1e-9 <= found <= max(scores) + 1e-9
    assert area(labels, np.array(scores) + more) == pytest.approx(found + more)


def test_a_score_is_reached_where_the_line_between_two_rounds_crosses_it() -> None:
    labels, score = np.array([10, 20, 30]), np.array([0.2, 0.6, 0.8])
    assert labels_to(labels, score, 0.7) == pytest.approx(25)
    assert labels_to(labels, score, 0.6) == 20
    assert labels_to(labels, score, 0.8) == 30


def test_a_score_is_reached_once_and_for_all() -> None:
    assert labels_to(np.array([10, 20, 30, 40]), np.array([0.2, 0.6, 0.4, 0.9]), 0.5) == 17.5


def test_what_is_there_at_the_first_round_took_the_first_batch() -> None:
    assert labels_to(np.array([10, 20]), np.array([0.9, 0.95]), 0.5) == 10


def test_a_score_that_is_not_reached_is_none() -> None:
    assert labels_to(np.array([10, 20]), np.array([0.1, 0.2]), 0.5) is None


def test_the_interval_is_students() -> None:
    # sd 1, t(2) = 4.3027: 2 +- 4.3027 / sqrt(3)
    found = interval([1.0, 2.0, 3.0])
    assert (found.mean, found.seeds) == (2.0, 3)
    assert found.low == pytest.approx(2 - 4.302653 / math.sqrt(3))
    assert found.high == pytest.approx(2 + 4.302653 / math.sqrt(3))


def test_one_seed_has_no_interval() -> None:
    assert interval([1.0]) == Interval(1.0, None, None, 1)


def test_the_ratio_is_the_geometric_mean_of_paired_ratios() -> None:
    # 1/2 and 2: they cancel out; logs +-0.6931, sd 0.9803, t(1) = 12.706
    found = ratio([50, 200], [100, 100], last=400)
    assert found is not None
    assert found.mean == pytest.approx(1)
    assert found.high == pytest.approx(math.exp(12.7062 * 0.980258 / math.sqrt(2)), rel=1e-4)
    assert found.low == pytest.approx(1 / found.high)
    assert (found.bound, found.reached, found.reached_by_other) == ("", 2, 2)


def test_who_does_not_get_there_is_taken_to_get_there_with_the_last_label() -> None:
    late = ratio([100, 100], [200, None], last=400)
    assert late is not None
    assert late.mean == pytest.approx(math.sqrt(0.5 * 0.25))
    assert (late.bound, late.reached, late.reached_by_other) == ("at most", 2, 1)
    short = ratio([None, 100], [200, 200], last=400)
    assert short is not None
    assert short.mean == pytest.approx(1)
    assert short.bound == "at least"
    assert getattr(ratio([None, 100], [200, None], last=400), "bound", "") == "about"


def test_seeds_in_which_neither_got_there_say_nothing() -> None:
    found = ratio([None, 100], [None, 200], last=400)
    assert found is not None
    assert (found.mean, found.seeds, found.bound) == (0.5, 1, "about")
    assert ratio([None, None], [None, None], last=400) is None


@given(st.lists(st.tuples(st.floats(1, 1e4), st.floats(1, 1e4)), min_size=2, max_size=8))
def test_turned_round_the_ratio_is_turned_over(pairs: list[tuple[float, float]]) -> None:
    mine, others = ([pair[at] for pair in pairs] for at in (0, 1))
    there, back = ratio(mine, others, 1e4), ratio(others, mine, 1e4)
    assert there is not None and back is not None and there.low and back.high
    assert there.mean == pytest.approx(1 / back.mean)
    assert there.low == pytest.approx(1 / back.high)


def test_an_interval_below_one_is_a_saving() -> None:
    found = finding("margin", "random", 0.9, Ratio(0.55, 0.48, 0.62, 5, 5, 5), APART)
    assert found.better is True
    assert found.words == "margin saves 38% to 52% of random's labels to 90%"


def test_an_interval_above_one_is_a_cost() -> None:
    found = finding("margin", "random", 0.9, Ratio(1.12, 1.05, 1.2, 5, 5, 5), APART)
    assert found.better is False
    assert found.words == "margin needs 5% to 20% more labels to 90% than random"


def test_where_not_every_seed_of_both_got_there_the_area_decides() -> None:
    """Two of five seeds got there in far fewer labels: which two, chance may have chosen."""
    for mine, others in (([40, 50, None, None, None], [90, 99, None, None, None]), ([40] * 5, [90, 80, 85, 95, None])):
        late = ratio(mine, others, last=100)
        assert late is not None and late.bound and late.low is None and late.high is None
        assert finding("a", "b", 0.9, late, APART).words == "a is 1.0 to 3.0 points above b over the whole curve"
        assert finding("a", "b", 0.9, late, BOTH_WAYS).better is None


def test_an_interval_that_holds_one_tells_nothing_but_how_many_seeds_might() -> None:
    found = finding("margin", "random", 0.9, Ratio(0.9, 0.8, 0.9**2 / 0.8, 5, 5, 5), APART)
    assert found.better is None
    assert found.words == "your data cannot tell margin and random apart"
    # log 0.9 = -0.1054, half = 0.1178, sd = 0.1178 x sqrt(5) / 2.7764 = 0.0949;
    # 6 seeds: 2.5706 x 0.0949 / sqrt(6) = 0.0996 < 0.1054
    assert found.seeds_wanted == 6


def test_a_difference_of_nothing_has_no_number_of_seeds() -> None:
    assert finding("a", "b", 0.9, Ratio(1.0, 0.5, 2.0, 5, 5, 5), APART).seeds_wanted is None


def test_without_labels_to_the_score_the_area_speaks() -> None:
    assert finding("a", "b", 0.9, None, APART).words == "a is 1.0 to 3.0 points above b over the whole curve"
    below = finding("a", "b", 0.9, None, Interval(-0.02, -0.03, -0.01, 5))
    assert (below.better, below.words) == (False, "a is 1.0 to 3.0 points below b over the whole curve")
    assert finding("a", "b", 0.9, None, BOTH_WAYS).better is None


def test_one_seed_tells_nothing() -> None:
    found = finding("a", "b", 0.9, Ratio(0.5, None, None, 1, 1, 1), Interval(0.1, None, None, 1))
    assert (found.better, found.words) == (None, "one seed cannot tell a and b apart")
