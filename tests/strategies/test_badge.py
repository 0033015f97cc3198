"""Long gradients that point apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from alcli import plugins
from alcli.contracts import PoolView
from alcli.strategies.badge import errors

KINDS = pytest.mark.parametrize("kind", [np.asarray, csr_matrix], ids=["dense", "sparse"])


def view(kind: Any, rows: np.ndarray, proba: np.ndarray) -> PoolView:
    n, k = proba.shape
    classes = tuple(f"c{c}" for c in range(k))
    return PoolView(np.arange(n), np.zeros(n), classes, proba, kind(rows.astype(np.float32)))


def test_errors_by_hand() -> None:
    found = errors(np.array([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]]))
    np.testing.assert_allclose(found, [[-0.5, 0.3, 0.2], [0.1, 0.1, -0.2]])


@KINDS
def test_distances_are_those_of_gradients_written_out(kind: Any) -> None:
    """Each row's utility is the least squared distance from those drawn before it, or what came before, if less."""
    rng = np.random.default_rng(3)
    rows, proba = rng.normal(size=(30, 4)), rng.dirichlet(np.ones(3), 30)
    chosen = plugins.load("strategies", "badge").select(view(kind, rows, proba), 12, np.random.default_rng(0))
    gradients = (errors(proba)[:, :, None] * rows[:, None]).reshape(30, -1)
    lengths = (gradients**2).sum(axis=1)
    assert chosen.at[0] == lengths.argmax()
    drawn = gradients[chosen.at]
    expected = [lengths.max()]
    for i in range(1, 12):
        expected.append(min(expected[-1], ((drawn[:i] - drawn[i]) ** 2).sum(axis=1).min()))
    np.testing.assert_allclose(chosen.utility, expected, rtol=1e-3, atol=1e-4)


@KINDS
def test_rows_that_teach_the_same_are_asked_once(kind: Any) -> None:
    """Three groups of equal rows: one of each is drawn before a second of any."""
    rows = np.repeat(np.eye(3), 5, axis=0)
    proba = np.repeat([[0.5, 0.4, 0.1], [0.6, 0.2, 0.2], [0.4, 0.3, 0.3]], 5, axis=0)
    for seed in range(10):
        chosen = plugins.load("strategies", "badge").select(view(kind, rows, proba), 5, np.random.default_rng(seed))
        assert sorted(chosen.at[:3] // 5) == [0, 1, 2]
        np.testing.assert_allclose(chosen.utility[3:], 0, atol=1e-6)


def test_a_second_draw_goes_by_squared_distance() -> None:
    """From the longest, 2 long, two others lie 1 and 2 away: 1 to 4."""
    rows = np.array([[4.0], [3.0], [2.0]])
    proba = np.tile([0.5, 0.5], (3, 1))
    badge = plugins.load("strategies", "badge")
    pool = view(np.asarray, rows, proba)
    seconds = [badge.select(pool, 2, np.random.default_rng(seed)).at[1] for seed in range(1_000)]
    assert abs(np.mean(np.array(seconds) == 2) - 0.8) < 5 * np.sqrt(0.16 / 1_000)


def test_the_short_list_prefers_the_long_gradients_and_the_reason_names_the_classes() -> None:
    badge = plugins.load("strategies", "badge")
    proba = np.array([[0.5, 0.5], [0.99, 0.01]])
    pool = PoolView(np.arange(2), np.full(2, 0.5), ("a", "b"), proba, np.ones((2, 1), np.float32))
    utility = badge.utility(pool)
    assert utility[0] > utility[1]
    assert badge.select(pool, 1, np.random.default_rng(0)).reasons == ("torn between a and b: 50% / 50%",)
