"""Another strategy on a random part of the pool."""

from __future__ import annotations

import numpy as np
import pytest
from views import check, only, view

from alcli import plugins
from alcli.core.choosing import top
from alcli.errors import ConfigError


def test_the_strategy_sees_exactly_n() -> None:
    """The best of the n that the lottery draws are chosen, whatever else is in the pool."""
    pool = view(200)
    drawn = top(pool.lottery, pool.lottery, 20)
    chosen = plugins.load("strategies", "subsample", {"n": 20}).select(pool, 20, np.random.default_rng(0))
    assert set(chosen.at.tolist()) == set(drawn.tolist())
    margins = plugins.load("strategies", "margin").utility(pool)
    few = plugins.load("strategies", "subsample", {"n": 20}).select(pool, 5, np.random.default_rng(0))
    assert few.at.tolist() == drawn[np.argsort(-margins[drawn])[:5]].tolist()
    np.testing.assert_allclose(few.utility, margins[few.at])
    assert few.reasons[0].startswith("torn between")


def test_short_lists_of_shards_hold_the_part() -> None:
    """Shard by shard it is the same choice as from the whole pool at once."""
    pool = view(200)
    strategy = plugins.load("strategies", "subsample", {"n": 20})
    shards = np.array_split(np.arange(200), 3)
    kept = np.concatenate([s[top(strategy.utility(pool.take(s)), pool.lottery[s], 20)] for s in shards])
    kept = kept[top(pool.lottery[kept], pool.lottery[kept], 20)]
    chosen = strategy.select(pool.take(kept), 5, np.random.default_rng(0))
    whole = strategy.select(pool, 5, np.random.default_rng(0))
    assert kept[chosen.at].tolist() == whole.at.tolist()


def test_every_candidate_has_the_same_chance() -> None:
    pool, times = view(30), np.zeros(30)
    strategy = plugins.load("strategies", "subsample", {"of": "random", "n": 10})
    for seed in range(1000):
        lottery = np.random.default_rng(seed).random(30)
        part = type(pool)(pool.rows, lottery)
        times[strategy.select(part, 10, np.random.default_rng(0)).at] += 1
    assert np.abs(times / 1000 - 1 / 3).max() < 5 * np.sqrt(2 / 9 / 1000)


@pytest.mark.parametrize("name", plugins.names("strategies"))
def test_it_wraps_every_strategy(name: str) -> None:
    of, strategy = plugins.load("strategies", name), plugins.load("strategies", f"subsample:{name}", {"n": 15})
    assert strategy.needs == frozenset(), "what the strategy needs is computed for the part alone"
    assert strategy.batch_needs == of.needs | of.batch_needs
    assert strategy.starts_cold == of.starts_cold
    check(strategy, only(strategy, view(40), strategy.batch_needs), 6)


def test_a_batch_may_be_larger_than_the_part() -> None:
    strategy = plugins.load("strategies", "subsample", {"n": 5})
    assert strategy.short_list(8) == 8
    check(strategy, view(40), 8)


def test_n_is_one_or_more() -> None:
    with pytest.raises(ConfigError, match="n must be 1 or more"):
        plugins.load("strategies", "subsample", {"n": 0})
