"""Macro-F1 and its interval."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.random import Generator

from alcli.contracts import Estimate
from alcli.core.estimates import scoring
from alcli.core.estimates.bounds import wilson
from alcli.core.estimates.macro_f1 import macro_f1


def measured(y: np.ndarray, said: np.ndarray, k: int) -> Estimate:
    return macro_f1(y, said, k, np.ones(len(y)), seed=0)


def drawn(n: int, shares: np.ndarray, right: np.ndarray, rng: Generator) -> tuple[np.ndarray, np.ndarray]:
    """Rows of classes with these shares, called what they are as often as said, else anything."""
    y = rng.choice(len(shares), n, p=shares)
    return y, np.where(rng.random(n) < right[y], y, rng.integers(len(shares), size=n))


def test_where_every_class_has_rows_enough_the_value_is_the_plain_one() -> None:
    y, said = drawn(400, np.array([0.5, 0.3, 0.2]), np.array([0.9, 0.7, 0.6]), np.random.default_rng(0))
    found = measured(y, said, 3)
    assert found.value == pytest.approx(scoring.macro_f1(y, said))
    assert found.low < found.value < found.high
    assert found.n == 400


def test_a_class_that_no_row_is_of_counts_and_makes_it_less_sure() -> None:
    """Two classes are called right nine times of ten; of a third nothing is known."""
    y = np.arange(60) % 2
    said = np.where(np.arange(60) % 20 < 18, y, 1 - y)
    without, with_one = measured(y, said, 2), measured(y, said, 3)
    assert with_one.high - with_one.low > 1.5 * (without.high - without.low)
    assert without.value == pytest.approx(0.9)
    assert with_one.low < 0.75 < 0.9 < with_one.high


def test_all_right_is_no_certainty() -> None:
    y = np.arange(40) % 2
    found = measured(y, y, 2)
    assert (found.value, found.high) == (1.0, 1.0)
    assert wilson(1.0, 40)[0] - 0.03 < found.low < 0.96


def test_no_hit_at_all() -> None:
    y = np.arange(40) % 2
    found = measured(y, 1 - y, 2)
    assert found.value <= 0.02 and found.low == pytest.approx(0, abs=0.01) and 0.02 < found.high < 0.2


def test_rows_that_stand_for_more_count_for_more() -> None:
    """Wrong rows of weight 3 against right ones of weight 1."""
    y = np.arange(80) % 2
    said = np.where(np.arange(80) < 40, y, 1 - y)
    weights = np.where(y == said, 0.5, 1.5)
    assert macro_f1(y, said, 2, np.ones(80), 0).value == pytest.approx(0.5)
    assert macro_f1(y, said, 2, weights, 0).value == pytest.approx(0.25)


def test_the_same_seed_gives_the_same_interval() -> None:
    y, said = drawn(100, np.full(20, 0.05), np.full(20, 0.8), np.random.default_rng(1))
    assert measured(y, said, 20) == measured(y, said, 20)


@pytest.mark.parametrize(
    ("n", "shares", "right"),
    [
        (50, np.full(2, 1 / 2), np.full(2, 0.8)),
        (100, np.full(40, 1 / 40), np.linspace(0.4, 0.9, 40)),
        (100, np.array([0.78, 0.16, 0.06]), np.array([0.95, 0.8, 0.3])),
    ],
)
def test_the_interval_holds_the_truth_as_often_as_it_says(n: int, shares: np.ndarray, right: np.ndarray) -> None:
    rng = np.random.default_rng(2)
    y, said = drawn(200_000, shares, right, rng)
    truth = scoring.macro_f1(y, said)
    found = [measured(*drawn(n, shares, right, rng), len(shares)) for _ in range(300)]
    assert 0.92 <= np.mean([one.low <= truth <= one.high for one in found]) <= 0.99


def test_a_class_that_the_model_cannot_name_has_nothing_whatever_the_rows() -> None:
    """Of two classes all rows are called right but those of a third, called half the one, half the other: F1 of
    2 x 20 / (2 x 20 + 5) twice, and 0."""
    y = np.repeat([0, 1, 2], [20, 20, 10])
    said = np.concatenate([y[:40], np.arange(10) % 2])
    assert macro_f1(y, said, 3, np.ones(50), 0, named=2).value == pytest.approx(2 * 40 / 45 / 3)
    absent = macro_f1(y[:40], said[:40], 3, np.ones(40), 0, named=2)
    assert (absent.value, absent.high) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert absent.low > 0.6


def test_the_interval_holds_where_the_model_lacks_classes() -> None:
    """40 of 77 classes are known; of many of the others 300 rows have none."""
    rng = np.random.default_rng(3)

    def some(n: int) -> tuple[np.ndarray, np.ndarray]:
        y = rng.integers(77, size=n)
        return y, np.where((rng.random(n) < 0.8) & (y < 40), y, rng.integers(40, size=n))

    truth = scoring.macro_f1(*some(200_000))
    found = [macro_f1(*some(300), 77, np.ones(300), 0, named=40) for _ in range(150)]
    assert 0.92 <= np.mean([one.low <= truth <= one.high for one in found]) <= 1
    assert np.mean([one.value for one in found]) == pytest.approx(truth, abs=0.02)
