"""Rows that stand for others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from alcli import plugins
from alcli.contracts import Asked, PoolView, Selection
from alcli.errors import ConfigError

KINDS = pytest.mark.parametrize("kind", [np.asarray, csr_matrix], ids=["dense", "sparse"])


def choose(kind: Any, rows: np.ndarray, asked: np.ndarray, n: int, pool: np.ndarray | None = None) -> Selection:
    pool = rows if pool is None else pool
    view = PoolView(
        np.arange(len(rows)),
        np.zeros(len(rows)),
        features=kind(rows),
        asked=Asked(kind(asked), np.full(len(asked), -1)),
        reference=PoolView(np.arange(len(pool)), np.zeros(len(pool)), features=kind(pool)),
    )
    selection: Selection = plugins.load("strategies", "max_herding").select(view, n, np.random.default_rng(0))
    return selection


@KINDS
def test_by_hand(kind: Any) -> None:
    """Rows asked are 2 apart: the middle of 10, 12, 14 covers itself wholly, each end by 1/e; the rest is done."""
    asked = np.array([[0.0], [2.0]], np.float32)
    rows = np.array([[0.0], [2.0], [10.0], [12.0], [14.0]], np.float32)
    chosen = choose(kind, rows, asked, 1)
    assert chosen.at.tolist() == [3]
    assert chosen.utility[0] == pytest.approx(1 + 2 / np.e, rel=1e-3)
    assert chosen.reasons == ("stands for 34.7% more of the pool",)


@KINDS
def test_a_row_from_each_heap_before_a_second_from_any(kind: Any) -> None:
    rng = np.random.default_rng(0)
    heap = np.repeat(np.arange(5), [40, 20, 10, 5, 3])
    rows = (10 * np.eye(5)[heap] + rng.normal(scale=0.3, size=(78, 5))).astype(np.float32)
    chosen = choose(kind, rows, np.empty((0, 5), np.float32), 5)
    assert sorted(heap[chosen.at]) == [0, 1, 2, 3, 4]


def test_it_is_the_pool_that_is_stood_for_not_the_candidates() -> None:
    rows = np.array([[0.0], [0.1], [0.2], [5.0]], np.float32)
    pool = np.array([[5.0], [5.1], [4.9], [0.0]], np.float32)
    assert choose(np.asarray, rows, np.empty((0, 1), np.float32), 1, pool).at.tolist() == [3]


@KINDS
def test_an_empty_text_does_not_stand_for_all_others(kind: Any) -> None:
    """Of length 1 or 0: nought is nearer to all others than these are to one another, and like none of them."""
    turn = np.linspace(0, 1.5, 12)
    rows = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    rows = np.vstack([[[0.0, 0.0]], rows]).astype(np.float32)
    chosen = choose(kind, rows, np.empty((0, 2), np.float32), 2)
    assert chosen.at[0] != 0


def test_parameters() -> None:
    assert plugins.load("strategies", "max_herding").short_list(2_000) == 4_000
    with pytest.raises(ConfigError, match="candidates must be 1 or more"):
        plugins.load("strategies", "max_herding", {"candidates": 0})
