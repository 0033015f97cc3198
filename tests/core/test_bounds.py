"""Bounds of estimates, by hand and against the intervals they come from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alcli.contracts import Estimate
from alcli.core.estimates.bounds import lower_score, lower_share, rows_behind
from alcli.core.estimates.intervals import share_of


def test_the_bound_of_a_share_is_wilsons() -> None:
    # all of 20 are right, z^2 = 2.7055: 20 / 22.7055
    assert lower_share(share_of(np.ones(20, bool)), 0.95) == pytest.approx(0.8808, abs=1e-4)
    # 80 of 100: (.8 + .013528 - 1.64485 sqrt(.0016 + .00006764)) / 1.027055 = (.813528 - .067170) / 1.027055
    assert lower_share(share_of(np.arange(100) < 80), 0.95) == pytest.approx(0.7267, abs=1e-4)


@given(st.integers(1, 500), st.data())
def test_at_97_5_per_cent_it_is_the_low_end_of_the_interval(n: int, data: st.DataObject) -> None:
    right = np.arange(n) < data.draw(st.integers(0, n))
    weights = np.array(data.draw(st.lists(st.integers(1, 3), min_size=n, max_size=n)), float)
    for share in (share_of(right), share_of(right, weights)):
        assert lower_share(share, 0.975) == pytest.approx(share.low, abs=1e-6)


def test_rows_that_count_unequally_are_worth_fewer() -> None:
    even, uneven = np.ones(100), np.tile([1.5, 0.5], 50)
    right = np.arange(100) < 80
    assert rows_behind(share_of(right, even)) == pytest.approx(100)
    assert rows_behind(share_of(right, uneven)) == pytest.approx(80)  # 100^2 / (50 x 2.25 + 50 x 0.25)


def test_the_bound_of_a_score_is_so_many_errors_below() -> None:
    assert lower_score(Estimate(0.7, 0.6, 0.8, 0.05, 90), 0.975) == pytest.approx(0.7 - 1.96 * 0.05, abs=1e-4)
    assert lower_score(Estimate(0.05, 0.0, 0.2, 0.05, 90), 0.95) == 0.0
