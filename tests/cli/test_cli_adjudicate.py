"""`select --adjudicate`: rows on which annotators differ go to somebody who settles them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from campaign import CLASSES, alcli, annotate, make_project, specify, succeed, truth

from alcli.core.handoff.archives import unpacked


def told(project: Path, *words: str | Path) -> dict[str, Any]:
    outcome: dict[str, Any] = json.loads(succeed("-C", project, *words, "--json").stdout)
    return outcome


def rows_of(file: str | Path) -> list[dict[str, str]]:
    with open(file, encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def exported(project: Path) -> dict[str, str]:
    return {row["id"]: row["label"] for row in csv.DictReader(succeed("-C", project, "export").stdout.splitlines())}


def wrong(name: str) -> str:
    return CLASSES[(CLASSES.index(truth(name)) + 1) % 3]


def answer(path: str | Path, label: Callable[[str], str], comment: str = "") -> Path:
    """The file with a label in every row, in its own place, and a comment."""
    annotate(Path(path), Path(path), lambda _: comment, column="comment")
    return annotate(Path(path), Path(path), label)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Six rows on which Ana, who is right and says why, and Ben differ."""
    project = make_project(tmp_path)
    made = told(project, "select", "-n", "6", "--annotators", "Ana,Ben", "--per-row", "2")
    for name, path in made["outputs"].items():
        succeed("-C", project, "ingest", answer(path, truth, "I am\n sure") if name == "Ana" else answer(path, wrong))
    return project


