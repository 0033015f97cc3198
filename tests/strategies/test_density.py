"""Doubtful and typical."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from alcli import plugins
from alcli.contracts import PoolView
from alcli.errors import ConfigError

KINDS = pytest.mark.parametrize("kind", [np.asarray, csr_matrix], ids=["dense", "sparse"])
POOL = np.array([[2, 0], [5, 0], [0, 1], [0, 0]], np.float32)  # lengths do not count, the empty row is like nothing
CANDIDATES = np.array([[1, 0], [0, 9], [1, 1], [0, 0], [-1, 0]], np.float32)


def view(kind: Any, proba: np.ndarray) -> PoolView:
    reference = PoolView(np.arange(4), np.zeros(4), features=kind(POOL))
    return PoolView(np.arange(5), np.zeros(5), ("a", "b", "c"), proba, kind(CANDIDATES), reference=reference)


@KINDS
def test_hand_worked(kind: Any) -> None:
    """Cosines to the pool's four rows: 1 1 0 0, 0 0 1 0, three square roots of a half; the last two have none."""
    proba = np.array([[0.5, 0.3, 0.2]] * 5)  # one minus the margin is 0.8
    mean = np.array([2, 1, 3 * np.sqrt(0.5), 0, 0]) / 4
    of = plugins.load("strategies", "density")
    np.testing.assert_allclose(of.utility(view(kind, proba)), 0.8 * mean, rtol=1e-6)
    squared = plugins.load("strategies", "density", {"beta": 2})
    np.testing.assert_allclose(squared.utility(view(kind, proba)), 0.8 * mean**2, rtol=1e-6)
    plain = plugins.load("strategies", "density", {"beta": 0})
    np.testing.assert_allclose(plain.utility(view(kind, proba)), 0.8, rtol=1e-6)


@KINDS
def test_the_certain_come_last_however_typical(kind: Any) -> None:
    proba = np.array([[1.0, 0, 0]] + [[0.4, 0.4, 0.2]] * 4)
    chosen = plugins.load("strategies", "density").select(view(kind, proba), 2, np.random.default_rng(0))
    assert chosen.at.tolist() == [2, 1]


def test_the_reason_says_how_typical() -> None:
    chosen = plugins.load("strategies", "density").select(
        view(np.asarray, np.array([[0.41, 0.39, 0.2]] * 5)), 2, np.random.default_rng(0)
    )
    assert chosen.reasons == (
        "torn between a and b: 41% / 39%; more typical than 100% of the pool",
        "torn between a and b: 41% / 39%; more typical than 50% of the pool",
    )


def test_beta_is_a_number_from_0_on() -> None:
    for wrong in (-1.0, float("nan"), float("inf")):
        with pytest.raises(ConfigError, match="beta must be a number from 0 on"):
            plugins.load("strategies", "density", {"beta": wrong})
