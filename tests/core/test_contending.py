"""A challenger takes over when it is clearly ahead, and not before."""

from __future__ import annotations

import numpy as np
import pytest

from alcli.core.estimates.contending import lead
from alcli.core.estimates.estimating import OutOfFold


def held_out(shares: np.ndarray) -> OutOfFold:
    """Rows of the first of two classes that give it these shares; too few for a temperature."""
    n = len(shares)
    return OutOfFold(np.column_stack([shares, 1 - shares]), np.ones(n, bool), np.zeros(n, int))


def test_the_lead_by_hand() -> None:
    """Ahead by ln 2 in one row of two and by nothing in the other: ln 2 / 2, error ln 2 / 2; one more row is right."""
    found = lead(held_out(np.array([0.4, 0.6])), held_out(np.array([0.8, 0.6])))
    assert found.gain == pytest.approx(np.log(2) / 2)
    assert found.error == pytest.approx(np.log(2) / 2)
    assert found.accuracy == 0.5
    assert not found.clear


def test_a_small_steady_gain_is_clear_and_noise_is_not() -> None:
    rng = np.random.default_rng(0)
    ours = rng.uniform(0.3, 0.7, 40)
    assert lead(held_out(ours), held_out(ours + 0.02)).clear
    assert not lead(held_out(ours), held_out(ours - 0.02)).clear
    assert not lead(held_out(ours), held_out(rng.permutation(ours))).clear
    assert not lead(held_out(ours), held_out(ours)).clear


def test_rows_of_a_class_unknown_to_the_fold_say_nothing() -> None:
    ours, theirs = held_out(np.array([0.4, 0.6, 0.1])), held_out(np.array([0.8, 0.6, 0.9]))
    known = np.array([True, True, False])
    ours, theirs = OutOfFold(ours.proba, known, ours.y), OutOfFold(theirs.proba, known, theirs.y)
    assert lead(ours, theirs).gain == pytest.approx(np.log(2) / 2)
