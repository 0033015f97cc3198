"""The snapshot of a long project: what it says is what replaying says, or it counts as not there."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from campaign import alcli, make_project, play_round, specify, succeed, truth, write_pool

from alcli.errors import ProjectError
from alcli.project import snapshot
from alcli.project.project import Project
from alcli.project.state import State
from alcli.project.vault import Committed, Vault

AGE = r'"age_hours":[\d.]+'
HOUSE = Path(snapshot.__file__).parents[1]


@pytest.fixture(scope="module", autouse=True)
def long() -> Iterator[None]:
    """Every project counts as a long one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshot, "FEWEST", 2)
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a little of everything that can happen to one."""
    project = make_project(tmp_path_factory.mktemp("made"))
    specify(project, "model", 'use = "naive_bayes"')
    specify(project, "features.text", '"tfidf"')
    play_round(project)
    succeed("-C", project, "retrain")
    play_round(project, label=lambda name: "?" if name.endswith("1") else truth(name))
    succeed("-C", project, "undo")
    succeed("-C", project, "add", write_pool(project.parent / "more.csv", range(38, 45)))
    succeed("-C", project, "select", "-n", "3")
    return project


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    """The same, of one's own."""
    return Path(shutil.copytree(made, tmp_path / "p"))


def file(project: Path) -> Path:
    return project / ".alcli" / "cache" / "state"


def replayed(project: Path) -> State:
    return Project(project, Vault(project).read()).state


