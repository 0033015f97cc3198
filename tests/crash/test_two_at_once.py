"""Two commands at once: both land if neither touches what the other stands on; else the slower is refused."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from campaign import alcli, start, succeed
from stories import copy, inside

from alcli.project.project import Project
from alcli.project.vault import Vault

WORDS = {
    "add": ("-C", "p", "add", "more.csv"),
    "select": ("-C", "p", "select", "-n", "5"),
    "ingest": ("-C", "p", "ingest", "returned.csv"),
    "retrain": ("-C", "p", "retrain"),
    "undo": ("-C", "p", "undo"),
    "labels": ("-C", "p", "labels", "rename", "access", "login"),
}


@pytest.fixture
def world(worlds: dict[str, Path], tmp_path: Path) -> Path:
    return copy(worlds["campaign"], tmp_path / "world")


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Lets something happen between what the next command reads and its commit."""

    def arrange(act: Callable[[], Any]) -> None:
        commit = Vault.commit

        def late(self: Vault, *given: Any) -> Any:
            monkeypatch.setattr(Vault, "commit", commit)
            act()
            return commit(self, *given)

        monkeypatch.setattr(Vault, "commit", late)

    return arrange


def verbs(world: Path) -> list[str]:
    vault = Vault(world / "p")
    assert list(vault.faults()) == []
    return [committed.step.verb for committed in vault.read()]


BEFORE = ["init", "select", "ingest", "retrain", "select"]


@pytest.mark.parametrize(
    ("slow", "quick"),
    [
        ("retrain", "ingest"),
        ("ingest", "retrain"),
        ("retrain", "select"),
        ("select", "retrain"),
        ("select", "ingest"),
        ("ingest", "select"),
        ("add", "ingest"),
        ("retrain", "add"),
    ],
)
def test_both_land(slow: str, quick: str, world: Path, meanwhile: Callable[..., None]) -> None:
    with inside(world):
        meanwhile(lambda: succeed(*WORDS[quick]))
        succeed(*WORDS[slow])
    assert verbs(world) == [*BEFORE, quick, slow]


@pytest.mark.parametrize(
    ("slow", "quick"),
    [
        ("select", "select"),
        ("retrain", "retrain"),
        ("add", "add"),
        ("undo", "ingest"),
        ("select", "undo"),
        *(("labels", quick) for quick in ("add", "select", "ingest", "retrain", "undo")),
        *((slow, "labels") for slow in ("add", "select", "retrain", "undo")),
    ],
)
def test_the_slower_is_refused_and_changes_nothing(
    slow: str, quick: str, world: Path, meanwhile: Callable[..., None]
) -> None:
    with inside(world):
        meanwhile(lambda: succeed(*WORDS[quick]))
        refused = alcli(*WORDS[slow])
    assert refused.exit_code == 4
    assert f"another alcli {quick} made step 6 meanwhile; nothing was changed" in refused.output
    assert verbs(world) == [*BEFORE, quick]
    assert not list(world.rglob(".*.tmp"))


def test_answers_that_come_during_a_retrain_count_as_new(world: Path, meanwhile: Callable[..., None]) -> None:
    with inside(world):
        meanwhile(lambda: succeed(*WORDS["ingest"]))
        succeed(*WORDS["retrain"])
    state = Project.open(world / "p").state
    assert len(state.labels) == 14 and len(state.changed) == 6
    assert state.model is not None and state.model.did.n_labels == 8


def test_answers_that_come_as_the_classes_change_are_read_by_the_new_ones(
    world: Path, meanwhile: Callable[..., None]
) -> None:
    with inside(world):
        meanwhile(lambda: succeed(*WORDS["labels"]))
        assert "taken as 'login'" in succeed(*WORDS["ingest"]).output
    assert verbs(world) == [*BEFORE, "labels", "ingest"]
    assert set(Project.open(world / "p").state.labels.values()) == {"billing", "login", "delivery"}


def test_the_batch_of_the_quicker_select_stays_as_it_is(world: Path, meanwhile: Callable[..., None]) -> None:
    handoff = world / "p" / "round-003.csv"
    first: list[bytes] = []

    def quicker() -> None:
        succeed(*WORDS["select"])
        first.append(handoff.read_bytes())

    with inside(world):
        meanwhile(quicker)
        assert alcli(*WORDS["select"]).exit_code == 4
        assert handoff.read_bytes() == first[0]
        succeed(*WORDS["select"])
    asked = [row.row for batch in Project.open(world / "p").state.batches for row in batch.rows]
    assert len(asked) == len(set(asked)) == 8 + 6 + 5 + 5


def test_the_second_of_two_like_ingests_has_nothing_new(world: Path, meanwhile: Callable[..., None]) -> None:
    with inside(world):
        meanwhile(lambda: succeed(*WORDS["ingest"]))
        again = succeed(*WORDS["ingest"])
    assert "nothing new" in again.output.lower()
    assert verbs(world) == [*BEFORE, "ingest"]


@pytest.mark.parametrize("try_", range(3))
def test_two_selects_started_at_once_never_ask_the_same_rows(try_: int, world: Path) -> None:
    with inside(world):
        both = [start(*WORDS["select"]) for _ in range(2)]
        told = [process.communicate(timeout=120)[1] for process in both]
    codes = sorted(process.returncode for process in both)
    assert codes in ([0, 0], [0, 4]), told
    if codes == [0, 4]:
        refusal = next(talk for process, talk in zip(both, told, strict=True) if process.returncode == 4)
        assert "nothing was changed" in refusal or "is there already" in refusal
    assert verbs(world) == BEFORE + ["select"] * codes.count(0)
    asked = [row.row for batch in Project.open(world / "p").state.batches for row in batch.rows]
    assert len(asked) == len(set(asked))


def test_two_like_ingests_started_at_once_land_once(world: Path) -> None:
    shutil.copy(world / "returned.csv", world / "copy.csv")
    with inside(world):
        both = [start("-C", "p", "ingest", name) for name in ("returned.csv", "copy.csv")]
        told = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert verbs(world) == [*BEFORE, "ingest"]
    assert len(Project.open(world / "p").state.labels) == 14


def test_ingest_and_retrain_started_at_once_both_land(world: Path) -> None:
    with inside(world):
        both = [start(*WORDS[name]) for name in ("retrain", "ingest")]
        told = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert sorted(verbs(world)[5:]) == ["ingest", "retrain"]
    assert len(Project.open(world / "p").state.labels) == 14
