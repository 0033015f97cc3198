"""`[retrain] command`: a model made by words of the user's own, on another machine, taken in when they have ended."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path

import pytest
from campaign import alcli, annotate, command, environment, make_project, play_round, specify, succeed

from alcli.project.project import Project
from alcli.project.vault import Vault

BACK = 'cp -R ../trained/. "$ALCLI_COPY"'  # another machine, which has trained the very model that is wanted


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project `p` with labels, and `trained`: the same after a retrain."""
    folder = tmp_path_factory.mktemp("made")
    project = make_project(folder)
    specify(project, "model", 'use = "naive_bayes"')
    specify(project, "features.text", '"tfidf"')
    play_round(project)
    shutil.copytree(project, folder / "trained")
    succeed("-C", folder / "trained", "retrain")
    return folder


@pytest.fixture
def world(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, of one's own; commands find this source tree."""
    for name in ("p", "trained"):
        shutil.copytree(made / name, tmp_path / name)
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    return tmp_path


def script(world: Path, *lines: str) -> Path:
    """The project, whose retrains are made by a script of these lines."""
    (world / "p" / "there.sh").write_text("\n".join(("set -e", *lines)) + "\n")
    specify(world / "p", "retrain.command", '"sh there.sh"')
    return world / "p"


def typed(*words: str) -> str:
    """An alcli command as a line of a script; `$` in it is the shell's."""
    return " ".join(f'"{word}"' if "$" in word else shlex.quote(word) for word in command(*words))


def verbs(project: Path) -> list[str]:
    assert list(Vault(project).faults()) == []
    return [committed.step.verb for committed in Vault(project).read()]


def test_a_whole_trip(world: Path) -> None:
    """Out to another folder, trained there by a process of its own, and back: as rsync and ssh do it."""
    copy, there = 'cp -R "$ALCLI_PROJECT/." ../there', str(world / "there")
    project = script(world, copy, typed("-C", there, "retrain", "--here"), 'cp -R ../there/. "$ALCLI_COPY"')
    told = succeed("-C", project, "retrain")
    assert "Trained naive_bayes on tfidf with 8 labels of 3 classes" in told.stdout
    assert "features occur in them" in told.stderr, "what the machine there said"
    assert [c.sha for c in Vault(project).read()] == [c.sha for c in Vault(world / "there").read()]
    assert "by the model of step 4" in succeed("-C", project, "predict").stderr


def test_what_it_finds_in_its_environment(world: Path) -> None:
    project = script(world, 'echo "$PWD|$ALCLI_PROJECT|$ALCLI_COPY" > ../seen', 'ls -A "$ALCLI_COPY" >> ../seen', BACK)
    succeed("-C", project, "retrain")
    place, root, copy = (world / "seen").read_text().strip().split("|")
    assert Path(place) == Path(root) == project.resolve()
    assert Path(copy).is_absolute() and not Path(copy).exists(), "it was empty, and is gone"


def test_answers_that_come_in_while_it_runs_are_kept(world: Path) -> None:
    project = world / "p"
    succeed("-C", project, "select", "-n", "4")
    returned = annotate(project / "round-002.csv", world / "returned.csv")
    script(world, typed("-C", "$ALCLI_PROJECT", "ingest", str(returned)), BACK)
    assert '"step":6' in succeed("-C", project, "retrain", "--json").stdout
    assert verbs(project) == ["init", "select", "ingest", "select", "ingest", "retrain"]
    state = Project.open(project).state
    assert len(state.labels) == 12 and len(state.changed) == 4 and state.model and state.model.based_on == 3


def test_a_machine_that_shares_the_disk_makes_the_step_in_the_project_itself(world: Path) -> None:
    project = script(world, 'cp -R ../trained/.alcli/steps/0004 "$ALCLI_PROJECT/.alcli/steps"')
    assert "Trained naive_bayes" in succeed("-C", project, "retrain").stdout
    assert verbs(project)[3:] == ["retrain"]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (
            ("echo connecting", "echo no machine is free >&2", "exit 7"),
            ("exit code 7", "connecting | no machine is free"),
        ),
        (("kill -9 $$",), ("was ended by signal 9",)),
        (("echo all is well",), ("brought no new model", "all is well")),
        (('cp -R "$ALCLI_PROJECT/." "$ALCLI_COPY"',), ("brought no new model",)),
        ((BACK, 'echo more >> "$ALCLI_COPY/.alcli/steps/0004/model.joblib"'), ("step 4 is damaged",)),
        ((BACK, "false"), ("exit code 1",)),
    ],
)
def test_where_it_fails_its_last_words_are_told_and_nothing_is_changed(
    world: Path, lines: tuple[str, ...], why: tuple[str, ...]
) -> None:
    project = script(world, *lines)
    result = alcli("-C", project, "retrain")
    assert result.exit_code == 4 and all(word in result.stderr for word in (*why, "nothing was changed")), result.stderr
    assert verbs(project) == ["init", "select", "ingest"]
    assert not [name for name in os.listdir(project / ".alcli" / "steps") if not name.isdecimal()]


@pytest.mark.parametrize("line", ["no-such-program --now", "sh 'there.sh", "./p"])
def test_words_that_cannot_be_run_are_a_fault_of_the_specification(world: Path, line: str) -> None:
    specify(world / "p", "retrain.command", f'"{line}"')
    result = alcli("-C", world / "p", "retrain")
    assert result.exit_code == 5 and "retrain.command" in result.stderr and line in result.stderr


def test_a_shell_reads_the_words_only_where_it_is_asked_for(world: Path) -> None:
    project = world / "p"
    specify(project, "retrain.command", f"'touch one; {BACK}'")
    assert alcli("-C", project, "retrain").exit_code == 4
    assert not (project / "one").exists() and verbs(project) == ["init", "select", "ingest"]
    specify(project, "retrain.shell", "true")
    succeed("-C", project, "retrain")
    assert (project / "one").exists() and verbs(project)[3:] == ["retrain"]


@pytest.mark.parametrize("words", [("--dry-run",), ("--if-due",)])
def test_it_is_not_run_where_nothing_is_to_be_made(world: Path, words: tuple[str, ...]) -> None:
    project = script(world, "touch ../ran", BACK)
    succeed("-C", project, "retrain", *words)
    assert not (world / "ran").exists() and verbs(project) == ["init", "select", "ingest"]


def test_it_is_run_where_the_trigger_says_so(world: Path) -> None:
    project = script(world, BACK)
    specify(project, "retrain.when", '{ use = "new_labels", at_least = 5 }')
    assert "Due" in succeed("-C", project, "retrain", "--if-due").stdout
    assert verbs(project)[3:] == ["retrain"]


def test_here_passes_it_over(world: Path) -> None:
    project = script(world, "touch ../ran", BACK)
    succeed("-C", project, "retrain", "--here")
    assert not (world / "ran").exists() and verbs(project)[3:] == ["retrain"]
