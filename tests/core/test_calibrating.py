"""Temperatures and calibration errors, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from alcli.core.estimates.calibrating import calibration_error, temperature, tempered


def said(share: float, right: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """n rows of two classes that give the first this share; it is the label of the first `right`."""
    return np.tile([share, 1 - share], (n, 1)), (np.arange(n) >= right).astype(int)


def test_the_temperature_makes_confidence_the_share_that_is_right() -> None:
    """Nine to one, right three times of four: 9 ** (1 / T) = 3, so T = 2."""
    proba, y = said(0.9, 75, 100)
    assert temperature(proba, y) == pytest.approx(2.0, rel=1e-2)
    assert tempered(proba, temperature(proba, y))[0] == pytest.approx([0.75, 0.25], abs=2e-3)
    timid, y = said(0.6, 90, 100)
    assert temperature(timid, y) == pytest.approx(np.log(1.5) / np.log(9), rel=1e-2)


def test_it_stays_within_bounds_and_needs_fifty_rows() -> None:
    assert temperature(*said(0.51, 100, 100)) == pytest.approx(0.1, rel=0.02), "always right, never sure"
    assert temperature(*said(0.9, 50, 100)) == pytest.approx(10.0, rel=0.02), "sure, and right by chance"
    assert temperature(*said(0.9, 30, 49)) == 1.0


def test_a_vote_of_no_tree_is_no_certainty() -> None:
    proba, y = said(1.0, 99, 100)
    assert np.isfinite(temperature(proba, y))
    assert (tempered(proba, 2.0) > 0).all()


def test_the_calibration_error_by_hand() -> None:
    """Two bins of 25: of .6, 20 are right, off by .2; of .9, 20 are right, off by .1; their mean is .15."""
    proba = np.concatenate([said(0.6, 20, 25)[0], said(0.9, 20, 25)[0]])
    y = np.concatenate([said(0.6, 20, 25)[1], said(0.9, 20, 25)[1]])
    assert calibration_error(proba, y) == pytest.approx(0.15)
    shuffled = np.random.default_rng(0).permutation(50)
    assert calibration_error(proba[shuffled], y[shuffled]) == pytest.approx(0.15)


@given(arrays(np.float64, (7, 4), elements=st.floats(0.01, 1.0)), st.floats(0.1, 10.0))
def test_tempered_rows_are_probabilities_in_the_same_order(weights: np.ndarray, t: float) -> None:
    proba = weights / weights.sum(axis=1, keepdims=True)
    found = tempered(proba, t)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-6)
    for before, after in zip(proba, found, strict=True):
        assert after[before.argmax()] == pytest.approx(after.max())


def test_at_temperature_one_nothing_changes() -> None:
    proba = np.array([[1.0, 0.0], [0.3, 0.7]], np.float32)
    assert tempered(proba, 1.0) is proba