def steps_read(project: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The steps that are opened to know the state."""
    seen, look = [], Vault.open

    def counted(self: Vault, number: int, sha: str | None = None) -> Committed:
        seen.append(number)
        return look(self, number, sha)

    with monkeypatch.context() as patch:
        patch.setattr(Vault, "open", counted)
        assert Project.open(project).state == replayed(project)
    last = Vault(project).last()
    assert seen[-last:] == list(range(1, last + 1)), "those of `replayed`"
    return seen[:-last]


def test_of_a_long_row_of_steps_only_the_last_is_read(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Vault(project).last() == 9
    assert steps_read(project, monkeypatch) == [9, 1]  # and the first, which says what the pool's columns are


def test_every_command_that_makes_a_step_leaves_a_snapshot(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [("undo",), ("select", "-n", "2"), ("retrain",)]
    for number, words in enumerate(made, 10):
        succeed("-C", project, *words)
        assert steps_read(project, monkeypatch) == [number, 1], words


def test_changes_of_the_classes_are_in_it_and_their_undo(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [("rename", "access", "login"), ("split", "login", "password", "lockout"), ("retire", "billing", "--skip")]
    for number, words in enumerate(made, 10):
        succeed("-C", project, "labels", *words)
        assert steps_read(project, monkeypatch) == [number, 1], words
    assert Project.open(project).state.lost and len(Project.open(project).state.relabelled) == 3
    succeed("-C", project, "undo")
    assert steps_read(project, monkeypatch) == [13, 1]
    assert len(Project.open(project).state.relabelled) == 2


def test_another_rule_than_it_was_made_by_is_replayed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    specify(project, "answers.per_row", "3")
    said = ["t00,billing,ana", "t00,access,ben", "t00,billing,eve"]
    (project / "said.csv").write_text("\n".join(["id,label,annotator", *said, ""]))
    succeed("-C", project, "ingest", project / "said.csv", "--unasked")
    labels = Project.open(project).state.labels
    assert steps_read(project, monkeypatch) == [10, 1]
    specify(project, "answers.resolve", '"unanimous"')
    assert steps_read(project, monkeypatch) == [10, *range(1, 11)], "all of them"
    assert len(Project.open(project).state.labels) < len(labels)
    specify(project, "answers.resolve", '"majority"')
    assert steps_read(project, monkeypatch) == [10, 1] and Project.open(project).state.labels == labels


def test_without_the_cache_all_is_replayed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = succeed("-C", project, "status", "--json").stdout
    shutil.rmtree(project / ".alcli" / "cache")
    assert steps_read(project, monkeypatch) == [9, *range(1, 10)]
    again = succeed("-C", project, "status", "--json").stdout
    assert re.sub(AGE, "", again) == re.sub(AGE, "", told)


def test_who_only_looks_writes_none(project: Path) -> None:
    file(project).unlink()
    for words in (("status",), ("log",), ("undo", "--dry-run"), ("select", "--dry-run")):
        succeed("-C", project, *words)
    assert not file(project).exists()


def test_a_short_project_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "FEWEST", 4)
    project = make_project(tmp_path)
    play_round(project)
    assert not file(project).exists()
    succeed("-C", project, "select", "-n", "2")
    assert file(project).exists()


def test_one_that_is_torn_or_changed_counts_as_not_there(project: Path) -> None:
    whole, state = file(project).read_bytes(), replayed(project)
    last = Vault(project).read()[-1].sha
    assert snapshot.read(project, last)
    torn = [whole[:size] for size in (0, 1, 31, 32, 33, 200, len(whole) - 1)]
    changed = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in (0, 40, 200, len(whole) // 2)]
    for damaged in (*torn, *changed, whole + b"\0"):
        file(project).write_bytes(damaged)
        assert snapshot.read(project, last) is None
        assert Project.open(project).state == state


def test_one_of_another_project_counts_as_not_there(project: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = make_project(tmp_path / "other")
    play_round(other)
    shutil.copy(file(other), file(project))
    assert Project.open(project).state == replayed(project)


def test_one_that_is_behind_counts_as_not_there(project: Path) -> None:
    older = file(project).read_bytes()
    succeed("-C", project, "undo")
    file(project).write_bytes(older)
    assert Project.open(project).state == replayed(project)
    assert Project.open(project).state.last == 10


def test_one_made_by_another_way_of_replaying_counts_as_not_there(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "_recipe", lambda: "another")
    assert snapshot.read(project, Vault(project).read()[-1].sha) is None


def test_the_way_of_replaying_is_all_that_a_state_is_made_by() -> None:
    """A source that `state` and its like import is one of those whose change makes old snapshots strangers."""
    known = {f"alcli.{name}" for name in snapshot._REPLAY}
    for name in snapshot._REPLAY:
        tree = ast.parse((HOUSE / f"{name.replace('.', '/')}.py").read_text(encoding="utf-8"))
        modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert {m for m in modules if m and m.startswith("alcli")} - {"alcli.errors"} <= known, name


def test_a_step_that_was_changed_is_refused_where_it_is_read(project: Path) -> None:
    record = project / ".alcli" / "steps" / "0003" / "step.json"
    record.write_text(record.read_text().replace('"accepted": 8', '"accepted": 9'))
    opened = Project.open(project)
    assert opened.committed[3].number == 4
    with pytest.raises(ProjectError, match="step 3 was changed"):
        _ = opened.committed[2]
    assert alcli("-C", project, "log").exit_code == 4
    assert alcli("-C", project, "log", "--verify").exit_code == 4


def test_damage_to_an_older_step_does_not_fail_the_one_that_is_made(project: Path) -> None:
    (project / ".alcli" / "steps" / "0007" / "step.json").write_text("{")
    opened = Project.open(project)
    with opened.vault.stage() as staging:
        did = opened.committed[1].step.did
        assert opened.commit(staging, opened.step(did, opened.config)).number == 10


def test_a_full_disk_hinders_no_step(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(root: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshot, "_path", full)
    succeed("-C", project, "undo")
    assert Vault(project).last() == 10


def test_a_row_of_steps_is_a_sequence(project: Path) -> None:
    row, read = Project.open(project).committed, Vault(project).read()
    assert not isinstance(row, list) and list(row) == read and len(row) == 9
    assert row[-1] == read[-1] and row[2:5] == read[2:5] and next(reversed(row)) == read[-1]
    with pytest.raises(IndexError):
        _ = row[9]
