"""A batch goes to every tool and comes back on the command line, with nothing said but the file's name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from annotating import EXPORTS, Answer, Export, doccano, zipped
from campaign import CLASSES, alcli, specify, succeed, write_pool

from alcli.project.project import Project

LABELS = CLASSES[:2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    pool = write_pool(tmp_path / "pool.csv")
    succeed("init", tmp_path / "p", "--pool", pool, "--text", "text", "--classes", ",".join(CLASSES))
    return tmp_path / "p"


def hand_out(project: Path, form: str, n: int = 3) -> str | bytes:
    """The file of a batch, as a tool gets it."""
    chosen = json.loads(succeed("-C", project, "select", "-n", str(n), "--format", form, "--json").stdout)
    data = Path(chosen["files"][0]).read_bytes()
    return data if form == "xlsx" else data.decode("utf-8-sig")


def ingested(project: Path, file: Path, *more: str) -> dict[str, Any]:
    result = alcli("-C", project, "ingest", file, "--json", *more)
    return {"exit": result.exit_code, **json.loads(result.stdout)}


def answers(project: Path) -> list[dict[str, Any]]:
    step = max((project / ".alcli" / "steps").glob("[0-9]*"))
    lines = (step / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if not row.get("blank")]


@pytest.mark.parametrize("export", EXPORTS, ids=str)
def test_there_and_back(export: Export, project: Path, tmp_path: Path) -> None:
    if export.format == "xlsx":
        pytest.importorskip("xlsxwriter", reason="the extra alcli[xlsx] is not installed")
        pytest.importorskip("python_calamine", reason="the extra alcli[xlsx] is not installed")
    said = [Answer(LABELS[0]), Answer(skipped=True), Answer(LABELS[1])]
    file = tmp_path / f"back{export.suffix}"
    file.write_bytes(export.answered(hand_out(project, export.format.replace("_", "-")), said))
    outcome = ingested(project, file)
    assert outcome["exit"] == 0 and outcome["accepted"] == 2 and not outcome["rejected"], outcome
    assert outcome["skipped"] == ("skipped" in export.tells)
    rows = answers(project)
    assert [row["label"] for row in rows if "label" in row] == list(LABELS)
    if "annotator" in export.tells:
        assert {row["annotator"] for row in rows} == {"anna"}
    assert {row.get("seconds") for row in rows} == {1.5 if "seconds" in export.tells else None}
    again = ingested(project, file)
    assert again["exit"] == 0 and again["accepted"] == 0 and again["step"] is None, (
        "the same file again changes nothing"
    )


def test_the_zip_of_doccano_is_refused_as_a_whole_and_says_which_file(project: Path, tmp_path: Path) -> None:
    content = str(hand_out(project, "doccano", 1))
    good = doccano(content, [Answer(LABELS[0])])
    file = tmp_path / "back.zip"
    file.write_bytes(zipped({"anna.jsonl": good, "ben.jsonl": good[:-20]}))
    outcome = ingested(project, file)
    assert outcome["exit"] == 3 and [fault["file"] for fault in outcome["rejected"]] == [f"{file}-ben.jsonl"]
    file.write_bytes(zipped({"anna.jsonl": good, "ben.jsonl": doccano(content, [Answer("nonsense")])}))
    outcome = ingested(project, file, "--skip-bad-rows")
    assert outcome["exit"] == 3, "of ben's file no row can be taken"
    assert not list(tmp_path.glob("*.rejected*"))


def test_two_who_differ_in_one_zip_are_told_apart_by_its_names(project: Path, tmp_path: Path) -> None:
    content = str(hand_out(project, "doccano", 2))
    anna = doccano(content, [Answer(LABELS[0]), Answer(LABELS[0])])
    ben = doccano(content, [Answer(LABELS[1]), Answer(LABELS[0])])
    file = tmp_path / "back.zip"
    file.write_bytes(zipped({"anna.jsonl": anna, "ben.jsonl": ben}))
    outcome = ingested(project, file, "--skip-bad-rows")
    assert outcome["exit"] == 0 and outcome["accepted"] == 2 and len(outcome["rejected"]) == 2
    assert sorted(row["annotator"] for row in answers(project)) == ["anna", "ben"]
    assert sorted(path.name for path in tmp_path.glob("*.rejected.csv")) == [
        "back.zip-anna.rejected.csv",
        "back.zip-ben.rejected.csv",
    ]


def test_a_workbook_called_csv_is_refused_by_name(project: Path, tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter", reason="the extra alcli[xlsx] is not installed")
    pytest.importorskip("python_calamine", reason="the extra alcli[xlsx] is not installed")
    file = tmp_path / "back.csv"
    file.write_bytes(bytes(hand_out(project, "xlsx", 1)))
    outcome = ingested(project, file)
    assert outcome["exit"] == 3 and "XLSX" in outcome["rejected"][0]["reason"]


def test_what_a_tool_wants_beside_is_made_with_the_batch_and_never_replaces_a_file(project: Path) -> None:
    hand_out(project, "label-studio", 1)
    assert "<Choice value=" in (project / "round-001.xml").read_text(encoding="utf-8")
    (project / "round-001.json").unlink()
    (project / "round-001.xml").unlink()
    outcome = json.loads(succeed("-C", project, "select", "--remake", "--json").stdout)
    assert [Path(name).name for name in outcome["files"]] == ["round-001.json", "round-001.xml"]
    (project / "round-002.xml").write_text("mine", encoding="utf-8")
    result = alcli("-C", project, "select", "-n", "1", "--format", "label-studio")
    assert result.exit_code == 4 and (project / "round-002.xml").read_text(encoding="utf-8") == "mine"
    assert not (project / "round-002.json").exists() and len(Project.open(project).state.batches) == 1


def test_the_parameters_of_a_format_stand_in_the_specification(project: Path) -> None:
    specify(project, "handoff.format", '{ use = "prodigy", ask = "no class" }')
    result = alcli("-C", project, "select", "-n", "1")
    assert result.exit_code == 5 and "is no class" in result.stderr
    assert json.loads(str(hand_out(project, f"prodigy:{CLASSES[0]}", 1)))["label"] == CLASSES[0]
