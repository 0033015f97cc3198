"""Retrain triggers, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from histories import EMPTY, history, model

from alcli.contracts import RoundHistory, Verdict
from alcli.triggers.batch_complete import BatchComplete
from alcli.triggers.new_labels import NewLabels
from alcli.triggers.schedule import Schedule
from alcli.triggers.surprise import Surprise

TRAINED = replace(history(model(200, time=1_000.0)), now=1_000.0 + 36 * 3600)


@pytest.mark.parametrize(("changed", "fires"), [(49, False), (50, True), (73, True)])
def test_new_labels_means_at_least(changed: int, fires: bool) -> None:
    verdict = NewLabels(50).judge(replace(EMPTY, n_changed=changed))
    assert verdict == Verdict(fires, f"{changed} new or changed labels since the last model, 50 wanted")


def test_new_labels_as_a_share_of_those_of_the_last_model() -> None:
    trigger = NewLabels(at_least=0, share=0.1)
    assert trigger.judge(replace(TRAINED, n_changed=20)) == Verdict(
        True, "20 new or changed labels since the last model, 10% of 200 wanted"
    )
    assert not trigger.judge(replace(TRAINED, n_changed=19)).fires


def test_either_of_number_and_share_is_enough() -> None:
    trigger = NewLabels(at_least=50, share=0.1)
    assert trigger.judge(replace(TRAINED, n_changed=20)).fires
    late = replace(TRAINED, models=(model(10_000),), n_changed=50)
    assert trigger.judge(late).because == "50 new or changed labels since the last model, 50 or 10% of 10,000 wanted"
    assert trigger.judge(late).fires
    assert not trigger.judge(replace(late, n_changed=49)).fires


@pytest.mark.parametrize("trigger", [NewLabels(0, share=0.5), Schedule(), BatchComplete()])
def test_a_first_model_is_due_with_the_first_labels(trigger: NewLabels | Schedule | BatchComplete) -> None:
    assert trigger.judge(replace(EMPTY, n_changed=1)).fires


@pytest.mark.parametrize("trigger", [NewLabels(1, share=0.0001), Schedule(0.1), BatchComplete(), Surprise(1)])
def test_none_is_due_when_there_is_nothing_new(trigger: NewLabels | Schedule | BatchComplete | Surprise) -> None:
    assert not trigger.judge(EMPTY).fires
    assert not trigger.judge(replace(TRAINED, n_predicted=50, n_wrong=50)).fires


def test_a_schedule_wants_age_and_something_new() -> None:
    assert Schedule(hours=36).judge(replace(TRAINED, n_changed=1)) == Verdict(
        True, "the last model is 36.0 of 36 hours old, 1 new or changed label"
    )
    assert not Schedule(hours=36.1).judge(replace(TRAINED, n_changed=1)).fires


def test_a_batch_is_complete_when_nothing_is_out() -> None:
    assert BatchComplete().judge(replace(TRAINED, n_changed=99, n_out=1)) == Verdict(
        False, "99 new or changed labels since the last model, 1 row out"
    )
    assert BatchComplete().judge(replace(TRAINED, n_changed=99, n_out=0)).fires


def seen(wrong: int, expected: float, n: int = 100) -> RoundHistory:
    """New labels, of which the model had predicted n."""
    return replace(TRAINED, n_changed=n, n_predicted=n, n_wrong=wrong, expected_wrong=expected)


def test_surprise_by_hand() -> None:
    # 20 of 100 expected, deviation sqrt(20 x .8) = 4: 20 + .5 + 1.64485 x 4 = 27.08
    assert Surprise().judge(seen(28, 20.0)) == Verdict(
        True,
        "the model was wrong on 28 of 100 new labels; its own confidence leads to expect 20.0,"
        " and up to 27.1 by chance",
    )
    assert not Surprise().judge(seen(27, 20.0)).fires
    assert not Surprise(confidence=0.99).judge(seen(28, 20.0)).fires  # 20.5 + 2.32635 x 4 = 29.8


def test_a_model_that_is_better_than_it_thinks_surprises_nobody() -> None:
    assert not Surprise().judge(seen(3, 20.0)).fires


def test_a_few_answers_are_no_surprise() -> None:
    assert Surprise(at_least=20).judge(seen(19, 0.0, n=19)) == Verdict(
        False, "19 new labels that the model had predicted, 20 wanted"
    )
    assert Surprise(at_least=20).judge(seen(1, 0.0, n=20)).fires, "where it was certain, one error is enough"


@pytest.mark.parametrize(
    "make",
    [
        lambda: NewLabels(at_least=0),
        lambda: NewLabels(share=-0.1),
        lambda: Schedule(hours=0),
        lambda: Surprise(at_least=0),
        lambda: Surprise(confidence=0.3),
    ],
)
def test_senseless_parameters(make: type) -> None:
    with pytest.raises(ValueError, match=r"at_least|share|hours|confidence"):
        make()
