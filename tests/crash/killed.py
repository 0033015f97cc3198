"""Run a command over and over, each time in a fresh copy of its world, and let it kill itself ever later.

`python killed.py WORLD FOLDER MOST WORDS...` copies WORLD to FOLDER/0, runs the command there
undisturbed, and counts its file operations. Then for the 1st, 2nd ... operation (at most MOST of them,
evenly spread) it copies WORLD to FOLDER/N and runs the command, which sends itself SIGKILL right before
its N-th operation. Prints each N.

Each run is a process of its own, forked from this one, which has the libraries loaded and used none of them.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from hooks import Act, hooked

LIBRARIES = ("alcli.cli", "alcli.show", "numpy", "polars", "scipy.sparse", "sklearn.linear_model")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def main(template: Path, folder: Path, most: int, words: list[str]) -> None:
    for library in LIBRARIES:
        importlib.import_module(library)
    total = _run(shutil.copytree(template, folder / "0"), words, at=0)
    for number in range(most):
        at = 1 + number * total // most if total > most else number + 1
        if at <= total:
            _run(shutil.copytree(template, folder / str(at)), words, at)
            print(at, flush=True)


def _run(world: Path, words: list[str], at: int) -> int:
    """How many file operations the run did, if it lived to tell (`at` = 0)."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        done = _die_at(world, words, at)
        os.write(writing, str(done).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        count = told.read()
    _, status = os.waitpid(child, 0)
    if at:
        assert os.WIFSIGNALED(status), f"{words} outlived moment {at}"
        return 0
    assert status == 0 and count, f"{words} did not come to its end: {status}"
    return int(count)


def _die_at(world: Path, words: list[str], at: int) -> int:
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        if done == at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(kind: str, paths: tuple[Path, ...], act: Act) -> object:
        count()
        return act()

    from alcli.cli import app

    os.chdir(world)
    sys.addaudithook(_on_opening_to_write(world, count))
    with hooked(world, around), open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
        with contextlib.suppress(SystemExit):
            app(words)
    return done


def _on_opening_to_write(world: Path, count: Callable[[], None]) -> Callable[[str, tuple[object, ...]], None]:
    def hook(event: str, args: tuple[object, ...]) -> None:
        if event != "open" or not isinstance(args[0], str | bytes | os.PathLike):
            return
        if int(str(args[2])) & _WRITING and (world / os.fsdecode(args[0])).is_relative_to(world):
            count()

    return hook


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
