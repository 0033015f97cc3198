"""What is spent, against what may be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from histories import EMPTY

from alcli.contracts import Verdict
from alcli.stopping.budget import Budget


@pytest.mark.parametrize(("labels", "fires"), [(99, False), (100, True), (101, True)])
def test_of_labels(labels: int, fires: bool) -> None:
    verdict = Budget(labels=100).judge(replace(EMPTY, n_labels=labels))
    assert verdict == Verdict(fires, f"{labels} of 100 labels spent")


def test_of_rounds_fires_by_itself() -> None:
    budget = Budget(labels=100, rounds=3)
    assert budget.judge(replace(EMPTY, n_rounds=3)) == Verdict(True, "0 of 100 labels spent, 3 of 3 rounds spent")
    assert not budget.judge(replace(EMPTY, n_rounds=2)).fires


def test_of_annotators_minutes() -> None:
    budget = Budget(minutes=90)
    assert budget.judge(replace(EMPTY, minutes=89.99)) == Verdict(False, "89.9 of 90 minutes of annotators spent")
    assert budget.judge(replace(EMPTY, minutes=90.0)).fires


def test_of_days_counts_from_the_first_step() -> None:
    now = replace(EMPTY, started=1_000_000.0, now=1_000_000.0 + 3.5 * 86_400)
    assert Budget(days=3.5).judge(now).fires
    assert Budget(days=4).judge(now) == Verdict(False, "3.5 of 4 days spent")


def test_without_limits_it_never_fires() -> None:
    assert Budget().judge(replace(EMPTY, n_labels=10**6, n_rounds=10**4, minutes=1e6, now=1e12)) == Verdict(
        False, "no limit set"
    )
