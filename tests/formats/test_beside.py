"""What goes out beside a handoff file, for the tool to be set up by."""

from __future__ import annotations

import json
from pathlib import Path

from campaign import make_project, specify, succeed


def test_doccano_gets_its_label_set(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    specify(project, "labels.classes", '["billing", "access", "größer 5"]')
    told = json.loads(succeed("-C", project, "select", "-n", "3", "--format", "doccano", "--json").stdout)
    assert [Path(name).name for name in told["files"]] == ["round-001.jsonl", "round-001.labels.json"]
    labels = json.loads((project / "round-001.labels.json").read_text(encoding="utf-8"))
    assert labels == [{"text": "billing"}, {"text": "access"}, {"text": "größer 5"}]


def test_without_classes_there_is_none(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    succeed("-C", project, "select", "-n", "3", "--format", "doccano")
    assert [path.name for path in project.glob("round-001*")] == ["round-001.jsonl"]