def test_nothing_to_settle(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    result = succeed("-C", project, "select", "--adjudicate")
    assert result.stdout == "No row is in conflict.\n"
    assert told(project, "status")["steps"] == 1
    assert not list(project.glob("round-*"))


def test_hands_out_the_rows_in_conflict_with_who_said_what(project: Path) -> None:
    made = told(project, "select", "--adjudicate")
    assert [Path(path).name for path in made["files"]] == ["round-002-adjudicate.csv"]
    rows = rows_of(made["files"][0])
    assert [row["id"] for row in rows] == [row["id"] for row in rows_of(project / "round-001-ana.csv")], "oldest first"
    assert not any(row["label"] or row["comment"] for row in rows)
    said = {row["id"]: row["answers"] for row in rows}
    assert said == {name: f"Ana: {truth(name)} (I am sure); Ben: {wrong(name)}" for name in said}
    assert [row["said"] for row in made["rows"]] == list(said.values())
    assert told(project, "status")["out"] == 6
    assert told(project, "select", "--adjudicate")["rows"] == [], "they are out"
    assert "not out already" in succeed("-C", project, "select", "--adjudicate").stdout


def test_blind_tells_what_was_said_and_not_by_whom(project: Path) -> None:
    rows = rows_of(told(project, "select", "--adjudicate", "--blind")["files"][0])
    for row in rows:
        assert row["answers"].split("; ") == sorted([f"{truth(row['id'])} (I am sure)", wrong(row["id"])])
        assert "Ana" not in "".join(row.values()) and "Ben" not in "".join(row.values())


def test_what_comes_back_settles(project: Path, tmp_path: Path) -> None:
    assert told(project, "status")["conflicts"] == 6
    made = told(project, "select", "--adjudicate", "-n", "4")
    assert (len(made["rows"]), made["left"]) == (4, 2)
    file = Path(made["files"][0])
    ids = [row["id"] for row in made["rows"]]
    taken = told(project, "ingest", answer(file, truth), "--annotator", "Zoe")
    assert (taken["accepted"], taken["conflicts"], taken["out"]) == (4, 2, 0)
    assert exported(project) == {name: truth(name) for name in ids}
    assert told(project, "status")["annotators"]["Zoe"] == 4

    for name in ("ana", "ben"):  # the others may say what they like
        later = annotate(project / f"round-001-{name}.csv", tmp_path / f"{name}.csv", wrong)
        succeed("-C", project, "ingest", later)
    now = exported(project)
    assert {name: now[name] for name in ids} == {name: truth(name) for name in ids}
    assert len(now) == 6 and told(project, "status")["conflicts"] == 0, "on the others they agree by now"

    again = annotate(file, tmp_path / "again.csv", wrong)
    assert told(project, "ingest", again, "--annotator", "Yan")["corrected"] == 4
    now = exported(project)
    assert {name: now[name] for name in ids} == {name: wrong(name) for name in ids}
    history = [line for step in sorted(project.glob(".alcli/steps/*/answers.jsonl")) for line in step.open()]
    first = [json.loads(line) for line in history if json.loads(line)["id"] == ids[0]]
    assert [one["annotator"] for one in first] == ["Ana", "Ben", "Zoe", "Ana", "Yan"], "nothing is lost"


def test_a_late_answer_of_another_settles_nothing(project: Path, tmp_path: Path) -> None:
    file = told(project, "select", "--adjudicate")["files"][0]
    late = annotate(project / "round-001-ben.csv", tmp_path / "late.csv", lambda name: CLASSES[0])
    assert told(project, "ingest", late)["out"] == 6
    assert told(project, "ingest", answer(file, truth))["out"] == 0
    assert set(exported(project).items()) == {(name, truth(name)) for name in exported(project)}


def test_an_ordinary_file_without_keys_settles_nothing(project: Path, tmp_path: Path) -> None:
    """By its id a row is the one that went out last, to be settled; but who labelled this file saw no answers."""
    (file,) = told(project, "select", "--adjudicate")["files"]
    succeed("-C", project, "ingest", answer(file, truth), "--annotator", "dora")
    lines = (project / "round-001-ben.csv").read_text(encoding="utf-8-sig").splitlines()
    bare = tmp_path / "bare.csv"
    bare.write_text("\n".join(line.split(",", 1)[1] for line in lines) + "\n", encoding="utf-8")
    refused = alcli("-C", project, "ingest", bare)
    assert refused.exit_code == 3 and "in round 2 to be settled" in refused.stderr and "alcli_id" in refused.stderr
    assert set(exported(project).items()) == {(name, truth(name)) for name in exported(project)}


def test_both_files_at_once(project: Path) -> None:
    (file,) = told(project, "select", "--adjudicate")["files"]
    assert told(project, "status")["rounds"][1]["answered"] == 0
    bens = answer(project / "round-001-ben.csv", lambda name: CLASSES[(CLASSES.index(truth(name)) + 2) % 3])
    made = told(project, "ingest", answer(file, truth), bens, "--annotator", "dora")
    assert (made["accepted"], made["corrected"], made["conflicts"]) == (6, 6, 0)
    assert set(exported(project).values()) and all(truth(name) == label for name, label in exported(project).items())
    assert told(project, "status")["rounds"][1]["answered"] == 6


def test_what_is_all_in_conflict_teaches_nothing(project: Path) -> None:
    refused = alcli("-C", project, "retrain")
    assert refused.exit_code == 4 and "select --adjudicate" in refused.stderr


def test_what_nobody_can_label_is_settled_so(project: Path) -> None:
    file = told(project, "select", "--adjudicate")["files"][0]
    assert told(project, "ingest", answer(file, lambda name: "?"))["skipped"] == 6
    status = told(project, "status")
    assert (status["conflicts"], status["skipped"], status["labels"]) == (0, 6, 0)


def test_labelling_may_have_ended(project: Path) -> None:
    specify(project, "stop.any", '[{ use = "budget", labels = 1 }]')
    succeed("-C", project, "ingest", project / "round-001-ana.csv")
    made = told(project, "select", "-n", "2", "--anyway")
    succeed("-C", project, "ingest", annotate(Path(made["files"][0]), project / "b.csv"))
    assert alcli("-C", project, "select").exit_code == 4
    assert len(told(project, "select", "--adjudicate")["rows"]) == 6


def test_what_came_back_blank_goes_out_again_where_that_is_asked_for(project: Path) -> None:
    file = told(project, "select", "--adjudicate")["files"][0]
    assert told(project, "ingest", file)["blank"] == 6
    assert told(project, "select", "--adjudicate")["rows"] == []
    assert len(told(project, "select", "--adjudicate", "--reissue")["rows"]) == 6


def test_a_dry_run_and_a_file_that_is_there_change_nothing(project: Path) -> None:
    made = told(project, "select", "--adjudicate", "--dry-run")
    assert (len(made["rows"]), made["files"], made["step"]) == (6, [], None)
    (project / "mine.csv").write_text("mine")
    assert alcli("-C", project, "select", "--adjudicate", "-o", project / "mine.csv").exit_code == 4
    assert told(project, "status")["out"] == 0


def test_it_is_no_ordinary_batch(project: Path) -> None:
    told(project, "select", "--adjudicate")
    batch = [json.loads(line) for line in (project / ".alcli/steps/0005/batch.jsonl").open()]
    assert {row["purpose"] for row in batch} == {"adjudicate"}
    assert not any(row.get("audit") or row.get("to") or "predicted" in row for row in batch)
    did = json.loads((project / ".alcli/steps/0005/step.json").read_text())["did"]
    assert (did["strategy"], did.get("n_audit", 0)) == ("adjudicate", 0)
    specify(project, "select.batch_size", "3")
    made = told(project, "advance")
    assert [len(done["rows"]) for done in made["selected"]] == [3], "others need not wait for the one who settles"


def test_remake_writes_the_same_bytes(project: Path) -> None:
    file = Path(told(project, "select", "--adjudicate")["files"][0])
    before = file.read_bytes()
    file.unlink()
    succeed("-C", project, "select", "--remake")
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "words",
    [("--strategy", "random"), ("--matching", "card"), ("--annotators", "a,b"), ("--overlap", "0.2"), ("--remake",)],
)
def test_what_does_not_go_with_it(project: Path, words: tuple[str, ...]) -> None:
    assert alcli("-C", project, "select", "--adjudicate", *words).exit_code == 2


