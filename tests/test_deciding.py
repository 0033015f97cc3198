"""What the clauses of `[stop]` decide together, and whether they are still those that were agreed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from campaign import make_project, play_round, specify, succeed

from alcli import plugins
from alcli.campaign.deciding import Amended, Decision, amended, decision
from alcli.contracts import Verdict
from alcli.project.config import Part, Stop
from alcli.project.project import Project
from alcli.project.specification import to_toml

SPENT, FLAT, STABLE = (Verdict(True, f"{name} is so", name) for name in ("budget", "plateau", "stable"))
NOT_SPENT, NOT_FLAT = (Verdict(False, f"{name} is not so", name) for name in ("budget", "plateau"))


def test_any_one_ends_labelling_by_itself() -> None:
    decided = Decision(any=(SPENT, NOT_FLAT))
    assert decided.stops
    assert decided.because == "budget is so (budget)"


def test_all_have_to_agree() -> None:
    assert Decision(any=(NOT_SPENT,), all=(FLAT, STABLE)).because == "plateau is so (plateau) and stable is so (stable)"
    split = Decision(any=(NOT_SPENT,), all=(NOT_FLAT, STABLE))
    assert not split.stops
    assert split.because == ""
    assert split.verdicts == (NOT_SPENT, NOT_FLAT, STABLE)


def test_both_clauses_may_fire() -> None:
    assert Decision(any=(SPENT,), all=(FLAT,)).because == "budget is so (budget); plateau is so (plateau)"


def test_without_criteria_labelling_never_ends() -> None:
    assert not Decision().stops
    assert not Decision(any=(NOT_SPENT,)).stops, "no criterion in `all` is not agreement of all of them"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with eight labels and no model, whose rule names criteria in both clauses."""
    made = make_project(tmp_path)
    specify(made, "stop.any", '[{ use = "budget", labels = 100 }]')
    specify(made, "stop.all", '[{ use = "budget", rounds = 1 }, "exhausted"]')
    play_round(made)
    return made


def test_the_rule_of_a_project(project: Path) -> None:
    told = decision(Project.open(project), now=0.0)
    assert told.any == (Verdict(False, "8 of 100 labels spent", "budget"),)
    assert told.all == (
        Verdict(True, "1 of 1 rounds spent", "budget"),
        Verdict(False, "32 rows left to ask", "exhausted"),
    )
    assert not told.stops
    specify(project, "stop.all", '[{ use = "budget", rounds = 1 }]')
    assert decision(Project.open(project), now=0.0).because == "1 of 1 rounds spent (budget)"


def test_a_rule_as_init_wrote_it_is_as_agreed(tmp_path: Path) -> None:
    made = make_project(tmp_path)
    play_round(made)
    assert amended(Project.open(made)) is None


def test_an_amendment_is_known_with_the_step_that_was_first_made_under_it(tmp_path: Path) -> None:
    made = make_project(tmp_path)
    agreed = Project.open(made).config.stop
    play_round(made)  # steps 2 and 3
    specify(made, "stop.any", '[{ use = "budget", labels = 3000 }]')
    full = {**plugins.defaults("stopping", "budget"), "labels": 3000}
    now = Stop(any=(Part("budget", full),), all=agreed.all)
    assert amended(Project.open(made)) == Amended(agreed, now, step=None)
    succeed("-C", made, "select", "-n", "4")  # step 4
    specify(made, "stop.any", '[{ use = "budget", labels = 4000 }]')
    succeed("-C", made, "select", "-n", "4")
    found = amended(Project.open(made))
    assert found is not None
    assert found.step == 4


def test_what_means_the_same_is_no_amendment(tmp_path: Path) -> None:
    made = make_project(tmp_path)
    written = Project.open(made).config.stop.any
    shorter = [Part(part.use, without_defaults(part)) for part in reversed(written)]
    assert shorter != list(written)
    specify(made, "stop.any", to_toml(shorter))
    assert amended(Project.open(made)) is None


def without_defaults(part: Part) -> dict[str, Any]:
    """The parameters of a criterion that are not what they would be anyway."""
    return {key: value for key, value in part.params.items() if value != plugins.defaults("stopping", part.use)[key]}
