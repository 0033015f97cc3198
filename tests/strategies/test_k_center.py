"""The farthest first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from alcli import plugins
from alcli.contracts import Asked, PoolView, Selection
from alcli.errors import ConfigError

KINDS = pytest.mark.parametrize("kind", [np.asarray, csr_matrix], ids=["dense", "sparse"])


def choose(kind: Any, rows: list[list[float]], asked: list[list[float]], n: int) -> Selection:
    before = np.array(asked, np.float32).reshape(len(asked), len(rows[0]))
    view = PoolView(
        np.arange(len(rows)),
        np.zeros(len(rows)),
        features=kind(np.array(rows, np.float32)),
        asked=Asked(kind(before), np.full(len(asked), -1)),
    )
    selection: Selection = plugins.load("strategies", "k_center").select(view, n, np.random.default_rng(0))
    return selection


@KINDS
def test_by_hand(kind: Any) -> None:
    """From 0: 10 is farthest; then 4 (4 from 0, 6 from 10); then 7 (3 from both); then 1."""
    chosen = choose(kind, [[1.0], [4.0], [7.0], [10.0]], [[0.0]], 4)
    assert chosen.at.tolist() == [3, 1, 2, 0]
    np.testing.assert_allclose(chosen.utility, [10, 4, 3, 1], atol=0.02)
    assert chosen.reasons[0] == "far from all that was asked: the nearest is 10.00 away"


@KINDS
def test_with_nothing_asked_the_short_lists_first_is_first(kind: Any) -> None:
    chosen = choose(kind, [[3.0], [4.0], [8.0]], [], 2)
    assert chosen.at.tolist() == [0, 2]
    np.testing.assert_allclose(chosen.utility, [5, 5], atol=0.02)
    assert chosen.reasons[0] == "the first, from which the others lie far"
    assert choose(kind, [[3.0]], [], 1).utility.tolist() == [0]


@KINDS
def test_twins_come_last(kind: Any) -> None:
    chosen = choose(kind, [[5.0, 1.0], [5.0, 1.0], [5.0, 1.1], [0.0, 1.0]], [[0.0, 1.0]], 4)
    assert chosen.at.tolist()[:2] == [2, 0]
    assert set(chosen.at.tolist()[2:]) == {1, 3}
    assert chosen.utility[2:].tolist() == [0, 0]


def test_the_short_list_is_random_and_bounded() -> None:
    strategy = plugins.load("strategies", "k_center", {"candidates": 50})
    lottery = np.random.default_rng(0).random(9)
    assert strategy.utility(PoolView(np.arange(9), lottery)).tolist() == lottery.tolist()
    assert (strategy.short_list(10), strategy.short_list(80)) == (50, 80)
    with pytest.raises(ConfigError, match="candidates must be 1 or more"):
        plugins.load("strategies", "k_center", {"candidates": 0})
