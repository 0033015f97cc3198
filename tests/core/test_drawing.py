"""Draws are as likely as their weights say."""

from __future__ import annotations

import numpy as np

from alcli.core.drawing import draw_keys, draw_one, simple


def test_the_first_drawn_is_drawn_by_weight() -> None:
    """Weights 1, 2, 5: an eighth, a quarter, five eighths, within five standard errors; so for keys and one by one."""
    rng, weights, trials = np.random.default_rng(0), np.array([1.0, 2.0, 0.0, 5.0]), 4_000
    by_keys = np.bincount([draw_keys(weights, rng.random(4)).argmax() for _ in range(trials)], minlength=4)
    one_by_one = np.bincount([draw_one(weights, rng) for _ in range(trials)], minlength=4)
    expected = weights / 8
    for times in (by_keys, one_by_one):
        assert (np.abs(times / trials - expected) <= 5 * np.sqrt(expected * (1 - expected) / trials)).all()


def test_a_simple_sample_has_every_number_as_often() -> None:
    """Two of five, 4,000 times: each number in two fifths of them, within five standard errors; all where all fit."""
    rng, trials = np.random.default_rng(2), 4_000
    times = np.bincount(np.concatenate([simple(5, 2, rng) for _ in range(trials)]), minlength=5)
    assert (np.abs(times / trials - 2 / 5) < 5 * np.sqrt(6 / 25 / trials)).all()
    assert simple(3, 9, rng).tolist() == [0, 1, 2]


def test_the_second_is_drawn_by_weight_among_the_others() -> None:
    """Weights 1, 1, 2: the heaviest is among two drawn in 1/2 + 2 (1/4 x 2/3) = 5/6 of the draws."""
    rng, trials = np.random.default_rng(1), 4_000
    drawn = sum(2 in np.argsort(-draw_keys(np.array([1.0, 1.0, 2.0]), rng.random(3)))[:2] for _ in range(trials))
    assert abs(drawn / trials - 5 / 6) < 5 * np.sqrt(5 / 36 / trials)


def test_keys_are_finite_and_weightless_ones_last() -> None:
    keys = draw_keys(np.array([0.0, 1e-3, 1.0], np.float32), np.array([0.9, 0.1, 0.0]))
    assert np.isfinite(keys).all()
    assert keys.argmin() == 0
