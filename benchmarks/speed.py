"""Measures what each command costs as the pool grows, beside a script of today that uses modAL.

    python benchmarks/speed.py 10000 100000 1000000

For each size: a synthetic corpus, a project with some 50 steps and 500 labels made through the command line,
then CPU seconds and peak memory of each command on one core, the best of some repeats that all start from the
same state. modAL is measured in the same run, if it is installed (modal_script.py says how).
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import corpus
import played
import results
import typer
from measure import CommandFailed, Usage, measure
from rich.console import Console
from rich.table import Table

MODAL_SCRIPT = Path(__file__).with_name("modal_script.py")
BATCH, LABELS = 100, 500
ROUNDS, SMALL = 16, 10  # one large round and 16 small ones of three steps: with init 52 steps
MODAL = "modAL script"

Turn = tuple[Usage, Usage]  # what select and retrain used in one turn of the loop


@dataclass
class Project:
    """A project driven by its command line, and the states of it that are kept to be measured from."""

    path: Path
    answers: dict[str, str]
    asked: list[str] = field(default_factory=list)

    def run(self, *words: object, repeats: int = 1, state: str | None = None) -> Usage:
        """Runs a command, each time from the kept state of that name if there is one."""
        before: Callable[[], object] | None = (lambda: self.restore(state)) if state else None
        return measure(played.command(*words, project=self.path), repeats, before)

    def keep(self, state: str) -> None:
        """Remembers the project as it is now."""
        copy(self.path, self.path.with_name(state))

    def restore(self, state: str) -> None:
        """Puts the project back, under the same path."""
        copy(self.path.with_name(state), self.path)
        os.sync()  # else a command that syncs its own files would wait for the copy too

    def select(self, n: int) -> tuple[Usage, list[Path]]:
        """Asks for a batch and answers it; the files are ready to be ingested."""
        used = self.run("select", "-n", n, "--json")
        files, ids = played.annotate(json.loads(used.output), self.answers)
        self.asked += ids
        return used, files

    def turn(self, n: int) -> Turn:
        """One turn of the loop."""
        select, files = self.select(n)
        self.run("ingest", *files)
        return select, self.run("retrain")


def copy(source: Path, target: Path) -> None:
    """Copies a project; instantly where the file system can share the blocks."""
    shutil.rmtree(target, ignore_errors=True)
    subprocess.run(["cp", "-a", "--reflink=auto", str(source), str(target)], check=True)


def with_features(init: Usage, turns: list[Turn]) -> Usage:
    """Init and the making of features, wherever that is: what the first commands cost over later ones."""
    first, later = turns[:2], turns[2]
    over = [(a, b) for turn in first for a, b in zip(turn, later, strict=True)]
    return Usage(
        cpu=init.cpu + sum(max(0, a.cpu - b.cpu) for a, b in over),
        wall=init.wall + sum(max(0, a.wall - b.wall) for a, b in over),
        peak_mb=max(init.peak_mb, *(a.peak_mb for a, _ in over)),
    )


def commands(folder: Path, made: Path, repeats: int, seed: int) -> dict[str, Usage]:
    """What each command uses in a project around a corpus. Leaves the labels asked for in labelled.csv."""
    project = Project(folder / "project", played.read_answers(made / "answers.csv"))
    pool = ("--pool", made / "pool.csv", "--id", "id", "--text", "text", "--seed", seed)
    used = {}
    used["init"] = measure(
        played.command("init", project.path, *pool),
        repeats,
        before=lambda: shutil.rmtree(project.path, ignore_errors=True),
    )
    turns = [project.turn(LABELS - ROUNDS * SMALL)]
    turns += [project.turn(SMALL) for _ in range(ROUNDS - 1)]
    used["init + features"] = with_features(used["init"], turns)

    project.run("ingest", *project.select(SMALL)[1])
    write_labels(project, folder / "labelled.csv")
    project.keep("answered")
    used["retrain"] = project.run("retrain", repeats=repeats, state="answered")
    project.keep("trained")
    used["--help"] = measure(played.command("--help"), repeats)
    used["status"] = project.run("status", repeats=repeats)
    used["select --dry-run"] = project.run("select", "-n", BATCH, "--dry-run", repeats=repeats)
    used["select"] = project.run("select", "-n", BATCH, repeats=repeats, state="trained")
    project.restore("trained")
    files = project.select(BATCH)[1]
    project.keep("annotated")
    used["ingest"] = project.run("ingest", *files, repeats=repeats, state="annotated")
    used["retrain + select"] = Usage(
        cpu=used["retrain"].cpu + used["select"].cpu,
        wall=used["retrain"].wall + used["select"].wall,
        peak_mb=max(used["retrain"].peak_mb, used["select"].peak_mb),
    )
    return used


def write_labels(project: Project, file: Path) -> None:
    """The labels the project holds, for the modAL script to train on the same."""
    with file.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines)
        writer.writerow(["id", "label"])
        writer.writerows((row, project.answers[row]) for row in project.asked)


def modal(folder: Path, made: Path, repeats: int) -> Usage | None:
    """What the modAL script uses; None, with its advice on stderr, if modAL is not installed."""
    files = (made / "pool.csv", folder / "labelled.csv", folder / "modal-batch.csv")
    try:
        return measure([sys.executable, str(MODAL_SCRIPT), *map(str, files)], repeats)
    except CommandFailed as failed:
        print(failed.stderr, file=sys.stderr)
        return None


def targets(size: int, script: Usage | None) -> dict[str, tuple[float | None, float | None]]:
    """CPU seconds and megabytes asked for at a pool size."""
    select = (0.8 if size <= 100_000 else 2.0, 400)
    return {
        "--help": (0.3, 60),
        "status": (0.3, 60),
        "ingest": (0.6, None),
        "select --dry-run": select,
        "select": select,
        "retrain + select": (script.cpu if script else None, None),
        "init + features": (25, 1000),
    }


def table(size: int, used: dict[str, Usage]) -> Table:
    """The figures of one size."""
    script = used.get(MODAL)
    asked = targets(size, script)
    shown = Table(title=f"{size:,} rows, {LABELS} labels, a batch of {BATCH}; one core")
    shown.add_column("")
    for column in ("CPU s", "asked", "MB", "asked", "wall s", "of modAL"):
        shown.add_column(column, justify="right")
    for what, usage in used.items():
        cpu, peak = asked.get(what, (None, None))
        shown.add_row(
            what,
            reached(usage.cpu, cpu, ".2f"),
            f"{cpu:.2f}" if cpu else "",
            reached(usage.peak_mb, peak, ".0f"),
            f"{peak:.0f}" if peak else "",
            f"{usage.wall:.2f}",
            f"{usage.cpu / script.cpu:.1%}" if script and usage is not script else "",
        )
    return shown


def figures(usage: Usage, what: str, size: int, script: Usage | None) -> dict[str, float | None]:
    """The same for the JSON file."""
    cpu, peak_mb = targets(size, script).get(what, (None, None))
    return {
        "cpu": usage.cpu,
        "asked_cpu": cpu,
        "peak_mb": usage.peak_mb,
        "asked_peak_mb": peak_mb,
        "wall": usage.wall,
        "cpu_of_modal": usage.cpu / script.cpu if script else None,
    }


def reached(figure: float, asked: float | None, form: str) -> str:
    """A figure, red where more was used than was asked."""
    return f"[red]{figure:{form}} ![/red]" if asked and figure > asked else f"{figure:{form}}"


def main(
    sizes: Annotated[list[int], typer.Argument(help="numbers of rows in the pool")],
    repeats: Annotated[int, typer.Option(help="the best of so many runs counts")] = 3,
    seed: Annotated[int, typer.Option(help="of the corpus and the project")] = 0,
    out: Annotated[Path, typer.Option(help="the folder for corpora, projects and results")] = results.OUT,
) -> None:
    """Measure what each command costs."""
    out = out.resolve()
    record = {}
    for size in sizes:
        made = corpus.make(size, seed, out)
        folder = out / f"speed-{size}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        used = commands(folder, made, repeats, seed)
        script = modal(folder, made, repeats)
        if script:
            used[MODAL] = script
        Console().print(table(size, used))
        record[size] = {what: figures(usage, what, size, script) for what, usage in used.items()}
        options = {"seed": seed, "repeats": repeats, "labels": LABELS}
        saved = results.save("speed", options | {"sizes": record}, out)
    print(saved)


if __name__ == "__main__":
    typer.run(main)
