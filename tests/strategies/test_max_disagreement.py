"""Divergence from the consensus."""

from __future__ import annotations

import numpy as np

from alcli import plugins
from alcli.contracts import PoolView

# all alike and unsure; one of three against the others; two sure of different classes, the third between them
VOTES = np.array(
    [
        [[0.5, 0.5], [0.5, 0.5], [0.5, 0.5]],
        [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]],
        [[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]],
    ]
)
VIEW = PoolView(np.arange(3), np.zeros(3), ("refund", "login"), committee=VOTES)


def test_hand_worked() -> None:
    """The dissenter of the second gives all to what the consensus gives a third: ln 3; in the third it is a half."""
    utility = plugins.load("strategies", "max_disagreement").utility(VIEW)
    np.testing.assert_allclose(utility, [0, np.log(3), np.log(2)], atol=1e-12)


def test_the_reason_names_the_dissenter() -> None:
    chosen = plugins.load("strategies", "max_disagreement").select(VIEW, 1, np.random.default_rng(0))
    assert chosen.reasons == ("1 of 3 committee members is 100% sure of login, all together 33%",)
