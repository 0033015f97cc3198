"""The power cut: whatever a crash can leave on a weak disk opens, with every committed step there and whole.

As the crash tests of SQLite and ALICE (Pillai et al. 2014, "All File Systems Are Not Created Equal") do
it: the file operations of each writing command are recorded once, the states that a crash after each of
them could leave are built, and each is opened, looked through, and worked on.
"""

from __future__ import annotations

import itertools
import os
import random
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from campaign import alcli, succeed
from recorder import Operation, Tree, build, look, recorded
from stories import STORIES, Story, Truth, copy, faults, faults_typed_again, inside
from weak_disk import moments, power_cuts

from alcli.project import durable
from alcli.project.records import Step, to_json
from alcli.project.vault import Committed, Vault, _payload

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks up open files under /proc")

QUICK, THOROUGH = 24, 100  # states built for each moment of a command: all there are, or a sample of so many
by_story = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)


@dataclass(frozen=True)
class Recording:
    """A command that was let run to its end while it was recorded."""

    story: Story
    start: Tree
    operations: list[Operation]
    before: Truth
    after: Truth

    @classmethod
    def of(cls, story: Story, world: Path) -> Recording:
        start, before = look(world), Truth.of(world, story)
        with inside(world), recorded(world) as operations:
            succeed(*story.words)
        return cls(story, start, operations, before, Truth.of(world, story))

    def states(self, few: int) -> Iterator[tuple[Tree, bool]]:
        """Every different state, and whether the command had returned."""
        seen: set[tuple[int, bool]] = set()
        rng = random.Random(self.story.name)
        for done, disk in enumerate(moments(self.start, self.operations)):
            returned = done == len(self.operations)
            for tree in power_cuts(disk, few, rng):
                key = hash(frozenset(tree.items())), returned
                if key not in seen:
                    seen.add(key)
                    yield tree, returned

    def faults(self, few: int, folder: Path, one_in: int = 1) -> tuple[int, list[str]]:
        """How many states there were, and what is wrong with them.

        The command is typed again in one of so many states, and in each with names that no other had before.
        """
        found = []
        number = 0
        names: set[frozenset[str]] = set()
        for number, (tree, returned) in enumerate(self.states(few), 1):
            world = build(folder / str(number), tree)
            wrong = list(faults(world, self.story, self.before, self.after, returned=returned))
            outside_cache = frozenset(name for name in tree if "/cache/" not in name)
            if not wrong and (number % one_in == 0 or outside_cache not in names):
                names.add(outside_cache)
                wrong = list(faults_typed_again(world, self.story, self.before, self.after))
            found += [f"state {number}: {fault}" for fault in wrong]
            shutil.rmtree(world)
        return number, found


@pytest.fixture(autouse=True)
def same_names_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drafts and staging folders have random names; here they are counted, so that a run can be repeated."""
    count = itertools.count(1)
    monkeypatch.setattr(secrets, "token_hex", lambda n_bytes: f"{next(count):0{2 * n_bytes}x}")


@pytest.fixture
def tried(record_property: Callable[[str, object], None]) -> Callable[[str, int], None]:
    """Tells how many states were tried (with `pytest -s`, and in a JUnit file)."""

    def tell(name: str, number: int) -> None:
        record_property("states", number)
        print(f"\n{name}: {number} crash states")

    return tell


@pytest.fixture
def no_sync(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Called once all is recorded: the real disk need not wait for what is thrown away at once."""
    return lambda: monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@by_story
@pytest.mark.parametrize(("few", "one_in"), [(QUICK, 10), pytest.param(THOROUGH, 1, marks=pytest.mark.slow)])
def test_a_power_cut_loses_no_step(
    story: Story,
    few: int,
    one_in: int,
    worlds: dict[str, Path],
    tmp_path: Path,
    no_sync: Callable[[], None],
    tried: Callable[[str, int], None],
) -> None:
    recording = Recording.of(story, copy(worlds[story.world], tmp_path / "world"))
    no_sync()
    number, found = recording.faults(few, tmp_path, one_in=one_in)
    tried(story.name, number)
    assert found == []


# --- a run that was killed and then typed again has its names on the disk as well ------------------------


def test_a_power_cut_after_a_killed_init_typed_again_loses_nothing(
    worlds: dict[str, Path], tmp_path: Path, no_sync: Callable[[], None]
) -> None:
    story = STORIES[0]
    runs = []
    for survives in range(1, 6):  # the folders down to the first staging folder are being made
        world = copy(worlds["pool"], tmp_path / f"world-{survives}")
        start, before = look(world), Truth.of(world, story)
        with inside(world), recorded(world, survives) as killed:
            alcli(*story.words)
        with inside(world), recorded(world) as operations:
            succeed(*story.words)
        runs.append((start, [*killed, *operations], before, Truth.of(world, story)))
    no_sync()
    for number, (start, operations, before, after) in enumerate(runs):
        *_, disk = moments(start, operations)
        for other, tree in enumerate(power_cuts(disk, QUICK, random.Random(number))):
            world = build(tmp_path / f"{number}-{other}", tree)
            assert list(faults(world, story, before, after, returned=True)) == []


# --- the checker itself can fail -------------------------------------------------------------------------


def _nothing(path: Path) -> None:
    """Instead of putting a file or a folder on the disk."""


def _only_files(path: Path) -> None:
    if path.is_file():
        _sync(path)


def _only_folders(path: Path) -> None:
    if path.is_dir():
        _sync(path)


_sync = durable.sync


def _commit_in_place(self: Vault, staging: Path, step: Step, check: object) -> Committed:
    """Takes the number first and fills it afterwards."""
    (last,) = self.read()[-1:]
    target = self.steps / f"{last.number + 1:04d}"
    target.mkdir()
    for path in sorted(staging.iterdir()):
        path.rename(target / path.name)
        durable.sync(target / path.name)
    payload = _payload(target)
    step = msgspec.structs.replace(step, previous=last.sha, payload=payload)
    (target / "step.json").write_bytes(to_json(step))
    durable.sync_tree(target)
    durable.sync(self.steps)
    return self.read()[-1]


@pytest.mark.parametrize(
    ("owner", "name", "broken"),
    [
        (durable, "sync", _nothing),
        (durable, "sync", _only_files),
        (durable, "sync", _only_folders),
        (durable, "sync_tree", _nothing),
        (Vault, "commit", _commit_in_place),
    ],
    ids=["no sync", "no sync of folders", "no sync of files", "no sync of payload", "number before content"],
)
def test_a_commit_that_cuts_corners_is_caught(
    owner: object,
    name: str,
    broken: object,
    worlds: dict[str, Path],
    tmp_path: Path,
    no_sync: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    story = next(story for story in STORIES if story.name == "ingest")
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, broken)
        recording = Recording.of(story, copy(worlds[story.world], tmp_path / "world"))
    no_sync()
    number, found = recording.faults(QUICK, tmp_path, one_in=10)
    assert found, f"none of {number} states was found wrong"
