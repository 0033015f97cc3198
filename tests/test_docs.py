"""The examples of the documentation print what they say. `python tests/test_docs.py` writes down what they print.

A `console` block is a session in a shell: lines after `$ ` are typed in a folder of its own that holds `sample_data`,
what follows is printed, on both streams. Times and durations may differ, and the last two of four decimals, as
processors add up in different orders; `...` stands for lines left out.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import typer

from alcli.cli import app

HOME = Path(__file__).parents[1]
PAGES = [HOME / "README.md", *sorted((HOME / "docs").glob("*.md"))]
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
VARIES = [
    (re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d"), "<time>"),
    (re.compile(r"\b\d+\.\d s\b"), "<seconds>"),
    (re.compile(r"\b\d+ min\b"), "<age>"),
    (re.compile(r"\b(\d\.\d\d)\d\d\b"), r"\1"),
    (re.compile(r" +$", re.MULTILINE), ""),
]


def sessions(page: Path) -> list[tuple[str, str]]:
    """The commands of a page and what the page says they print."""
    found = []
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            while command.endswith("\\"):
                more, _, printed = printed.partition("\n")
                command = f"{command[:-1]}{more.removeprefix('> ')}"
            found.append((command, printed.rstrip("\n")))
    return found


def run(command: str, folder: Path) -> str:
    """What a command prints, as a reader with `alcli` on the PATH and a terminal of 80 columns sees it."""
    scripts = folder / ".bin"
    if not scripts.exists():
        scripts.mkdir()
        (scripts / "alcli").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m alcli "$@"\n')
        (scripts / "alcli").chmod(0o755)
        (scripts / "python").symlink_to(sys.executable)
        (folder / "sample_data").symlink_to(HOME / "sample_data")
        (folder / "docs").symlink_to(HOME / "docs")
    path = f"{scripts}:{sysconfig.get_path('scripts')}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(HOME), "COLUMNS": "80", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, shell=True, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300
    )
    return done.stdout.decode().rstrip("\n")


def settled(printed: str) -> str:
    for pattern, word in VARIES:
        printed = pattern.sub(word, printed)
    return printed


def agrees(said: str, printed: str) -> bool:
    parts = [re.escape(part) for part in re.split(r"^ *\.\.\.$", settled(said), flags=re.MULTILINE)]
    return re.fullmatch("(?:.|\n)*".join(parts), settled(printed)) is not None


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_examples_print_what_they_say(page: Path, tmp_path: Path) -> None:
    for command, said in sessions(page):
        if command.startswith(("make ", "git ", "cd ", "pip ")):
            continue  # the set-up of a machine, which running this test has done
        printed = run(command, tmp_path)
        assert agrees(said, printed), f"{page.name}: $ {command}\nsays:\n{said}\nprints:\n{printed}"


def test_every_command_is_documented() -> None:
    text = (HOME / "README.md").read_text(encoding="utf-8")
    for name in typer.main.get_command(app).commands:  # type: ignore[attr-defined]
        assert re.search(rf"alcli (-C \w+ )?{name}\b", text), name


def write_down(page: Path, folder: Path) -> None:
    """Put what is really printed into a page, but for the parts it leaves out."""

    def told(block: re.Match[str]) -> str:
        parts = re.split(r"^\$ ", block[1], flags=re.MULTILINE)[1:]
        lines = []
        for part in parts:
            command, _, said = part.partition("\n")
            typed = command
            while command.endswith("\\"):
                more, _, said = said.partition("\n")
                typed += "\n" + more
                command = f"{command[:-1]}{more.removeprefix('> ')}"
            keep = command.startswith(("make ", "git ", "cd ", "pip "))
            printed = said.rstrip("\n") if keep else run(command, folder)
            new = said.rstrip("\n") if keep or agrees(said.rstrip("\n"), printed) else printed
            lines.append(f"$ {typed}\n" + (re.sub(r" +$", "", new, flags=re.MULTILINE) + "\n" if new else ""))
        return "```console\n" + "".join(lines) + "```"

    text = page.read_text(encoding="utf-8")
    page.write_text(BLOCK.sub(told, text), encoding="utf-8")


if __name__ == "__main__":
    import tempfile

    for page in PAGES:
        with tempfile.TemporaryDirectory() as scratch:
            write_down(page, Path(scratch))
