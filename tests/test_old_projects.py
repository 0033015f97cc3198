"""Projects of every disk format that ever was are opened, verified and gone on with."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from campaign import alcli, annotate, succeed

from alcli.project.records import FORMAT

PROJECTS = sorted(p for p in (Path(__file__).parent / "projects").iterdir() if p.is_dir())


def test_there_is_one_of_every_format() -> None:
    assert [p.name for p in PROJECTS] == [f"format-{n}" for n in range(1, FORMAT + 1)]


@pytest.mark.parametrize("kept", PROJECTS, ids=lambda p: p.name)
def test_an_old_project_goes_on(kept: Path, tmp_path: Path) -> None:
    project = tmp_path / "p"
    shutil.copytree(kept, project)
    told = json.loads(succeed("-C", project, "status", "--json").stdout)
    assert (told["steps"], told["pool"], told["labels"], told["out"]) == (9, 30, 14, 0)
    assert "byte for byte" in succeed("-C", project, "log", "--verify").stdout
    assert len(succeed("-C", project, "export").stdout.splitlines()) == 15
    refused = alcli("-C", project, "predict")
    assert (refused.exit_code, refused.stdout) == (4, "")
    assert "reads features that this installation makes differently" in refused.stderr
    assert refused.stderr.rstrip().endswith(" retrain")
    succeed("-C", project, "retrain")
    succeed("-C", project, "select", "-n", "4", "-o", tmp_path / "next.csv")
    succeed("-C", project, "ingest", annotate(tmp_path / "next.csv", tmp_path / "back.csv"))
