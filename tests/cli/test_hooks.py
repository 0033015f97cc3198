"""`[hooks]`: commands of one's own after a step, with its JSON on standard input; whatever they do, the step stands."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from campaign import alcli, annotate, command, environment, make_project, play_round, specify, start, succeed

from alcli.campaign import hooking
from alcli.project.project import Project

RECORD = """
import json, os, sys
told = sys.stdin.read()
with open("hooked.jsonl", "a") as file:
    file.write(json.dumps([sys.argv[1:], os.environ["ALCLI_PROJECT"], os.environ["ALCLI_STEP"], told]) + "\\n")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    made = make_project(tmp_path)
    specify(made, "select.batch_size", "6")
    specify(made, "model", 'use = "logistic"')
    specify(made, "retrain.when", '{ use = "new_labels", at_least = 6 }')
    (made / "record.py").write_text(RECORD)
    return made


def hook(project: Path, *keys: str) -> None:
    """Let these hooks write down what they are told."""
    for key in keys:
        specify(project, f"hooks.{key}", json.dumps(f"python3 record.py {key} 'two words'"))


def recorded(project: Path) -> list[tuple[str, int, dict[str, Any]]]:
    """The hooks that ran: which, after which step, and what they were told."""
    file = project / "hooked.jsonl"
    lines = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    assert all(where == str(project.resolve()) and words[1:] == ["two words"] for words, where, _, _ in lines)
    return [(words[0], int(step), json.loads(told)) for words, _, step, told in lines]


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*words), capture_output=True, text=True, env=environment(), check=False)


def test_each_command_has_its_hook_which_gets_what_json_prints(project: Path, tmp_path: Path) -> None:
    hook(project, "on_select", "on_ingest", "on_retrain", "on_add")
    printed = json.loads(succeed("-C", project, "select", "--json").stdout)
    returned = annotate(project / "round-001.csv", tmp_path / "back.csv")
    succeed("-C", project, "ingest", returned)
    succeed("-C", project, "retrain")
    (tmp_path / "more.csv").write_text("id,text\nt77,one more\n")
    succeed("-C", project, "add", tmp_path / "more.csv")
    told = recorded(project)
    assert [(key, step, outcome["command"]) for key, step, outcome in told] == [
        ("on_select", 2, "select"),
        ("on_ingest", 3, "ingest"),
        ("on_retrain", 4, "retrain"),
        ("on_add", 5, "add"),
    ]
    assert told[0][2] == {**printed, "files": [str((project / "round-001.csv").resolve())]}
    assert told[1][2]["accepted"] == 6


def test_no_step_no_hook(project: Path, tmp_path: Path) -> None:
    hook(project, "on_select", "on_ingest", "on_retrain")
    succeed("-C", project, "select", "--dry-run")
    succeed("-C", project, "advance", "--dry-run")
    succeed("-C", project, "select")
    returned = annotate(project / "round-001.csv", tmp_path / "back.csv")
    succeed("-C", project, "ingest", returned)
    succeed("-C", project, "ingest", returned)  # nothing new
    succeed("-C", project, "select", "--remake")  # nothing new either
    (tmp_path / "bad.csv").write_text("alcli_id,label\nr001-001-zz,billing\n")
    assert alcli("-C", project, "ingest", tmp_path / "bad.csv").exit_code == 3
    assert [key for key, _, _ in recorded(project)] == ["on_select", "on_ingest"]


def test_advance_runs_them_step_by_step(project: Path) -> None:
    hook(project, "on_select", "on_ingest", "on_retrain")
    succeed("-C", project, "advance")
    annotate(project / "outbox" / "round-001.csv", project / "inbox" / "back.csv")
    succeed("-C", project, "advance", "--settle", "0")
    assert [(key, step) for key, step, _ in recorded(project)] == [
        ("on_select", 2),
        ("on_ingest", 3),
        ("on_retrain", 4),
        ("on_select", 5),
    ]
    succeed("-C", project, "advance", "--settle", "0")
    assert len(recorded(project)) == 4


