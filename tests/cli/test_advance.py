"""`advance`: the loop runs itself, does nothing twice, and is silent when there is nothing to do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from campaign import alcli, annotate, command, environment, make_project, specify, start, succeed
from typer.testing import Result

from alcli.project import durable
from alcli.project.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return small(tmp_path)


def small(folder: Path) -> Path:
    """A project that retrains after every batch of six."""
    made = make_project(folder)
    specify(made, "select.batch_size", "6")
    specify(made, "model", 'use = "logistic"')
    specify(made, "retrain.when", '{ use = "new_labels", at_least = 6 }')
    return made


def turn(project: Path, *words: str | Path) -> Result:
    """One turn that takes files at once."""
    return succeed("-C", project, "advance", "--settle", "0", *words)


def told(project: Path, *words: str | Path, code: int = 0) -> dict[str, Any]:
    """What one turn tells as JSON."""
    result = alcli("-C", project, "advance", "--settle", "0", "--json", *words)
    assert result.exit_code == code, result.output
    outcome: dict[str, Any] = json.loads(result.stdout)
    return outcome


def answer(project: Path, number: int) -> Path:
    """The labelled handoff of a round in the inbox."""
    name = f"round-{number:03d}.csv"
    return annotate(project / "outbox" / name, project / "inbox" / name)


def verbs(project: Path) -> list[str]:
    return [committed.step.verb for committed in Project.open(project).committed]


def everything(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


# --- the loop --------------------------------------------------------------------------------------------------------


def test_it_goes_round_by_round(project: Path) -> None:
    turn(project)
    assert (project / "outbox" / "round-001.csv").exists()
    answer(project, 1)
    turn(project)
    answer(project, 2)
    turn(project)
    assert verbs(project) == ["init", "select", "ingest", "retrain", "select", "ingest", "retrain", "select"]
    assert sorted(path.name for path in (project / "inbox" / "done").iterdir()) == ["round-001.csv", "round-002.csv"]
    assert [path.name for path in (project / "inbox").iterdir()] == ["done"]


def test_with_nothing_to_do_it_says_nothing_and_changes_nothing(project: Path) -> None:
    turn(project)
    before = everything(project)
    for words in ((), ("-q",), ("--dry-run",)):
        result = turn(project, *words)
        assert (result.stdout, result.stderr) == ("", "")
    assert everything(project) == before


def test_json_tells_what_was_done_step_by_step(project: Path) -> None:
    first = told(project)
    assert [batch["round"] for batch in first["selected"]] == [1]
    assert first["out"] == 6
    answer(project, 1)
    second = told(project)
    assert (second["schema"], second["command"]) == (1, "advance")
    (taken,) = second["taken"]
    assert (taken["file"], taken["refused"], taken["ingest"]["accepted"]) == ("round-001.csv", False, 6)
    assert Path(taken["kept"]).exists()
    assert second["retrained"]["n_labels"] == 6
    assert [batch["step"] for batch in second["selected"]] == [5]
    idle = told(project)
    assert (idle["taken"], idle["retrained"], idle["selected"], idle["error"]) == ([], None, [], None)


def test_quiet_prints_the_new_handoff_file_alone(project: Path) -> None:
    result = turn(project, "-q")
    assert result.stdout.split() == [str(project / "outbox" / "round-001.csv")]
    assert result.stderr == ""


def test_labels_of_one_class_teach_nothing_yet_and_hold_nothing_up(project: Path) -> None:
    turn(project)
    annotate(project / "outbox" / "round-001.csv", project / "inbox" / "a.csv", lambda name: "billing")
    turn(project)
    assert verbs(project) == ["init", "select", "ingest", "select"]


def test_so_many_rows_are_kept_out(project: Path) -> None:
    specify(project, "handoff.keep_out", "10")
    assert told(project)["out"] == 12
    assert told(project)["out"] == 12
    file = project / "outbox" / "round-001.csv"
    first, rest = file.read_text().split("\n", 1)
    (project / "half.csv").write_text("\n".join([first, *rest.split("\n")[:3], ""]))
    annotate(project / "half.csv", project / "inbox" / "half.csv")
    assert told(project)["out"] == 9 + 6


def test_rows_that_are_out_are_spent_labels(project: Path) -> None:
    specify(project, "handoff.keep_out", "100")
    specify(project, "stop.any", '[{ use = "budget", labels = 12 }]')
    outcome = told(project)
    assert (outcome["out"], len(outcome["selected"]), outcome["stopped"]) == (12, 2, False)
    assert turn(project).output == ""


def test_a_retrain_that_fails_does_not_keep_annotators_waiting(project: Path) -> None:
    turn(project)
    answer(project, 1)
    specify(project, "retrain.command", '"false"')
    outcome = told(project, code=4)
    assert outcome["taken"][0]["ingest"]["accepted"] == 6
    assert outcome["retrained"] is None
    assert (project / "outbox" / "round-002.csv").exists()
    assert outcome["error"]["exit_code"] == 4


def test_a_stopped_campaign_learns_its_last_labels_and_rests(project: Path) -> None:
    specify(project, "retrain.when", '{ use = "new_labels", at_least = 50 }')
    specify(project, "stop.any", '[{ use = "budget", labels = 6 }]')
    turn(project)
    answer(project, 1)
    outcome = told(project)
    assert outcome["stopped"]
    assert outcome["retrained"]["n_labels"] == 6
    assert outcome["selected"] == []
    assert turn(project).output == ""
    assert told(project)["stopped"]


def test_an_exhausted_pool_is_no_error(tmp_path: Path) -> None:
    project = make_project(tmp_path, rows=8)
    specify(project, "select.batch_size", "6")
    specify(project, "stop.any", "[]")
    for number in (1, 2):
        turn(project)
        answer(project, number)
    turn(project)
    assert turn(project).output == ""
    assert len(Project.open(project).state.labels) == 8


# --- trouble ---------------------------------------------------------------------------------------------------------


def test_what_was_done_before_an_error_is_told_with_it(project: Path) -> None:
    turn(project)
    answer(project, 1)
    specify(project, "model", 'use = "./missing.py:Model"')
    outcome = told(project, code=5)
    assert outcome["taken"][0]["ingest"]["accepted"] == 6
    assert "missing.py" in outcome["error"]["message"]
    result = alcli("-C", project, "advance")
    assert result.exit_code == 5
    assert "missing.py" in result.stderr


def test_only_one_is_at_work(project: Path) -> None:
    lock = durable.try_lock(project / ".alcli")
    assert lock is not None
    try:
        before = everything(project)
        result = turn(project)
        assert (result.stdout, result.stderr) == ("", "")
        assert told(project)["busy"]
        assert everything(project) == before
    finally:
        os.close(lock)
    assert told(project)["selected"]


def test_many_at_once_do_each_thing_once(project: Path) -> None:
    turn(project)
    answer(project, 1)
    running = [start("-C", project, "advance", "--settle", "0") for _ in range(3)]
    said = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], said
    turn(project)
    assert verbs(project) == ["init", "select", "ingest", "retrain", "select"]


def test_a_batch_whose_file_was_not_written_is_written_by_the_next_turn(project: Path) -> None:
    turn(project)
    file = project / "outbox" / "round-001.csv"
    whole = file.read_bytes()
    file.rename(file.with_name(".round-001.csv.0123abcd.tmp"))
    assert told(project)["selected"][0]["remade"]
    assert file.read_bytes() == whole
    assert turn(project).output == ""


def test_a_handoff_that_someone_took_out_of_the_outbox_is_not_put_back(project: Path, tmp_path: Path) -> None:
    turn(project)
    (project / "outbox" / "round-001.csv").rename(tmp_path / "mine.csv")
    assert turn(project).output == ""
    assert not list((project / "outbox").iterdir())


def test_a_dry_run_says_what_it_would_do_and_does_nothing(project: Path) -> None:
    before = everything(project)
    assert "Round 1 would ask 6 rows" in turn(project, "--dry-run").stdout
    assert everything(project) == before
    turn(project)
    answer(project, 1)
    before = everything(project)
    said = turn(project, "--dry-run").stdout
    assert "Would take in 6 new labels" in said
    assert "What comes next depends on that." in said
    assert everything(project) == before


def test_nothing_to_do_loads_no_library_for_arrays_or_learning(project: Path) -> None:
    turn(project)
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *command("-C", project, "advance")[1:]],
        capture_output=True,
        text=True,
        env=environment(),
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert not loaded & {"numpy", "polars", "pandas", "sklearn", "scipy"}
