"""Every stopping criterion and retrain trigger that is found keeps the contract."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alcli import plugins
from alcli.contracts import RoundHistory, Verdict
from alcli.errors import ConfigError

EMPTY = RoundHistory(n_labels=0, n_changed=0, n_rounds=0, n_out=0, n_candidates=100, started=0.0, now=60.0)
KINDS = [(kind, name) for kind in ("stopping", "triggers") for name in plugins.names(kind)]


def test_these_are_found() -> None:
    assert KINDS == [("stopping", "budget"), ("stopping", "exhausted"), ("triggers", "new_labels")]


@pytest.mark.parametrize(("kind", "name"), KINDS)
def test_a_verdict_gives_its_figures_and_is_pure(kind: str, name: str) -> None:
    decider = plugins.load(kind, name)
    for history in (EMPTY, replace(EMPTY, n_labels=10**6, n_changed=10**6, n_rounds=10**4)):
        verdict = decider.judge(history)
        assert isinstance(verdict, Verdict)
        assert verdict.because
        assert verdict == decider.judge(history)
    assert not decider.judge(EMPTY).fires, "nothing is due before the first label"


@pytest.mark.parametrize(("labels", "fires"), [(99, False), (100, True), (101, True)])
def test_budget_of_labels(labels: int, fires: bool) -> None:
    verdict = plugins.load("stopping", "budget", {"labels": 100}).judge(replace(EMPTY, n_labels=labels))
    assert verdict == Verdict(fires, f"{labels} of 100 labels spent")


def test_budget_of_rounds_fires_by_itself() -> None:
    budget = plugins.load("stopping", "budget", {"labels": 100, "rounds": 3})
    assert budget.judge(replace(EMPTY, n_rounds=3)) == Verdict(True, "0 of 100 labels spent, 3 of 3 rounds spent")
    assert not budget.judge(replace(EMPTY, n_rounds=2)).fires


@pytest.mark.parametrize(("changed", "fires"), [(49, False), (50, True), (73, True)])
def test_new_labels_means_at_least(changed: int, fires: bool) -> None:
    assert (
        plugins.load("triggers", "new_labels", {"at_least": 50}).judge(replace(EMPTY, n_changed=changed)).fires is fires
    )


@pytest.mark.parametrize(
    ("kind", "name", "params"), [("stopping", "budget", {"labels": -1}), ("triggers", "new_labels", {"at_least": 0})]
)
def test_senseless_parameters_are_refused(kind: str, name: str, params: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match=name):
        plugins.load(kind, name, params)
