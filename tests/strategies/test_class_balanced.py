"""Classes of few labels get their share of a batch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from views import check, view

from alcli import plugins
from alcli.contracts import Asked, PoolView
from alcli.errors import ConfigError
from alcli.strategies.class_balanced import shared_out

RNG = np.random.default_rng(0)


def labels(*counts: int) -> Asked:
    """So many labels of each class, and one row that has none."""
    y = np.append(np.repeat(np.arange(len(counts)), counts), -1)
    return Asked(np.ones((len(y), 1), np.float32), y)


def test_the_rare_class_is_brought_in() -> None:
    """Of six candidates the four most doubtful are ham; spam, of one label, gets the first two places of three."""
    ham = np.array([0.51, 0.52, 0.53, 0.54, 0.40, 0.30])
    view = PoolView(np.arange(6), np.zeros(6), ("ham", "spam"), np.stack([ham, 1 - ham], 1), asked=labels(3, 1))
    plain = plugins.load("strategies", "margin").select(view, 3, RNG)
    assert plain.at.tolist() == [0, 1, 2]
    chosen = plugins.load("strategies", "class_balanced").select(view, 3, RNG)
    assert chosen.at.tolist() == [0, 4, 5]
    assert chosen.reasons == (
        "torn between ham and spam: 51% / 49%",
        "torn between spam and ham: 60% / 40%; taken for spam, which has 1 label so far",
        "torn between spam and ham: 70% / 30%; taken for spam, which has 1 label so far",
    )


def test_no_farther_than_the_longer_choice() -> None:
    ham = np.array([0.51, 0.52, 0.53, 0.54, 0.40, 0.30])
    view = PoolView(np.arange(6), np.zeros(6), ("ham", "spam"), np.stack([ham, 1 - ham], 1), asked=labels(9, 1))
    chosen = plugins.load("strategies", "class_balanced", {"times": 2}).select(view, 2, RNG)
    assert chosen.at.tolist() == [0, 1], "the four most doubtful are all ham"


@given(st.lists(st.integers(0, 4), min_size=1, max_size=30), st.lists(st.integers(0, 9), min_size=5, max_size=5))
def test_places_go_to_the_class_of_fewest_labels(predicted: list[int], counts: list[int]) -> None:
    for n in range(1, len(predicted) + 1):
        left, have = list(enumerate(predicted)), list(counts)
        wanted = []
        for _ in range(n):
            at, c = min(left, key=lambda row: (have[row[1]], row[0]))
            left.remove((at, c))
            have[c] += 1
            wanted.append(at)
        assert sorted(shared_out(np.array(predicted), np.array(counts), n).tolist()) == sorted(wanted)


def test_before_there_is_a_model_the_choice_stands() -> None:
    pool = replace(view(20, cold=True), asked=None)
    of = plugins.load("strategies", "random")
    chosen = plugins.load("strategies", "class_balanced", {"of": "random"}).select(pool, 4, RNG)
    assert chosen.at.tolist() == of.select(pool, 4, RNG).at.tolist()


@pytest.mark.parametrize("name", plugins.names("strategies"))
def test_it_wraps_every_strategy(name: str) -> None:
    of, strategy = plugins.load("strategies", name), plugins.load("strategies", "class_balanced", {"of": name})
    assert strategy.needs == of.needs
    assert strategy.batch_needs == of.batch_needs | {"proba", "asked"}
    assert strategy.starts_cold == (of.starts_cold or name == "random"), "random needs no model"
    assert strategy.short_list(10) == of.short_list(50)
    check(strategy, view(30), 6)


def test_times_are_one_or_more() -> None:
    with pytest.raises(ConfigError, match="times must be 1 or more"):
        plugins.load("strategies", "class_balanced", {"times": 0})
