"""Measures what a large returned file costs: `alcli ingest` of so many rows of one batch, all of them new answers.

    python benchmarks/ingesting.py 10000 100000

A pool of short texts (12 words), one batch of that many rows as `select` writes it, labelled with 20 classes; then CPU
seconds and peak memory of the whole command on one core, as CSV and JSONL, as they went out and with two more columns:
who answered, and in how many seconds. The least of the repeats counts, each from the same state of the project.

How fast the machine is just now is told by a loop in plain Python that runs in between: `loops` is the cost in so many
of these, a figure that other programs on the machine change less.
"""

from __future__ import annotations

import csv
import json
import random
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import played
import typer
from measure import Usage, measure
from rich.console import Console
from rich.table import Table

CLASSES = tuple(f"class_{n:02d}" for n in range(20))
PEOPLE = ("anna", "bob", "carl")
WORDS = 12
LOOP = [sys.executable, "-c", "sum(n & 7 for n in range(10_000_000))"]

Row = dict[str, str]


def project(folder: Path, rows: int, rng: random.Random) -> Path:
    """A project that has handed out that many rows."""
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(2, 9))) for _ in range(8000)]
    pool = folder / "pool.csv"
    with pool.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines)
        writer.writerow(["id", "text"])
        writer.writerows((f"t-{n:07d}", " ".join(rng.choices(words, k=WORDS))) for n in range(rows + rows // 10))
    made = folder / "project"
    played.alcli("init", made, "--pool", pool, "--text", "text")
    played.alcli("select", "-n", rows, "--strategy", "random", project=made)
    return made


def returned(out: Path, rng: random.Random) -> dict[str, Path]:
    """The handoff file as it comes back, in every form."""
    with out.open(newline="", encoding="utf-8-sig") as lines:
        rows = [{**row, "label": rng.choice(CLASSES)} for row in csv.DictReader(lines)]
    more = [{**row, "annotator": rng.choice(PEOPLE), "seconds": f"{rng.random() * 9:.2f}"} for row in rows]
    files: dict[str, Path] = {}
    for what, said in {"labels": rows, "labels, annotator, seconds": more}.items():
        for suffix, write in {"csv": write_csv, "jsonl": write_jsonl}.items():
            files[f"{suffix}: {what}"] = out.with_name(f"{len(files)}.{suffix}")
            write(files[f"{suffix}: {what}"], said)
    return files


def write_csv(file: Path, rows: list[Row]) -> None:
    """As a spreadsheet that quotes every cell would."""
    with file.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, rows[0], quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)


def write_jsonl(file: Path, rows: list[Row]) -> None:
    """As a script would."""
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def ingested(folder: Path, rows: int, repeats: int, seed: int) -> dict[str, tuple[Usage, Usage]]:
    """What each file costs, and the loop beside it."""
    rng = random.Random(seed)
    made = project(folder, rows, rng)
    kept = folder / "kept"
    shutil.copytree(made, kept)

    def restore() -> None:
        shutil.rmtree(made)
        shutil.copytree(kept, made)

    return {
        what: (measure(played.command("ingest", file, project=made), repeats, restore), measure(LOOP, repeats))
        for what, file in returned(next(kept.glob("round-001.csv")), rng).items()
    }


def table(rows: int, used: Mapping[str, tuple[Usage, Usage]]) -> Table:
    """The figures of one size."""
    shown = Table(title=f"alcli ingest, {rows:,} rows; one core")
    for column in ("", "CPU s", "MB", "loops"):
        shown.add_column(column, justify="right" if column else "left")
    for what, (usage, loop) in used.items():
        shown.add_row(what, f"{usage.cpu:.2f}", f"{usage.peak_mb:.0f}", f"{usage.cpu / loop.cpu:.1f}")
    return shown


def main(
    sizes: Annotated[list[int], typer.Argument(help="rows of the returned file")],
    repeats: Annotated[int, typer.Option(help="the least of so many runs counts")] = 3,
    seed: Annotated[int, typer.Option(help="of the texts and the labels")] = 0,
) -> None:
    """Measure what a returned file costs."""
    for rows in sizes:
        with TemporaryDirectory() as folder:
            Console().print(table(rows, ingested(Path(folder), rows, repeats, seed)))


if __name__ == "__main__":
    typer.run(main)
