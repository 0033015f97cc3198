"""Intervals, by hand and against the textbook."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from alcli.core.estimates.bounds import wilson
from alcli.core.estimates.intervals import paired, share_of


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_of_a_share_is_wilsons(seen: tuple[int, int]) -> None:
    hits, n = seen
    wanted = binomtest(hits, n).proportion_ci(0.95, method="wilson")
    assert wilson(hits / n, n) == pytest.approx((wanted.low, wanted.high), abs=1e-9)


def test_all_of_few_rows_right_is_no_certainty() -> None:
    """Ten of ten: 10 / (10 + z^2) = 0.7225 at the least."""
    found = share_of(np.ones(10, bool))
    assert (found.value, found.n, found.high) == (1.0, 10, pytest.approx(1.0))
    assert found.low == pytest.approx(0.7225, abs=1e-4)
    assert found.error == pytest.approx((1 - 0.7225) / 3.92, abs=1e-4)


def test_a_row_that_stands_for_more_counts_for_more_and_widens() -> None:
    """Weights 3, 1, 1, 1 with the first row wrong: 3 of 6, as if of 36 / 12 = 3 rows of equal weight."""
    found = share_of(np.array([False, True, True, True]), np.array([3.0, 1, 1, 1]))
    assert found.value == pytest.approx(0.5)
    assert (found.low, found.high) == pytest.approx(wilson(0.5, 3))
    assert found.n == 4


def test_rows_of_equal_weight_are_as_rows_without() -> None:
    right = np.array([True, False, True])
    assert share_of(right, np.full(3, 7.0)) == share_of(right)


def test_pairs_by_hand() -> None:
    """Of 98 rows, 20 and 10 speak for either side: 0.102; (21 - 11) / 100 +- z sqrt((.32 - .01) / 100)."""
    found = paired(np.repeat([1, -1, 0], [20, 10, 68]))
    assert found.value == pytest.approx(10 / 98)
    assert (found.low, found.high) == pytest.approx((0.1 - 1.96 * 0.05568, 0.1 + 1.96 * 0.05568), abs=1e-4)
    assert paired(np.zeros(50, np.int64)).high > 0.05
    wide = paired(np.repeat([1, -1, 0], [20, 10, 68]), spread=1.5)
    assert wide.high - wide.low == pytest.approx(1.5 * (found.high - found.low))
