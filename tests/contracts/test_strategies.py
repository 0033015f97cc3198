"""Every query strategy that is found keeps the contract."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from alcli import plugins
from alcli.contracts import PoolView

NAMES = plugins.names("strategies")


def view(n: int, k: int, seed: int, ties: bool = False) -> PoolView:
    rng = np.random.default_rng(seed)
    proba = rng.dirichlet(np.ones(k), n)
    if ties:
        proba = np.full((n, k), 1 / k)
    arrays = {
        "rows": np.sort(rng.choice(10 * n, n, replace=False)),
        "lottery": rng.random(n),
        "proba": proba.astype(np.float32),
    }
    for array in arrays.values():
        array.flags.writeable = False
    return PoolView(classes=tuple(f"c{c}" for c in range(k)), features=csr_matrix(rng.random((n, 3))), **arrays)


def test_these_strategies_are_found() -> None:
    assert NAMES == ["entropy", "least_confident", "margin", "random"]


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=30)
@given(
    n=st.integers(1, 60), k=st.integers(2, 6), batch_size=st.integers(1, 80), seed=st.integers(0, 9), ties=st.booleans()
)
def test_a_batch_is_whole_distinct_repeatable_and_explained(
    name: str, n: int, k: int, batch_size: int, seed: int, ties: bool
) -> None:
    strategy = plugins.load("strategies", name)
    pool = view(n, k, seed, ties)
    utility = strategy.utility(pool)
    assert utility.shape == (n,)
    assert np.isfinite(utility).all()
    chosen = strategy.select(pool, batch_size, np.random.default_rng(seed))
    again = strategy.select(pool, batch_size, np.random.default_rng(seed))
    assert len(chosen.at) == len(set(chosen.at.tolist())) == min(batch_size, n)
    assert chosen.at.tolist() == again.at.tolist()
    assert len(chosen.utility) == len(chosen.reasons) == len(chosen.at)
    assert all(reason.strip() for reason in chosen.reasons)
    assert (np.diff(chosen.utility) <= 1e-12).all(), "best first"
    assert strategy.short_list(batch_size) >= batch_size


@pytest.mark.parametrize("name", NAMES)
def test_shard_by_shard_is_the_same_as_at_once(name: str) -> None:
    """A candidate's utility does not depend on its company, as long as a strategy is called shard by shard."""
    strategy = plugins.load("strategies", name)
    pool = view(40, 4, 1)
    halves = [strategy.utility(pool.take(np.arange(0, 20))), strategy.utility(pool.take(np.arange(20, 40)))]
    np.testing.assert_allclose(np.concatenate(halves), strategy.utility(pool), rtol=1e-6)


@pytest.mark.parametrize("name", [n for n in NAMES if n != "random"])
def test_the_doubtful_come_before_the_certain(name: str) -> None:
    proba = np.array([[0.98, 0.01, 0.01], [0.34, 0.33, 0.33], [0.7, 0.2, 0.1]])
    pool = PoolView(np.arange(3), np.zeros(3), ("a", "b", "c"), proba)
    assert plugins.load("strategies", name).select(pool, 3, np.random.default_rng(0)).at.tolist() == [1, 2, 0]


def test_reasons_name_the_classes() -> None:
    proba = np.array([[0.10, 0.41, 0.39, 0.10]])
    pool = PoolView(np.arange(1), np.zeros(1), ("login", "refund", "chargeback", "bug"), proba)
    rng = np.random.default_rng(0)

    def reason(name: str) -> str:
        return str(plugins.load("strategies", name).select(pool, 1, rng).reasons[0])

    assert reason("margin") == "torn between refund and chargeback: 41% / 39%"
    assert reason("least_confident") == "only 41% sure of refund"
    assert reason("entropy") == "undecided: refund 41%, chargeback 39%, login 10%"


def test_hand_worked_utilities() -> None:
    proba = np.array([[0.5, 0.25, 0.25], [0.5, 0.5, 0.0], [1.0, 0.0, 0.0]])
    pool = PoolView(np.arange(3), np.zeros(3), ("a", "b", "c"), proba)
    ln2 = np.log(2)
    np.testing.assert_allclose(plugins.load("strategies", "margin").utility(pool), [-0.25, 0, -1])
    np.testing.assert_allclose(plugins.load("strategies", "least_confident").utility(pool), [0.5, 0.5, 0])
    np.testing.assert_allclose(plugins.load("strategies", "entropy").utility(pool), [1.5 * ln2, ln2, 0], atol=1e-12)


def test_random_is_uniform() -> None:
    """Each of 20 candidates is among the first 5 a quarter of the time, within five standard errors."""
    strategy = plugins.load("strategies", "random")
    times, trials = np.zeros(20), 2000
    for seed in range(trials):
        rng = np.random.default_rng(seed)
        times[strategy.select(PoolView(np.arange(20), rng.random(20)), 5, rng).at] += 1
    assert np.abs(times / trials - 0.25).max() < 5 * np.sqrt(0.25 * 0.75 / trials)
