"""`status --annotators`: who labelled what, how fast, and how far they agree."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.campaign import CLASSES, alcli, make_project, specify, succeed, truth


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """A project whose first batch, of 12 rows, two people are to label."""
    project = make_project(tmp_path)
    specify(project, "answers.per_row", "2")
    succeed("-C", project, "select", "-n", "12")
    return project


def wrong(name: str) -> str:
    return CLASSES[(CLASSES.index(truth(name)) + 1) % 3]


def hand_in(project: Path, who: str, label: Callable[[str], str], seconds: float | None = None) -> None:
    """One annotator's answers to the whole batch."""
    with (project / "round-001.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    said = [{**row, "label": label(row["id"]), "annotator": who, "seconds": seconds} for row in rows]
    returned = project.parent / "returned.csv"
    with returned.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, said[0])
        writer.writeheader()
        writer.writerows(said)
    succeed("-C", project, "ingest", returned)


def people(project: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(succeed("-C", project, "status", "--annotators", "--json").stdout)["people"]
    return told


def test_what_each_did_and_how_far_they_agree(asked: Path) -> None:
    ids = sorted(row["id"] for row in csv.DictReader((asked / "round-001.csv").open(encoding="utf-8")))
    slips = set(ids[:3])
    hand_in(asked, "ana", truth, seconds=4.0)
    hand_in(asked, "ben", lambda name: wrong(name) if name in slips else truth(name), seconds=7.5)
    found = people(asked)
    ana, ben = found["each"]
    assert (ana["name"], ana["answers"], ana["n_shared"], ana["seconds"]) == ("ana", 12, 12, 4.0)
    assert ben["consensus"]["value"] == 0.75 and ben["seconds"] == 7.5
    assert found["agreement"]["percent"]["value"] == 0.75 and found["agreement"]["n"] == 12
    assert found["agreement"]["pairs"][0]["kappa"]["value"] < 0.75
    said = {one["id"]: one["said"] for one in found["conflicts"]}
    assert said == {name: {"ana": truth(name), "ben": wrong(name)} for name in slips}
    shown = succeed("-C", asked, "status", "--annotators").stdout
    assert "75.0%" in shown and "alpha" in shown and f"alcli -C {asked} select --adjudicate" in shown
    assert all(f"{name}  ana: {truth(name)}; ben: {wrong(name)}" in shown for name in slips)


def test_one_who_differs_from_all_others_is_named(asked: Path) -> None:
    for who in ("ana", "ben", "cy"):
        hand_in(asked, who, truth)
    assert "differs" not in succeed("-C", asked, "status", "--annotators").stdout
    hand_in(asked, "dora", wrong)
    assert [one["name"] for one in people(asked)["each"] if one["differs"]] == ["dora"]
    assert "dora differs from the others" in succeed("-C", asked, "status", "--annotators").stdout


def test_a_row_that_two_are_asked_is_out_until_both_have_answered(asked: Path) -> None:
    hand_in(asked, "ana", truth)
    told = json.loads(succeed("-C", asked, "status", "--json").stdout)
    assert (told["out"], told["labels"]) == (12, 12)
    hand_in(asked, "ana", truth)  # the same person again is not the second
    assert json.loads(succeed("-C", asked, "status", "--json").stdout)["out"] == 12
    hand_in(asked, "ben", truth)
    assert json.loads(succeed("-C", asked, "status", "--json").stdout)["out"] == 0


def test_nobody_and_one_alone(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    assert "No answer has come in yet" in succeed("-C", project, "status", "--annotators").stdout
    succeed("-C", project, "select", "-n", "4")
    hand_in(project, "", truth)
    assert people(project)["agreement"] is None
    shown = succeed("-C", project, "status", "--annotators").stdout
    assert "(unnamed)" in shown and "no row was labelled by two people" in shown


def test_a_name_that_does_not_print_is_refused(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    for words in (("ingest", "a.csv", "--annotator", "a\nb"), ("select", "--annotators", "a\nb,c")):
        result = alcli("-C", project, *words)
        assert result.exit_code == 2
        assert "name holds what does not print" in result.stderr


def test_a_name_stays_data(asked: Path) -> None:
    hand_in(asked, "[red]x[/red]\x1b[31m", truth)
    result = alcli("-C", asked, "status", "--annotators")
    assert "\x1b" not in result.stdout and "[red]x[/red]" in result.stdout
