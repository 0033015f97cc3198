"""A plateau is where gains worth having are ruled out, by hand; and what it makes of made-up campaigns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from histories import EMPTY, history, model, right

from alcli.contracts import Estimate, Retrained
from alcli.core.estimates.intervals import share_of
from alcli.stopping.plateau import Plateau

if TYPE_CHECKING:
    from alcli.contracts import Floats


def measured(value: float, error: float = 0.04, n: int = 100, changed: float = 0.0) -> Retrained:
    """A model with this accuracy."""
    estimate = Estimate(value, value - 2 * error, value + 2 * error, error, n)
    return model(accuracy=estimate, stability={"changed": changed})


def test_by_hand() -> None:
    # .08 changed at accuracy .8: correlation 1 - .08 / .32 = .75, error sqrt(2 x .0016 x .25) = .02828;
    # at 90% the margin is 1.28155 x .02828 = .03625
    one = Plateau(rounds=1, min_gain=0.037).judge(history(measured(0.8), measured(0.8, changed=0.08)))
    assert one.fires
    assert one.because == (
        "accuracy went from 80.0% to 80.0% in 1 models: with 90% confidence no gain above 3.62 points (100 rows);"
        " wanted less than 3.7"
    )
    assert not Plateau(rounds=1, min_gain=0.036).judge(history(measured(0.8), measured(0.8, changed=0.08))).fires


def test_changes_add_up_over_the_models() -> None:
    # .04 + .04 changed by the second: the same margin as above
    models = measured(0.8), measured(0.8, changed=0.04), measured(0.8, changed=0.04)
    assert Plateau(rounds=2, min_gain=0.037).judge(history(*models)).fires
    assert not Plateau(rounds=2, min_gain=0.036).judge(history(*models)).fires


def test_one_better_model_among_the_last_is_enough_to_go_on() -> None:
    flat = [measured(0.8)] * 4
    assert Plateau(rounds=3).judge(history(*flat)).fires
    assert not Plateau(rounds=3).judge(history(flat[0], measured(0.83), *flat[2:])).fires
    assert not Plateau(rounds=3).judge(history(*flat[:3], measured(0.83))).fires


def test_what_came_before_the_model_that_is_compared_with_counts_for_nothing() -> None:
    assert Plateau(rounds=2).judge(history(measured(0.2), *[measured(0.8)] * 3)).fires


def test_few_rows_rule_nothing_out() -> None:
    few = model(accuracy=right(8, 10), stability={"changed": 0.1})
    assert not Plateau(rounds=2).judge(history(*[few] * 3)).fires


def test_without_a_comparison_of_predictions_all_may_have_changed() -> None:
    one = model(accuracy=right(80, 100))
    assert not Plateau(rounds=1, min_gain=0.05).judge(history(one, one)).fires
    assert Plateau(rounds=1, min_gain=0.08).judge(history(one, one)).fires  # 1.28 x sqrt(2) x .0393 = .0712


def test_it_says_what_is_missing() -> None:
    assert Plateau().judge(EMPTY).because == "0 of the 6 models that it takes"
    unmeasured = replace(measured(0.8), estimates={})
    for models in ([unmeasured, *[measured(0.8)] * 5], [*[measured(0.8)] * 5, unmeasured]):
        verdict = Plateau().judge(history(*models))
        assert not verdict.fires
        assert "not measured on rows that nobody chose" in verdict.because


def fires(curve: Floats, rng: np.random.Generator) -> bool:
    """Whether a plateau is seen anywhere on a campaign with this true curve.

    Ten rows more are measured with each model. A row's own number decides whether a model is right on it, so that
    models agree but for what they learned, and for one row in fifty that is called at random anew.
    """
    numbers, models = rng.random(10 * len(curve)), []
    for at, accuracy in enumerate(curve, 1):
        numbers = np.where(rng.random(len(numbers)) < 0.02, rng.random(len(numbers)), numbers)
        gained = float(accuracy - curve[max(0, at - 2)])
        models.append(model(accuracy=share_of(numbers[: 10 * at] < accuracy), stability={"changed": 0.04 + gained}))
        if Plateau().judge(history(*models)).fires:
            return True
    return False


@pytest.mark.parametrize(
    ("curve", "least", "most"), [(np.full(40, 0.8), 0.6, 1.0), (np.linspace(0.5, 0.9, 40), 0.0, 0.1)]
)
def test_most_plateaus_are_seen_and_few_where_there_are_none(curve: Floats, least: float, most: float) -> None:
    rng = np.random.default_rng(0)
    assert least <= np.mean([fires(curve, rng) for _ in range(80)]) <= most


@pytest.mark.parametrize("wrong", [{"rounds": 0}, {"min_gain": -0.1}, {"metric": "f1"}, {"confidence": 0.2}])
def test_senseless_parameters(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Plateau(**wrong)