def test_blind_wants_something_to_hide(project: Path) -> None:
    assert alcli("-C", project, "select", "--blind").exit_code == 2


@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx", "html", "label_studio", "argilla", "potato", "ground_truth"])
def test_every_format_shows_who_said_what(project: Path, form: str) -> None:
    if form == "xlsx":
        pytest.importorskip("xlsxwriter", reason="the extra alcli[xlsx] is not installed")
    made = told(project, "select", "--adjudicate", "--format", form)
    data = Path(made["files"][0]).read_bytes()
    content = b"".join(dict(unpacked(data)).values() if form == "xlsx" else [data]).decode()
    assert all(row["said"] in content for row in made["rows"])


@pytest.mark.parametrize("form", ["doccano", "prodigy"])
def test_tools_that_show_one_text_come_back_with_it(project: Path, tmp_path: Path, form: str) -> None:
    made = told(project, "select", "--adjudicate", "--format", form)
    tasks = [json.loads(line) for line in Path(made["files"][0]).read_text().splitlines()]
    assert all("answers: Ana: " in task["text"] for task in tasks)
    back = tmp_path / "back.jsonl"
    done = [{**task, **_said(form, truth(task.get("pool_id") or task["meta"]["id"]))} for task in tasks]
    back.write_text("".join(json.dumps(task) + "\n" for task in done))
    taken = told(project, "ingest", back)
    assert (taken["accepted"], taken["conflicts"], taken["warnings"]) == (6, 0, [])


def _said(form: str, label: str) -> dict[str, Any]:
    if form == "doccano":
        return {"label": [label], "Comments": []}
    return {"accept": [label], "answer": "accept", "_task_hash": 1, "_input_hash": 1}


def test_what_people_wrote_stays_text(tmp_path: Path) -> None:
    pool = tmp_path / "pool.csv"
    pool.write_text("id,answers\na,one\nb,two\nc,three\nd,four\n")
    project = tmp_path / "p"
    succeed("init", project, "--pool", pool, "--text", "answers")
    made = told(project, "select", "-n", "4", "--annotators", "=1+1,Ben", "--per-row", "2")
    for name, path in made["outputs"].items():
        answer(path, lambda _, name=name: "=x" if name == "Ben" else "y", "=cmd|' /C calc'!A0")
        succeed("-C", project, "ingest", path)
    file = Path(told(project, "select", "--adjudicate")["files"][0])
    header, *lines = list(csv.reader(file.open(encoding="utf-8-sig")))
    assert header[2:4] == ["answers", "answers_"], "the pool's own column keeps its name"
    assert all(cells[3].startswith("'=1+1: y (") for cells in lines)
    assert told(project, "ingest", answer(file, lambda _: "y"))["conflicts"] == 0


def test_the_terminal_shows_it_too(project: Path) -> None:
    from alcli.campaign.handoff.desk import Desk
    from alcli.project.project import Project

    file = Path(told(project, "select", "--adjudicate")["files"][0])
    desk = Desk.of(file, Project.open(project), "Zoe")
    assert all(shown["answers"].startswith("Ana: ") for shown in desk.sheet.shown)
