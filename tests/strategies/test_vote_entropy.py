"""Votes of a committee, and their entropy."""

from __future__ import annotations

import numpy as np
import pytest

from alcli import plugins
from alcli.contracts import PoolView
from alcli.core.uncertainty import entropy
from alcli.core.votes import divergences
from alcli.errors import ConfigError

RNG = np.random.default_rng(0)
# 3 candidates, 5 members, 3 classes: all agree; two and two and one; four against one
VOTES = np.array(
    [
        [[0.8, 0.1, 0.1]] * 5,
        [[0.1, 0.8, 0.1], [0.1, 0.1, 0.8], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8], [0.8, 0.1, 0.1]],
        [[0.1, 0.8, 0.1]] * 4 + [[0.1, 0.1, 0.8]],
    ],
    np.float32,
)
VIEW = PoolView(np.arange(3), np.array([0.2, 0.4, 0.6]), ("bug", "refund", "login"), committee=VOTES)


def test_hand_worked() -> None:
    two_two_one = -2 * 0.4 * np.log(0.4) - 0.2 * np.log(0.2)
    four_one = -0.8 * np.log(0.8) - 0.2 * np.log(0.2)
    utility = plugins.load("strategies", "vote_entropy").utility(VIEW)
    np.testing.assert_allclose(utility, [0, two_two_one, four_one], atol=1e-12)


def test_the_reason_counts_the_votes() -> None:
    chosen = plugins.load("strategies", "vote_entropy").select(VIEW, 3, RNG)
    assert chosen.at.tolist() == [1, 2, 0]
    assert chosen.reasons == (
        "5 committee members name 3 classes: refund 2, login 2, bug 1",
        "5 committee members name 2 classes: refund 4, login 1",
        "all 5 committee members name bug",
    )


def test_equal_votes_are_settled_by_lottery() -> None:
    view = PoolView(np.arange(3), np.array([0.2, 0.9, 0.6]), ("a", "b", "c"), committee=VOTES[[1, 1, 1]])
    assert plugins.load("strategies", "vote_entropy").select(view, 2, RNG).at.tolist() == [1, 2]


@pytest.mark.parametrize("name", ["vote_entropy", "consensus_entropy", "max_disagreement"])
def test_a_committee_has_two_members_or_more(name: str) -> None:
    with pytest.raises(ConfigError, match="members must be 2 or more"):
        plugins.load("strategies", name, {"members": 1})
    with pytest.raises(ConfigError, match="models must name 2 or more"):
        plugins.load("strategies", name, {"models": ["logistic"]})
    for wrong in ("logistic", [1, 2], 3):
        with pytest.raises(ConfigError, match="models must be a list of names"):
            plugins.load("strategies", name, {"models": wrong})
    listed = plugins.load("strategies", name, {"models": ["logistic", "naive_bayes"]})
    assert listed == plugins.load("strategies", name, {"models": ("logistic", "naive_bayes")})


def test_entropy_of_certainty_is_exactly_nothing() -> None:
    assert entropy(np.array([[1.0, 0.0, 0.0]])).tolist() == [0.0]
    assert entropy(np.array([[0.0, 1.0]], np.float32)).tolist() == [0.0]


def test_divergences_are_those_of_the_textbook() -> None:
    votes = np.random.default_rng(1).dirichlet(np.ones(4), (6, 3))
    mean = votes.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(divergences(votes), (votes * np.log(votes / mean)).sum(axis=2), atol=1e-12)
