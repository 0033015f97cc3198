"""The criteria that go by what models say of unlabelled rows: no label is needed to judge them."""

from __future__ import annotations

import pytest
from histories import EMPTY, history, model

from alcli.contracts import Retrained, Verdict
from alcli.stopping.classification_change import ClassificationChange
from alcli.stopping.overall_uncertainty import OverallUncertainty
from alcli.stopping.stable_predictions import StablePredictions


def row(name: str, *values: float) -> list[Retrained]:
    """A first model, which is compared with none, and one for each of these figures."""
    return [model(stability={"uncertainty": 0.9}), *(model(stability={name: value}) for value in values)]


def test_kappa_on_average_over_the_window() -> None:
    criterion = StablePredictions(kappa=0.95, window=3)
    assert criterion.judge(history(*row("kappa", 0.5, 0.94, 0.95, 0.97))) == Verdict(
        True, "kappa 0.953 on average over the last 3 models; wanted 0.95"
    )
    assert not criterion.judge(history(*row("kappa", 0.97, 0.93, 0.94, 0.97))).fires  # .94667


def test_kappa_waits_for_a_whole_window() -> None:
    assert StablePredictions(window=3).judge(history(*row("kappa", 1.0, 1.0))) == Verdict(
        False, "2 of 3 models compared with the one before"
    )


def test_change_has_to_be_small_each_time() -> None:
    criterion = ClassificationChange(at_most=0.02, window=2)
    assert criterion.judge(history(*row("changed", 0.5, 0.02, 0.011))) == Verdict(
        True, "2.0%, 1.1% of predictions changed with the last 2 models; wanted 2%"
    )
    assert not criterion.judge(history(*row("changed", 0.0, 0.021))).fires
    assert not criterion.judge(history(*row("changed", 0.0))).fires


def test_as_in_the_paper_no_prediction_may_change() -> None:
    criterion = ClassificationChange(at_most=0.0, window=1)
    assert criterion.judge(history(*row("changed", 0.5, 0.0))).fires
    assert not criterion.judge(history(*row("changed", 0.0, 0.0005))).fires


def test_uncertainty_is_that_of_the_newest_model() -> None:
    criterion = OverallUncertainty(at_most=0.1)
    assert criterion.judge(history(*row("uncertainty", 0.3, 0.1))) == Verdict(
        True, "mean uncertainty 0.100 of 1; wanted 0.1"
    )
    assert not criterion.judge(history(*row("uncertainty", 0.05, 0.11))).fires


@pytest.mark.parametrize("criterion", [StablePredictions(), ClassificationChange(), OverallUncertainty()])
def test_models_that_were_not_compared_say_nothing(
    criterion: StablePredictions | ClassificationChange | OverallUncertainty,
) -> None:
    assert not criterion.judge(EMPTY).fires
    assert not criterion.judge(history(*[model()] * 9)).fires
