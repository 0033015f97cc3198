"""Entropy of the consensus."""

from __future__ import annotations

import numpy as np

from alcli import plugins
from alcli.contracts import PoolView

# two members sure of different classes; two that agree not to know; two that agree
VOTES = np.array([[[1, 0, 0], [0, 1, 0]], [[0.5, 0.5, 0], [0.5, 0.5, 0]], [[0.9, 0.05, 0.05], [0.7, 0.15, 0.15]]])
VIEW = PoolView(np.arange(3), np.array([0.2, 0.1, 0.6]), ("refund", "login", "bug"), committee=VOTES)


def test_hand_worked() -> None:
    last = -0.8 * np.log(0.8) - 2 * 0.1 * np.log(0.1)
    utility = plugins.load("strategies", "consensus_entropy").utility(VIEW)
    np.testing.assert_allclose(utility, [np.log(2), np.log(2), last])


def test_the_reason_tells_the_mean() -> None:
    chosen = plugins.load("strategies", "consensus_entropy").select(VIEW, 3, np.random.default_rng(0))
    assert chosen.at.tolist() == [0, 1, 2], "the tie goes to the greater lottery number"
    assert chosen.reasons[2] == "2 committee members on average: refund 80%, login 10%, bug 10%"
