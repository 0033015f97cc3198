"""Rows that stand for what the model doubts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from alcli import plugins
from alcli.contracts import Asked, PoolView
from alcli.core.herding import doubt

KINDS = pytest.mark.parametrize("kind", [np.asarray, csr_matrix], ids=["dense", "sparse"])
RNG = np.random.default_rng(0)


def view(kind: Any, rows: list[float], ham: list[float], asked: list[float]) -> PoolView:
    """Candidates, which are the whole pool, at these places on a line, with the probability of ham."""
    features, before = (np.array(places, np.float32).reshape(-1, 1) for places in (rows, asked))
    proba = np.stack([np.array(ham), 1 - np.array(ham)], axis=1).astype(np.float32)
    classes = ("ham", "spam")
    pool = PoolView(np.arange(len(rows)), np.zeros(len(rows)), classes, proba, kind(features))
    return replace(pool, asked=Asked(kind(before), np.full(len(asked), -1)), reference=pool)


def test_doubt_by_hand() -> None:
    proba = np.array([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0], [0.25, 0.75, 0.0]])
    assert doubt(proba).tolist() == [1, 0, 0.25]


@KINDS
def test_far_apart_the_heap_counts_close_together_the_doubt(kind: Any) -> None:
    """Three rows of some doubt against one of full doubt: the radius, the spacing of those asked, decides."""
    rows, ham = [10.0, 11.0, 12.0, 30.0], [0.25, 0.25, 0.25, 0.5]
    strategy = plugins.load("strategies", "uncertainty_herding")
    assert strategy.select(view(kind, rows, [0.35] * 3 + [0.5], [-50.0, -54.0]), 1, RNG).at.tolist() == [1]
    chosen = strategy.select(view(kind, rows, ham, [-50.0, -50.1]), 2, RNG)
    assert chosen.at[0] == 3
    np.testing.assert_allclose(chosen.utility, [1, 0.25], atol=1e-3)
    assert chosen.reasons[0] == "stands for 25.0% more of the pool; 50% ham"


@KINDS
def test_what_the_model_is_sure_of_comes_last(kind: Any) -> None:
    pool = view(kind, [0.0, 0.1, 0.2, 0.3, 9.0], [1, 1, 1, 1, 0.6], [20.0, 21.0])
    assert plugins.load("strategies", "uncertainty_herding").select(pool, 1, RNG).at.tolist() == [4]


@KINDS
def test_without_a_model_it_is_max_herding(kind: Any) -> None:
    pool = view(kind, [0.0, 1.0, 2.0, 9.0, 9.5, 20.0], [0.5] * 6, [])
    assert pool.reference is not None
    cold = replace(pool, classes=(), proba=None, reference=replace(pool.reference, classes=(), proba=None))
    plain, own = (plugins.load("strategies", name) for name in ("max_herding", "uncertainty_herding"))
    assert own.starts_cold
    assert own.utility(cold).tolist() == cold.lottery.tolist()
    assert own.select(cold, 4, RNG).at.tolist() == plain.select(cold, 4, RNG).at.tolist()
    assert own.select(cold, 4, RNG).reasons == plain.select(cold, 4, RNG).reasons


def test_the_short_list_is_drawn_by_doubt() -> None:
    """Of 300 rows the model doubts and 300 it is nearly sure of, 0.0025 in doubt, the first 100 are of the former."""
    lottery = np.random.default_rng(0).random(600)
    first = np.repeat([0.5, 0.975], 300)
    pool = PoolView(np.arange(600), lottery, ("a", "b"), np.stack([first, 1 - first], axis=1))
    drawn = np.argsort(-plugins.load("strategies", "uncertainty_herding").utility(pool))[:100]
    assert (drawn < 300).mean() > 0.95
    assert set(drawn) != set(range(100)), "by lottery, not by place"
