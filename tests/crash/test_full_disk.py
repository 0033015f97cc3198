"""A full disk, a read-only folder: exit code 4, one clear sentence, and nothing changed."""

from __future__ import annotations

import contextlib
import errno
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from campaign import alcli, command, environment
from hooks import Act, hooked
from stories import STORIES, Story, Truth, copy, faults, faults_typed_again, inside

by_story = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
PAGE = 4096
needs_proc = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks up open files under /proc")


def _may_mount() -> bool:
    """Whether this user may mount something in a namespace of its own, and run Python there."""
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(FileNotFoundError):
        return _in_namespace(f"mount -t tmpfs tmpfs {folder} && {sys.executable} -c pass").returncode == 0
    return False


def _in_namespace(script: str) -> subprocess.CompletedProcess[str]:
    words = ["unshare", "-rm", "sh", "-c", script]
    return subprocess.run(words, env=environment(), capture_output=True, text=True, timeout=300, check=False)


needs_mount = pytest.mark.skipif(not _may_mount(), reason="may not mount here, nor in a namespace of its own")


def full_from(moment: int) -> Callable[[str, tuple[Path, ...], Act], object]:
    """From this operation on the disk takes no more; removing still works, as it does in life."""
    done = 0

    def around(kind: str, paths: tuple[Path, ...], act: Act) -> object:
        nonlocal done
        done += 1
        if done >= moment and kind != "remove":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(paths[0]))
        return act()

    return around


@needs_proc
@by_story
def test_a_disk_that_fills_up_at_some_moment(story: Story, worlds: dict[str, Path], tmp_path: Path) -> None:
    template = worlds[story.world]
    before = Truth.of(template, story)
    undisturbed = copy(template, tmp_path / "undisturbed")
    with inside(undisturbed):
        assert alcli(*story.words).exit_code == 0
    after = Truth.of(undisturbed, story)
    moment = 1
    while True:
        world = copy(template, tmp_path / str(moment))
        with inside(world), hooked(world, full_from(moment)):
            result = alcli(*story.words)
        if result.exit_code == 0:
            break
        told = f"{story.name}, full from operation {moment} on: {result.output}"
        assert result.exit_code == 4, told
        assert "the disk is full" in result.output or "No space left on device" in result.output, told
        wrong = list(faults(world, story, before, after, same_run=False))
        assert wrong == [], told
        landed = len(Truth.of(world, story).steps) > len(before.steps)
        assert not (landed and "nothing was" in result.output), told
        assert list(faults_typed_again(world, story, before, after)) == [], told
        moment += 1
    assert moment > 3


@needs_mount
@pytest.mark.parametrize("name", ["init", "add", "select", "ingest", "retrain", "predict"])
def test_a_disk_that_is_really_full(name: str, worlds: dict[str, Path], tmp_path: Path) -> None:
    """In a small file system in memory, with ever more room; it is gone with the process that mounted it."""
    story = next(story for story in STORIES if story.name == name)
    template = worlds[story.world]
    before = Truth.of(template, story)
    files = [path for path in template.rglob("*") if path.is_file()]
    used = sum(-(-path.stat().st_size // PAGE) for path in files)
    refused = 0
    for room in (0, 1, 2, 3, 5, 8, 12, 1000):
        mounted, left = tmp_path / "mounted", tmp_path / f"left-{room}"
        mounted.mkdir(exist_ok=True)
        left.mkdir()
        run = _in_namespace(
            f"mount -t tmpfs -o size={(used + room) * PAGE} tmpfs {mounted} &&"
            f"cp -a {template}/. {mounted} && (cd {mounted} && {shlex.join(command(*story.words))}); code=$?;"
            f"cp -a {mounted}/. {left}; exit $code"
        )
        if run.returncode == 0:
            break
        told = f"{name} with {room} pages of room: {run.stdout}{run.stderr}"
        assert run.returncode == 4 and "the disk is full" in run.stderr, told
        found = Truth.of(left, story)
        landed = len(found.steps) > len(before.steps)
        assert found.steps[: len(before.steps)] == before.steps, told
        assert not (landed and "nothing was" in run.stderr), told
        with inside(left):
            again = alcli(*story.words)
        assert again.exit_code == 0, f"{told}, then {again.output}"
        refused += 1
    assert run.returncode == 0 and refused


@needs_mount
def test_a_read_only_folder_can_be_read_and_refuses_the_rest(worlds: dict[str, Path], tmp_path: Path) -> None:
    world = copy(worlds["campaign"], tmp_path / "world")
    reading = ["status", "log", "log --verify", "export", "predict", "plugins"]
    writing = [shlex.join(story.words[2:]) for story in STORIES if story.world == "campaign"]
    lines = [f"mount --bind {world} {world} && mount -o remount,ro,bind {world} && cd {world}"]
    for number, words in enumerate([*reading, *writing]):
        program, told = shlex.join(command("-C", "p")), tmp_path / str(number)
        lines.append(f"{program} {words} >{told}.out 2>{told}.err </dev/null; echo $?")
    run = _in_namespace("\n".join(lines))
    codes = dict(zip([*reading, *writing], map(int, run.stdout.split()), strict=True))
    assert codes == {**dict.fromkeys(reading, 0), **dict.fromkeys(writing, 4)}
    for number, words in enumerate([*reading, *writing]):
        talk = (tmp_path / f"{number}.err").read_text()
        if words in writing:
            message, *_ = talk.splitlines()
            assert "read-only" in message and "Traceback" not in talk, f"{words}: {talk}"
    exported = (tmp_path / f"{reading.index('export')}.out").read_text()
    assert exported.startswith("id,label,") and len(exported.splitlines()) == 9


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write into a folder without the right to")
def test_a_folder_without_the_right_to_write(worlds: dict[str, Path], tmp_path: Path) -> None:
    world = copy(worlds["campaign"], tmp_path / "world")
    folders = [world, *(path for path in world.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        with inside(world):
            assert alcli("-C", "p", "status").exit_code == 0
            assert alcli("-C", "p", "export").exit_code == 0
            for story in STORIES:
                if story.world == "campaign":
                    result = alcli(*story.words)
                    assert result.exit_code == 4 and "permission denied" in result.output
    finally:
        for folder in folders:
            folder.chmod(0o755)
