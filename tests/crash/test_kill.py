"""SIGKILL at many moments of every writing command: no step is lost or half there, the next command works."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from campaign import alcli, command, environment, succeed
from recorder import recorded
from stories import STORIES, Story, Truth, copy, faults, faults_typed_again, inside

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks up open files under /proc")

by_story = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
QUICK, EVERY = 12, 10_000  # moments of each command


@by_story
def test_killed_at_a_file_operation(story: Story, worlds: dict[str, Path], tmp_path: Path) -> None:
    _kill_at_file_operations(story, worlds[story.world], tmp_path, QUICK)


@pytest.mark.slow
@by_story
def test_killed_at_every_file_operation(story: Story, worlds: dict[str, Path], tmp_path: Path) -> None:
    _kill_at_file_operations(story, worlds[story.world], tmp_path, EVERY)


def _kill_at_file_operations(story: Story, template: Path, folder: Path, most: int) -> None:
    before = Truth.of(template, story)
    words = [sys.executable, Path(__file__).with_name("killed.py"), template, folder, most, *story.words]
    runs = subprocess.run(
        list(map(str, words)), env=environment(), capture_output=True, text=True, timeout=600, check=False
    )
    assert runs.returncode == 0, runs.stderr
    after = Truth.of(folder / "0", story)
    moments = runs.stdout.split()
    print(f"\n{story.name}: killed at {len(moments)} moments")
    assert len(moments) >= 5
    found = []
    for moment in moments:
        wrong = _what_is_wrong(folder / moment, story, before, after)
        found += [f"moment {moment}: {fault}" for fault in wrong]
        shutil.rmtree(folder / moment)
    assert found == []


@pytest.mark.parametrize("name", ["init", "add", "select", "ingest", "retrain"])
def test_killed_at_any_time(name: str, worlds: dict[str, Path], tmp_path: Path) -> None:
    story = next(story for story in STORIES if story.name == name)
    template = worlds[story.world]
    before = Truth.of(template, story)
    undisturbed = copy(template, tmp_path / "undisturbed")
    start = time.monotonic()
    with inside(undisturbed):
        subprocess.run(command(*story.words), env=environment(), capture_output=True, check=True, timeout=120)
    took = time.monotonic() - start
    after = Truth.of(undisturbed, story)
    rng = random.Random(name)
    for number in range(2):
        world = copy(template, tmp_path / str(number))
        pipe = subprocess.DEVNULL
        with subprocess.Popen(command(*story.words), cwd=world, env=environment(), stdout=pipe, stderr=pipe) as process:
            time.sleep(took * rng.uniform(0.4, 1.0))
            process.send_signal(signal.SIGKILL)
        assert list(_what_is_wrong(world, story, before, after)) == []


def _what_is_wrong(world: Path, story: Story, before: Truth, after: Truth) -> list[str]:
    wrong = list(faults(world, story, before, after, same_run=False))
    return wrong or list(faults_typed_again(world, story, before, after))


def test_a_batch_without_its_file_is_handed_out_later(worlds: dict[str, Path], tmp_path: Path) -> None:
    """Killed between the step and the annotators' file: `--remake` writes the file as it was meant."""
    story = next(story for story in STORIES if story.name == "select")
    whole, killed = (copy(worlds[story.world], tmp_path / name) for name in ("whole", "killed"))
    with inside(whole), recorded(whole) as operations:
        succeed(*story.words)
    done = [operation for operation in operations if operation.kind not in ("create", "write")]
    naming = next(at for at, operation in enumerate(done) if operation.target == story.outputs[0])
    with inside(killed), recorded(killed, survives=naming):
        alcli(*story.words)
    assert not (killed / story.outputs[0]).exists()
    with inside(killed):
        succeed("-C", "p", "select", "--remake")
    assert (killed / story.outputs[0]).read_bytes() == (whole / story.outputs[0]).read_bytes()
