"""A target is reached when the lower bound says so, not the estimate."""

from __future__ import annotations

import pytest
from histories import EMPTY, history, model, right

from alcli.contracts import Estimate, Verdict
from alcli.stopping.target import Target


def target(metric: str = "accuracy", at_least: float = 0.9) -> Target:
    """A target that one model may reach by itself."""
    return Target(metric, at_least, window=1)


def test_what_counts_is_the_lower_bound() -> None:
    # 80 of 100, z = 1.645: Wilson's bound is .7267 (worked in tests/core/test_bounds.py)
    measured = history(model(accuracy=right(80, 100)))
    said = "accuracy is at least 72.6% with 95% confidence (80.0% on 100 rows); wanted"
    assert target(at_least=0.727).judge(measured) == Verdict(False, f"{said} 72.7%")
    assert target(at_least=0.72).judge(measured) == Verdict(True, f"{said} 72%")


def test_more_rows_make_the_same_figure_enough() -> None:
    assert not target(at_least=0.75).judge(history(model(accuracy=right(80, 100)))).fires
    assert target(at_least=0.75).judge(history(model(accuracy=right(240, 300)))).fires


def test_all_right_on_a_few_rows_is_not_enough() -> None:
    # 20 of 20: 20 / 22.7055 = .8808
    assert not target(at_least=0.9).judge(history(model(accuracy=right(20, 20)))).fires
    assert target(at_least=0.88).judge(history(model(accuracy=right(20, 20)))).fires


def test_of_one_class() -> None:
    measured = history(model(accuracy=right(99, 100), recall_of_fraud=right(4, 8)))
    verdict = target("recall:fraud", at_least=0.8).judge(measured)
    assert not verdict.fires
    assert "(50.0% on 8 rows)" in verdict.because


def test_macro_f1_is_bounded_by_its_error() -> None:
    # .70 - 1.64485 x .05 = .61776
    measured = history(model(macro_f1=Estimate(0.70, 0.6, 0.8, 0.05, 90)))
    assert target("macro_f1", at_least=0.617).judge(measured).fires
    assert not target("macro_f1", at_least=0.618).judge(measured).fires


def test_each_of_the_last_models_has_to_reach_it() -> None:
    good, bad = model(accuracy=right(90, 100)), model(accuracy=right(60, 100))
    criterion = Target(at_least=0.7)
    assert criterion.judge(history(bad, good, good)).fires
    for models in ([good, bad], [good, bad, good], [good], [model(), good]):
        assert not criterion.judge(history(*models)).fires
    assert criterion.judge(history(good)).because.endswith("; wanted 70% of 2 models in a row")


def test_without_an_honest_estimate_it_says_so() -> None:
    assert target().judge(EMPTY) == Verdict(False, "no model yet to measure the accuracy of; wanted 90%")
    unmeasured = target("recall:fraud").judge(history(model(accuracy=right(99, 100))))
    assert unmeasured == Verdict(False, "the recall:fraud was not measured on rows that nobody chose; wanted 90%")


@pytest.mark.parametrize(
    "wrong",
    [
        {"metric": "acuracy"},
        {"metric": "recall"},
        {"metric": "recall:"},
        {"at_least": 85},
        {"at_least": 0},
        {"confidence": 1.0},
        {"window": 0},
    ],
)
def test_senseless_parameters(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"metric|at_least|confidence|window"):
        Target(**wrong)
