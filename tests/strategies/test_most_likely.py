"""The rows of one class."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from alcli import plugins
from alcli.contracts import PoolView

PROBA = np.array([[0.2, 0.7, 0.1], [0.6, 0.1, 0.3], [0.1, 0.4, 0.5]])
VIEW = PoolView(np.arange(3), np.zeros(3), ("fraud", "honest", "theft: card"), PROBA)
RNG = np.random.default_rng(0)


def test_the_likeliest_come_first() -> None:
    chosen = plugins.load("strategies", "most_likely:fraud").select(VIEW, 2, RNG)
    assert chosen.at.tolist() == [1, 0]
    assert chosen.reasons == ("60% likely to be fraud", "20% likely to be fraud")


def test_a_class_may_hold_a_colon() -> None:
    chosen = plugins.load("strategies", "most_likely:theft: card").select(VIEW, 1, RNG)
    assert chosen.reasons == ("50% likely to be theft: card",)


def test_without_a_class_any_rare_one_counts() -> None:
    chosen = plugins.load("strategies", "most_likely").select(replace(VIEW, rare=("theft: card", "fraud")), 3, RNG)
    assert chosen.at.tolist() == [1, 2, 0]
    np.testing.assert_allclose(chosen.utility, [0.9, 0.6, 0.3])
    assert chosen.reasons[1] == "50% likely to be theft: card"


def test_a_rare_class_that_has_no_label_yet_is_passed_over() -> None:
    view = replace(VIEW, rare=("arson", "fraud"))
    assert plugins.load("strategies", "most_likely").utility(view).tolist() == [0.2, 0.6, 0.1]


def test_an_unknown_class_is_answered_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"no class 'fruad'; it knows: fraud, honest, theft: card"):
        plugins.load("strategies", "most_likely:fruad").utility(VIEW)
    with pytest.raises(ValueError, match=r"no class is named, as in most_likely:fraud, and none is called rare"):
        plugins.load("strategies", "most_likely").utility(VIEW)