def test_a_file_that_a_killed_select_did_not_write_is_told_when_it_goes_out(project: Path) -> None:
    succeed("-C", project, "advance")
    file = project / "outbox" / "round-001.csv"
    file.rename(file.with_name(".round-001.csv.0123abcd.tmp"))
    hook(project, "on_select")
    succeed("-C", project, "advance")
    assert [(key, step, told["files"]) for key, step, told in recorded(project)] == [
        ("on_select", 2, [str(file.resolve())])
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("false", "exit code 1"),
        ("./no-such-program --now", "No such file or directory"),
        ("echo 'open", "No closing quotation"),
        ("sh -c 'kill -9 $$'", "ended by signal 9"),
    ],
)
def test_a_hook_that_fails_is_told_and_undoes_nothing(project: Path, line: str, why: str) -> None:
    specify(project, "hooks.on_select", json.dumps(line))
    done = run("-C", project, "select", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["step"] == 2
    assert why in done.stderr
    assert line in done.stderr
    assert "step 2 stands" in done.stderr
    assert len(Project.open(project).committed) == 2


def test_what_a_hook_prints_goes_to_stderr(project: Path) -> None:
    specify(project, "hooks.on_select", json.dumps("sh -c 'cat > /dev/null; echo said; echo cried >&2'"))
    done = run("-C", project, "select", "-q")
    assert done.stdout == f"{project / 'round-001.csv'}\n"
    assert done.stderr == "said\ncried\n"


def test_a_hook_may_leave_its_input_unread(project: Path) -> None:
    specify(project, "hooks.on_select", '"true"')
    specify(project, "select.batch_size", "40")
    done = run("-C", project, "select", "-q")
    assert (done.returncode, done.stderr) == (0, "")


def test_only_with_shell_there_is_a_shell(project: Path) -> None:
    specify(project, "hooks.on_select", json.dumps("echo $HOME '*' > out.txt; echo more"))
    assert run("-C", project, "select").stderr.count("$HOME * > out.txt; echo more") == 1
    assert not (project / "out.txt").exists()
    specify(project, "hooks.shell", "true")
    succeed("-C", project, "select")
    assert (project / "out.txt").read_text() == f"{os.environ['HOME']} *\n"


def test_a_reader_who_has_gone_keeps_no_hook_from_running(project: Path) -> None:
    hook(project, "on_select")
    words = " ".join(command("-C", project, "select", "--json"))
    subprocess.run(f"{words} | true", shell=True, env=environment(), check=True, timeout=60)
    assert [key for key, _, _ in recorded(project)] == ["on_select"]


def test_interrupted_in_a_hook(project: Path) -> None:
    specify(project, "hooks.on_select", json.dumps("sh -c 'echo begun > begun; exec sleep 60'"))
    process = start("-C", project, "select")
    while not (project / "begun").exists():
        time.sleep(0.05)
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "interrupted" in said
    assert "Traceback" not in said
    assert len(Project.open(project).committed) == 2


def test_a_hook_may_type_alcli_itself(project: Path, tmp_path: Path) -> None:
    specify(project, "hooks.on_ingest", json.dumps(" ".join(command("retrain"))))
    succeed("-C", project, "select")
    returned = annotate(project / "round-001.csv", tmp_path / "back.csv")
    done = run("-C", project, "ingest", returned)
    assert done.returncode == 0, done.stderr
    assert [c.step.verb for c in Project.open(project).committed] == ["init", "select", "ingest", "retrain"]


def test_an_advance_in_a_hook_of_advance_does_nothing(project: Path) -> None:
    specify(project, "hooks.on_select", json.dumps(" ".join(command("advance"))))
    assert run("-C", project, "advance").returncode == 0
    assert len(Project.open(project).committed) == 2


# --- on_stop ---------------------------------------------------------------------------------------------------------


def test_the_end_is_told_once(project: Path) -> None:
    hook(project, "on_stop")
    specify(project, "stop.any", '[{ use = "budget", labels = 12 }]')
    for number in (1, 2):
        succeed("-C", project, "advance")
        annotate(project / "outbox" / f"round-{number:03d}.csv", project / "inbox" / "back.csv")
        succeed("-C", project, "advance", "--settle", "0")
    succeed("-C", project, "advance")
    succeed("-C", project, "retrain")
    (told,) = recorded(project)
    assert told[:2] == ("on_stop", 6)
    assert told[2]["command"] == "ingest"


def test_the_end_is_told_by_the_command_that_brought_it(project: Path, tmp_path: Path) -> None:
    hook(project, "on_stop", "on_ingest")
    specify(project, "stop.any", '[{ use = "budget", labels = 6 }]')
    play_round(project, 6)
    assert [key for key, _, _ in recorded(project)] == ["on_ingest", "on_stop"]


def test_an_end_that_was_taken_back_is_told_again(project: Path) -> None:
    hook(project, "on_stop")
    specify(project, "stop.any", '[{ use = "budget", labels = 6 }]')
    returned = play_round(project, 6)
    succeed("-C", project, "undo")
    succeed("-C", project, "ingest", returned)
    assert [step for _, step, _ in recorded(project)] == [3, 5]


def test_a_changed_agreement_counts_from_the_next_step(project: Path) -> None:
    hook(project, "on_stop")
    play_round(project, 6)
    specify(project, "stop.any", '[{ use = "budget", labels = 5 }]')
    assert recorded(project) == []
    succeed("-C", project, "retrain")
    specify(project, "stop.any", '[{ use = "budget", labels = 12 }]')
    play_round(project, 6)
    assert [(step, told["command"]) for _, step, told in recorded(project)] == [(4, "retrain"), (6, "ingest")]


def test_the_turn_is_found_from_the_record_alone(project: Path) -> None:
    specify(project, "stop.any", '[{ use = "budget", labels = 10 }]')
    for _ in range(2):
        play_round(project, 5)
    succeed("-C", project, "select", "-n", "5", "--anyway")
    read = Project.open(project)
    assert [step for step in range(1, len(read.committed) + 1) if hooking.turned(read, step)] == [5]
