"""Every query strategy that is found keeps the contract."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from views import WORDS, check, utilities, view

from alcli import plugins
from alcli.contracts import PoolView

NAMES = plugins.names("strategies")
COLD = [name for name in NAMES if plugins.load("strategies", name).starts_cold]


@pytest.mark.parametrize("name", NAMES)
def test_what_it_needs_is_what_there_is(name: str) -> None:
    strategy = plugins.load("strategies", name)
    assert strategy.needs | strategy.batch_needs <= WORDS
    assert isinstance(strategy.starts_cold, bool)


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=12)
@given(
    n=st.integers(1, 40),
    k=st.integers(2, 6),
    batch_size=st.integers(1, 50),
    seed=st.integers(0, 9),
    kind=st.sampled_from(["mixed", "same", "empty", "twins"]),
    sparse=st.booleans(),
    asked=st.sampled_from([0, 1, 12]),
)
def test_a_batch_is_whole_distinct_repeatable_and_explained(
    name: str, n: int, k: int, batch_size: int, seed: int, kind: str, sparse: bool, asked: int
) -> None:
    check(plugins.load("strategies", name), view(n, k, seed, kind=kind, sparse=sparse, asked=asked), batch_size)


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("kind", ["mixed", "same", "empty", "twins"])
@pytest.mark.parametrize("name", NAMES)
def test_odd_pools(name: str, kind: str, sparse: bool) -> None:
    strategy = plugins.load("strategies", name)
    check(strategy, view(12, 2, kind=kind, sparse=sparse), 5)
    check(strategy, view(12, 2, kind=kind, sparse=sparse, asked=0), 5)
    check(strategy, view(1, 2, kind=kind, sparse=sparse), 1)
    check(strategy, view(3, 7, kind=kind, sparse=sparse), 9)


@pytest.mark.parametrize("asked", [0, 1, 6])
@pytest.mark.parametrize("kind", ["mixed", "same", "empty"])
@pytest.mark.parametrize("name", COLD)
def test_what_starts_cold_chooses_without_a_model(name: str, kind: str, asked: int) -> None:
    for sparse in (False, True):
        check(plugins.load("strategies", name), view(20, kind=kind, sparse=sparse, asked=asked, cold=True), 6)


@pytest.mark.parametrize("name", NAMES)
def test_sparse_and_dense_are_one_choice(name: str) -> None:
    """The same numbers, the same batch, whatever the matrix is kept as."""
    strategy = plugins.load("strategies", name)
    dense, sparse = (strategy.select(view(30, sparse=s), 8, np.random.default_rng(0)) for s in (False, True))
    assert dense.at.tolist() == sparse.at.tolist()
    np.testing.assert_allclose(dense.utility, sparse.utility, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_the_short_list_holds_a_batch(name: str) -> None:
    strategy = plugins.load("strategies", name)
    assert all(strategy.short_list(n) >= n for n in (1, 10, 1_000, 100_000))


@pytest.mark.parametrize("name", NAMES)
def test_shard_by_shard_is_the_same_as_at_once(name: str) -> None:
    """A candidate's utility does not depend on its company, as long as a strategy is called shard by shard."""
    strategy = plugins.load("strategies", name)
    pool = view(40, 4, 1)
    halves = [utilities(strategy, pool.take(half)) for half in (np.arange(0, 20), np.arange(20, 40))]
    np.testing.assert_allclose(np.concatenate(halves), utilities(strategy, pool), rtol=1e-5, atol=1e-7)


def test_random_is_uniform() -> None:
    """Each of 20 candidates is among the first 5 a quarter of the time, within five standard errors."""
    strategy = plugins.load("strategies", "random")
    times, trials = np.zeros(20), 2000
    for seed in range(trials):
        rng = np.random.default_rng(seed)
        times[strategy.select(PoolView(np.arange(20), rng.random(20)), 5, rng).at] += 1
    assert np.abs(times / trials - 0.25).max() < 5 * np.sqrt(0.25 * 0.75 / trials)


@pytest.mark.parametrize("name", ["margin", "entropy", "least_confident"])
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
