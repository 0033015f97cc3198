"""Balls that cover the pool."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from alcli import plugins
from alcli.contracts import Asked, PoolView, Selection
from alcli.errors import ConfigError
from alcli.strategies.probcover import squared_radius

KINDS = pytest.mark.parametrize("kind", [np.asarray, csr_matrix], ids=["dense", "sparse"])

# Two heaps far apart on a line: 0, 1 ... 9 and 50, 51 ... 54.
ROWS = np.concatenate([np.arange(10.0), 50 + np.arange(5.0)])[:, None].astype(np.float32)


def choose(kind: Any, asked: list[float], n: int, classes: tuple[str, ...] = ("a", "b")) -> Selection:
    before = np.array(asked, np.float32).reshape(len(asked), 1)
    everywhere = np.arange(len(ROWS))
    view = PoolView(
        everywhere,
        np.zeros(len(ROWS)),
        classes,
        features=kind(ROWS),
        asked=Asked(kind(before), np.full(len(asked), -1)),
        reference=PoolView(everywhere, np.zeros(len(ROWS)), classes, features=kind(ROWS)),
    )
    selection: Selection = plugins.load("strategies", "probcover").select(view, n, np.random.default_rng(0))
    return selection


@KINDS
def test_one_ball_for_each_heap(kind: Any) -> None:
    """The nearest row of another heap is 41 away: a ball of that radius holds either heap, and not the other."""
    chosen = choose(kind, [], 2)
    assert chosen.utility.tolist() == [10, 5]
    assert (chosen.at[0] < 10) and (chosen.at[1] >= 10)
    assert chosen.reasons == (
        "stands for 66.7% more of the pool",
        "stands for 33.3% more of the pool",
    )


@KINDS
def test_what_was_asked_covers_its_ball(kind: Any) -> None:
    chosen = choose(kind, [3.0], 2)
    assert chosen.at[0] >= 10
    assert chosen.utility.tolist() == [5, 0]
    assert chosen.reasons[1] == "stands for little but itself"


def test_classes_not_known_and_more_wanted_than_there_are() -> None:
    assert sorted(choose(np.asarray, [], 40, classes=()).at.tolist()) == list(range(15))


def test_while_all_labels_are_of_one_class_there_are_several_clusters() -> None:
    """Of 15 rows in as many clusters each covers itself alone; with a single cluster the first would cover them all."""
    assert choose(np.asarray, [3.0], 14, classes=("a",)).utility.tolist() == [1] * 14


def test_the_radius_by_hand() -> None:
    """Distances to the other cluster: 4, 3, 2, 2, 8: all balls are pure below 2, four fifths of them up to it."""
    points, cluster = np.array([[0.0], [1.0], [2.0], [4.0], [10.0]]), np.array([0, 0, 0, 1, 1])
    assert squared_radius(points, cluster, 0.99) == pytest.approx(4, rel=1e-3)
    assert squared_radius(points, cluster, 0.5) == pytest.approx(9, rel=1e-3)
    assert squared_radius(points, cluster, 0.01) == pytest.approx(16, rel=1e-3)
    assert squared_radius(np.ones((5, 1)), np.zeros(5, int), 0.95) == 0, "a ball holds what is the same"


@pytest.mark.parametrize("params", [{"purity": 1.0}, {"purity": 0}, {"clusters": 1}, {"candidates": 0}])
def test_parameters(params: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=next(iter(params))):
        plugins.load("strategies", "probcover", params)
