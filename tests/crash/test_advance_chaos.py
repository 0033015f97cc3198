"""A loop that runs itself ends where an undisturbed one ends, whatever is sent to it and whenever it is killed."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from campaign import annotate, environment, make_project, specify, succeed, truth
from chaos import essence
from stories import copy

from alcli.campaign.handoff import inbox
from alcli.project.vault import Vault

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks up open files under /proc")

ROUNDS, BATCH = 4, 6


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project before its first turn, the known labels, and a labelled file of another project."""
    folder = tmp_path_factory.mktemp("chaos").resolve() / "start"
    folder.mkdir()
    project = make_project(folder, rows=60)
    specify(project, "labels.classes", '["billing", "access", "delivery"]')
    specify(project, "select.batch_size", str(BATCH))
    specify(project, "select.strategy", '"badge"')  # it needs the model, and draws at random
    specify(project, "model", 'use = "logistic"')
    specify(project, "retrain.when", f'{{ use = "new_labels", at_least = {BATCH} }}')
    specify(project, "stop.any", f'[{{ use = "budget", labels = {ROUNDS * BATCH} }}]')
    with (folder / "truth.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows((f"t{row:02d}", truth(f"t{row:02d}")) for row in range(60))
    succeed("init", folder / "other", "--pool", folder / "pool.csv", "--text", "text", "--seed", "9")
    succeed("-C", folder / "other", "select", "-n", "5", "-o", folder / "handoff.csv")
    annotate(folder / "handoff.csv", folder / "foreign.csv")
    return folder


@pytest.fixture(scope="module")
def undisturbed(start: Path) -> Path:
    folder = copy(start, start.parent / "undisturbed")
    assert _play(folder, seed=0) == ROUNDS
    return folder


def _play(folder: Path, seed: int) -> int:
    words = [sys.executable, str(Path(__file__).with_name("chaos.py")), str(folder), str(seed)]
    played = subprocess.run(words, env=environment(), capture_output=True, text=True, timeout=1200, check=False)
    assert played.returncode == 0, played.stderr
    return int(played.stdout)


def test_undisturbed_it_goes_round_by_round(undisturbed: Path) -> None:
    labels, rounds, models = essence(undisturbed / "p")
    assert labels == {name: truth(name) for name in labels}
    assert len(labels) == ROUNDS * BATCH
    assert [number for number, _ in rounds] == list(range(1, ROUNDS + 1))
    assert models[-1][0] == ROUNDS * BATCH


def _same_end(start: Path, undisturbed: Path, folder: Path, seed: int) -> None:
    sent = _play(copy(start, folder), seed)
    project = folder / "p"
    assert essence(project) == essence(undisturbed / "p")
    assert list(Vault(project).faults()) == []
    kept = [path for path in project.glob("inbox/*/*") if not path.name.endswith(inbox.REPORT)]
    assert len(kept) == sent, "a file that was sent is gone"
    refused = project / "inbox" / inbox.REFUSED
    assert all(path.with_name(path.name + inbox.REPORT).exists() for path in kept if path.parent == refused)
    assert [path.name for path in project.glob("outbox/*")] == [
        path.name for path in project.glob("outbox/round-*.csv")
    ]


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 42))])
def test_disturbed_it_ends_in_the_same_state(start: Path, undisturbed: Path, tmp_path: Path, seed: int) -> None:
    _same_end(start, undisturbed, tmp_path / "world", seed)
