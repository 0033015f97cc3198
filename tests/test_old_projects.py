"""Projects of every disk format that ever was are opened, verified and gone on with."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from campaign import alcli, annotate, succeed

from alcli.project.records import FORMAT

PROJECTS = sorted(p for p in (Path(__file__).parent / "projects").iterdir() if p.is_dir())

# What `status` says of each, for ever. In the second, rows were asked of two people, two conflicts settled, two labels
# mended that looked wrong, the rule changed, and classes renamed, added and taken back, and split.
SAID: dict[str, dict[str, Any]] = {
    "format-1": {
        "steps": 9,
        "pool": 30,
        "labels_by_class": {"billing": 5, "access": 5, "delivery": 4},
        "annotators": {"": 14},
        "skipped": 0,
        "conflicts": 0,
        "out": 0,
        "queued": 0,
        "retrain": "4 new or changed labels since the last model, 50 wanted",
    },
    "format-2": {
        "steps": 19,
        "pool": 70,
        "labels_by_class": {"login": 20, "billing": 19, "parcel": 11, "courier": 1},
        "annotators": {"ben": 39, "ana": 35, "carl": 4},
        "skipped": 1,
        "conflicts": 0,
        "out": 0,
        "queued": 8,
        "retrain": "12 new or changed labels since the last model, 50 wanted",
    },
}


@pytest.fixture(params=PROJECTS, ids=lambda p: p.name)
def kept(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


@pytest.fixture
def project(kept: Path, tmp_path: Path) -> Path:
    """The same, of one's own."""
    return Path(shutil.copytree(kept, tmp_path / "p"))


def test_there_is_one_of_every_format() -> None:
    assert [p.name for p in PROJECTS] == list(SAID) == [f"format-{n}" for n in range(1, FORMAT + 1)]


def test_each_step_is_of_its_format(kept: Path) -> None:
    steps = [json.loads(path.read_bytes()) for path in (kept / ".alcli" / "steps").glob("*/step.json")]
    assert {f"format-{step['format']}" for step in steps} == {kept.name}


def test_an_old_project_says_what_it_said(kept: Path, project: Path) -> None:
    told = json.loads(succeed("-C", project, "status", "--json").stdout)
    told["retrain"] = told["retrain"]["because"]
    wanted = SAID[kept.name]
    assert {key: told[key] for key in wanted} == wanted
    assert "byte for byte" in succeed("-C", project, "log", "--verify").stdout
    assert len(succeed("-C", project, "export").stdout.splitlines()) == 1 + told["labels"]


def test_an_old_project_goes_on(project: Path, tmp_path: Path) -> None:
    succeed("-C", project, "retrain")
    succeed("-C", project, "select", "-n", "4", "-o", tmp_path / "next.csv")
    known = json.loads(succeed("-C", project, "labels", "--json").stdout)["classes"][0]["name"]
    succeed("-C", project, "ingest", annotate(tmp_path / "next.csv", tmp_path / "back.csv", lambda row: known))
    succeed("-C", project, "labels", "rename", known, "another name")
    assert "another name" in succeed("-C", project, "export").stdout
    succeed("-C", project, "undo")
    assert "byte for byte" in succeed("-C", project, "log", "--verify").stdout


def test_a_model_of_features_that_are_made_otherwise_today_is_refused(tmp_path: Path) -> None:
    project = Path(shutil.copytree(PROJECTS[0], tmp_path / "p"))
    refused = alcli("-C", project, "predict")
    assert (refused.exit_code, refused.stdout) == (4, "")
    assert "reads features that this installation makes differently" in refused.stderr
    assert refused.stderr.rstrip().endswith(" retrain")
