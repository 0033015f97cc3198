"""What is told from the rows asked."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from alcli import plugins
from alcli.contracts import Asked, PoolView
from alcli.core.choosing import top
from alcli.errors import ConfigError

RNG = np.random.default_rng(0)


def groups(sizes: list[int], asked: list[int], sparse: bool = False, last: float = 1) -> PoolView:
    """Candidates in groups, each along a direction of its own, the last so long; so many rows asked of each group."""
    kind = csr_matrix if sparse else np.asarray
    lengths = np.diag([1.0] * (len(sizes) - 1) + [last])
    rows, before = np.repeat(lengths, sizes, 0), np.repeat(lengths, asked, 0)
    return PoolView(
        np.arange(len(rows)),
        np.random.default_rng(1).random(len(rows)),
        features=kind(rows.astype(np.float32)),
        asked=Asked(kind(before.astype(np.float32)), np.full(len(before), -1)),
    )


@pytest.mark.parametrize("sparse", [False, True])
def test_groups_never_asked_about_come_first(sparse: bool) -> None:
    view = groups([20, 20, 20], [10, 10, 0], sparse)
    chosen = plugins.load("strategies", "discriminative").select(view, 4, RNG)
    assert set(chosen.at.tolist()) <= set(range(40, 60))
    assert chosen.reasons[0].endswith("% sure to be unlike the rows asked before")


def test_what_is_chosen_counts_as_asked() -> None:
    """All at once it takes one group; part by part it comes round to the others."""
    view = groups([20, 20, 20, 20], [10, 0, 0, 0], last=2)
    once = plugins.load("strategies", "discriminative", {"parts": 1}).select(view, 12, RNG)
    parts = plugins.load("strategies", "discriminative", {"parts": 12}).select(view, 12, RNG)
    assert set(parts.at // 20) == {1, 2, 3}
    assert set(once.at // 20) == {3}


def test_with_nothing_asked_the_first_part_is_drawn() -> None:
    view = groups([30, 30], [0, 0])
    chosen = plugins.load("strategies", "discriminative", {"parts": 5}).select(view, 20, RNG)
    assert chosen.at[:4].tolist() == top(view.lottery, view.lottery, 4).tolist()
    assert chosen.reasons[:5] == ("drawn at random: nothing was asked before",) * 4 + (chosen.reasons[4],)
    assert "unlike the rows asked" in chosen.reasons[4]


def test_parameters_are_one_or_more() -> None:
    for name in ("candidates", "parts"):
        with pytest.raises(ConfigError, match="candidates and parts must be 1 or more"):
            plugins.load("strategies", "discriminative", {name: 0})
