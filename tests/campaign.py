"""A tiny project, and an annotator to play with: plain functions that any test may use."""

from __future__ import annotations

import csv
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from typer.testing import CliRunner, Result

WORDS = {
    "billing": ("invoice", "charged", "refund", "payment", "card", "receipt"),
    "access": ("password", "login", "locked", "reset", "account", "code"),
    "delivery": ("parcel", "courier", "late", "address", "tracking", "box"),
}
CLASSES = tuple(WORDS)
HOUSE = Path(__file__).parents[1]


def truth(name: str) -> str:
    """The class of a row, by its id (`t00`, `t01` ...)."""
    return CLASSES[int(name[1:]) % len(CLASSES)]


def write_pool(path: Path, rows: Iterable[int] = range(40)) -> Path:
    """A pool of short texts in three classes; the same row always has the same id and text."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("id", "text"))
        for row in rows:
            name = f"t{row:02d}"
            words = random.Random(row).sample(WORDS[truth(name)], 3)
            writer.writerow((name, f"{' '.join(words)} number {row}"))
    return path


def annotate(
    handoff: Path,
    returned: Path,
    label: Callable[[str], str] = truth,
    id_column: str = "id",
    column: str = "label",
) -> Path:
    """What an annotator sends back: the handoff file with a label in every row, by the row's id."""
    with handoff.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    for row in rows:
        row[header.index(column)] = label(row[header.index(id_column)])
    with returned.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
    return returned


def alcli(*words: str | Path) -> Result:
    """Type a command, in this process; `stdout`, `stderr` and `exit_code` are those of the command line."""
    from alcli.cli import app

    return CliRunner().invoke(app, [str(word) for word in words])


def succeed(*words: str | Path) -> Result:
    """Type a command that must succeed."""
    result = alcli(*words)
    assert result.exit_code == 0, f"alcli {' '.join(map(str, words))}: {result.exit_code}\n{result.output}"
    return result


def command(*words: str | Path) -> list[str]:
    """A command as its own process would be started."""
    return [sys.executable, "-m", "alcli", *map(str, words)]


def environment() -> dict[str, str]:
    """The environment for commands in their own process: this source tree, one thread."""
    path = os.pathsep.join(filter(None, (str(HOUSE), os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}


def start(*words: str | Path) -> subprocess.Popen[str]:
    """Start a command in a process of its own."""
    pipe = subprocess.PIPE
    return subprocess.Popen(command(*words), stdout=pipe, stderr=pipe, text=True, env=environment())


def make_project(folder: Path, rows: int = 40) -> Path:
    """A project `p` around a fresh pool in this folder."""
    pool = write_pool(folder / "pool.csv", range(rows))
    project = folder / "p"
    succeed("init", project, "--pool", pool, "--text", "text")
    return project


def specify(project: Path, key: str, value: str) -> None:
    """Change one key of the specification, as `select.batch_size`, to this TOML; a whole table, where that is named."""
    file, (section, _, name) = project / "alcli.toml", key.partition(".")
    before, head, after = file.read_text(encoding="utf-8").partition(f"[{section}]")
    table, blank, after = after.partition("\n\n")
    comment, _, lines = table.partition("\n")
    changed = re.subn(rf"(?m)^{name} = .*$", lambda _: f"{name} = {value}", lines) if name else (value, 1)
    assert head and changed[1] == 1, f"no {key} in {file}"
    file.write_text(f"{before}{head}{comment}\n{changed[0]}{blank}{after}", encoding="utf-8")


def play_round(project: Path, batch_size: int = 8, label: Callable[[str], str] = truth) -> Path:
    """select, annotate, ingest; the returned file."""
    number = len(list(project.glob("round-*.csv"))) + 1
    handoff = project / f"round-{number:03d}.csv"
    succeed("-C", project, "select", "-n", str(batch_size), "-o", handoff)
    returned = annotate(handoff, project.parent / f"returned-{number}.csv", label)
    succeed("-C", project, "ingest", returned)
    return returned
