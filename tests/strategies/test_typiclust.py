"""The typical row of each cluster."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from alcli import plugins
from alcli.contracts import Asked, PoolView, Selection
from alcli.errors import ConfigError
from alcli.strategies.typiclust import typicality

KINDS = pytest.mark.parametrize("kind", [np.asarray, csr_matrix], ids=["dense", "sparse"])

# Three heaps on a line, of 9, 7 and 5 rows, each densest at its middle row; and a lone row.
STEPS = np.array([-3.0, -1.5, -0.7, -0.2, 0.0, 0.2, 0.7, 1.5, 3.0])
ROWS = np.concatenate([10 + STEPS, 30 + STEPS[1:8], 50 + STEPS[2:7], [90]])[:, None].astype(np.float32)
MIDDLES = [4, 12, 18]


def choose(kind: Any, asked: list[float], n: int, **params: int) -> Selection:
    before = np.array(asked, np.float32).reshape(len(asked), 1)
    view = PoolView(
        np.arange(len(ROWS)),
        np.zeros(len(ROWS)),
        features=kind(ROWS),
        asked=Asked(kind(before), np.full(len(asked), -1)),
    )
    strategy = plugins.load("strategies", "typiclust", params)
    selection: Selection = strategy.select(view, n, np.random.default_rng(0))
    return selection


@KINDS
def test_the_middle_of_each_heap_the_largest_first(kind: Any) -> None:
    """Four clusters: three heaps, and the lone row, which is too few to be one."""
    chosen = choose(kind, [], 4)
    assert chosen.at.tolist()[:3] == MIDDLES
    assert chosen.utility[:3].tolist() == [9, 7, 5]
    assert chosen.reasons[:2] == ("typical of 9 rows like it", "typical of 7 rows like it")
    assert chosen.at[3] != 21, "a second row of a heap before an outlier"


@KINDS
def test_heaps_asked_of_come_after_those_not(kind: Any) -> None:
    chosen = choose(kind, [10.1, 90.0], 2)
    assert chosen.at.tolist() == MIDDLES[1:]
    after = choose(kind, [10.1, 30.1, 90.0], 1)
    assert after.at.tolist() == MIDDLES[2:]
    assert after.utility.tolist() == [5]


def test_as_many_as_there_are() -> None:
    chosen = choose(np.asarray, [10.0], 50)
    assert sorted(chosen.at.tolist()) == list(range(len(ROWS)))
    assert choose(np.asarray, [], 6, clusters=1).at[0] in range(len(ROWS))


def test_typicality_by_hand() -> None:
    """One over the mean distance from the two others: 3/2 for the middle, 5/2 and 2 for the ends... of 0, 1, 3."""
    typical = typicality(np.array([[0.0], [1.0], [3.0]]))
    np.testing.assert_allclose(1 / typical, [2, 1.5, 2.5], rtol=1e-3)
    assert typicality(np.array([[7.0]])).tolist() == [0]


def test_only_twenty_neighbours_count() -> None:
    near = np.zeros((21, 1), np.float32)
    far = np.full((30, 1), 1_000, np.float32)
    assert typicality(np.vstack([near, far]))[0] > 1e6


def test_parameters() -> None:
    with pytest.raises(ConfigError, match="1 or more"):
        plugins.load("strategies", "typiclust", {"clusters": 0})
