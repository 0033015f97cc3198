"""Every stopping criterion and retrain trigger that is found keeps the contract."""

from __future__ import annotations

from dataclasses import replace

import pytest
from histories import EMPTY, history, model, right

from alcli import plugins
from alcli.contracts import Verdict
from alcli.errors import ConfigError

KINDS = [(kind, name) for kind in ("stopping", "triggers") for name in plugins.names(kind)]
SAME = {"kappa": 1.0, "changed": 0.0, "uncertainty": 0.0}
LONG = history(*[model(10**6, stability=SAME, accuracy=right(500, 500))] * 30)
HISTORIES = {
    "nothing yet": EMPTY,
    "without models": replace(EMPTY, n_labels=10**6, n_changed=10**6, n_rounds=10**4),
    "nothing measured": history(*[model()] * 30),
    "long and done": LONG,
    "much that is new": replace(LONG, n_changed=10**6, n_predicted=100, n_wrong=100, now=1e9, n_candidates=0),
}


def test_these_are_found() -> None:
    assert KINDS == [
        ("stopping", "budget"),
        ("stopping", "classification_change"),
        ("stopping", "exhausted"),
        ("stopping", "overall_uncertainty"),
        ("stopping", "plateau"),
        ("stopping", "stable_predictions"),
        ("stopping", "target"),
        ("triggers", "batch_complete"),
        ("triggers", "new_labels"),
        ("triggers", "schedule"),
        ("triggers", "surprise"),
    ]


@pytest.mark.parametrize("told", HISTORIES)
@pytest.mark.parametrize(("kind", "name"), KINDS)
def test_a_verdict_gives_its_figures_and_is_pure(kind: str, name: str, told: str) -> None:
    decider = plugins.load(kind, name)
    verdict = decider.judge(HISTORIES[told])
    assert isinstance(verdict, Verdict)
    assert verdict.because
    assert verdict == plugins.load(kind, name).judge(HISTORIES[told])


@pytest.mark.parametrize(("kind", "name"), KINDS)
def test_nothing_is_due_before_the_first_label(kind: str, name: str) -> None:
    assert not plugins.load(kind, name).judge(EMPTY).fires


@pytest.mark.parametrize("name", [name for kind, name in KINDS if kind == "triggers"])
def test_no_trigger_is_due_where_nothing_has_changed(name: str) -> None:
    assert not plugins.load("triggers", name).judge(replace(LONG, now=1e9)).fires


@pytest.mark.parametrize(("kind", "name"), KINDS)
def test_each_fires_where_it_must(kind: str, name: str) -> None:
    spent = {"labels": 1} if name == "budget" else {}
    assert plugins.load(kind, name, spent).judge(HISTORIES["much that is new"]).fires


@pytest.mark.parametrize(("kind", "name"), KINDS)
def test_every_parameter_has_a_default(kind: str, name: str) -> None:
    assert plugins.load(kind, name, plugins.defaults(kind, name)) == plugins.load(kind, name)


@pytest.mark.parametrize(
    ("kind", "name", "params"),
    [
        ("stopping", "budget", {"labels": -1}),
        ("stopping", "classification_change", {"at_most": 1.0}),
        ("stopping", "overall_uncertainty", {"at_most": -0.1}),
        ("stopping", "plateau", {"rounds": 0}),
        ("stopping", "stable_predictions", {"kappa": 1.1}),
        ("stopping", "target", {"metric": "recall"}),
        ("triggers", "new_labels", {"at_least": 0}),
        ("triggers", "schedule", {"hours": 0}),
        ("triggers", "surprise", {"at_least": 0}),
    ],
)
def test_senseless_parameters_are_refused(kind: str, name: str, params: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match=name):
        plugins.load(kind, name, params)
