"""Measures what a long campaign costs those who only look: `alcli status` and its like after hundreds of steps.

    python benchmarks/long_project.py 50 500

A campaign of this many steps is committed without being played: round after round a batch of 100 rows of a pool with
77 classes, the answers of two annotators in two files, and a retrain that records an honest precision and recall of
each class. Then CPU seconds and peak memory of whole commands on one core: as they are, with the snapshot that the last
step left in the cache, and without a cache.
"""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import msgspec
import played
import typer
from measure import Usage, measure
from rich.console import Console
from rich.table import Table

from alcli.contracts import Estimate
from alcli.core.handoff.keys import key
from alcli.project.findings import Measured
from alcli.project.project import Project
from alcli.project.records import (
    ANSWERS,
    BATCH,
    SHOWN,
    AnswerRow,
    AnswersIngested,
    BatchRow,
    BatchSelected,
    ModelRetrained,
    Record,
    to_lines,
)

BATCH_SIZE, STEPS_A_ROUND = 100, 4
CLASSES = tuple(f"class_{n:02d}_of_a_usual_length" for n in range(77))
LOOKS = {
    "`status`": ("status",),
    "`status --json`": ("status", "--json"),
    "`ingest`, nothing new": ("ingest", "returned.csv"),
    "`undo --dry-run`": ("undo", "--dry-run"),
    "`log`": ("log",),
}


class Campaign:
    """A project of this many steps in a folder."""

    def __init__(self, folder: Path, steps: int) -> None:
        self.root, self.returned, self.last = folder / "project", folder / "returned.csv", 1
        rounds = (steps - 1) // STEPS_A_ROUND
        pool, rows = folder / "pool.csv", rounds * BATCH_SIZE + 1_000
        lines = (f"row-{row:06d},{_text(row)}\n" for row in range(rows))
        pool.write_text("id,text\n" + "".join(lines), encoding="utf-8")
        played.alcli("init", self.root, "--pool", pool, "--text", "text", "--seed", 7)
        self.project = Project.open(self.root)
        for number in range(1, rounds + 1):
            self._play(number)
        self.project.keep()

    def _play(self, number: int) -> None:
        batch = [_asked(number, place) for place in range(BATCH_SIZE)]
        shown = [(_text(asked.row),) for asked in batch]
        out = BatchSelected(number, len(batch), "auto", "csv", f"round-{number:03d}.csv", candidates=10_000)
        self._commit(out, {BATCH: batch, SHOWN: shown})
        for who, part in (("ada", batch[::2]), ("ben", batch[1::2])):
            back = AnswersIngested(len(part), files=(f"round-{number:03d}-{who}.csv",))
            self._commit(back, {ANSWERS: [_answer(asked, who) for asked in part]})
        self._commit(_retrained(number), {})
        lines = (
            f"{asked.key},{asked.id},{_text(asked.row)},{_answer(asked, '').label},ada\n" for asked in batch[:20:2]
        )
        self.returned.write_text("alcli_id,id,text,label,annotator\n" + "".join(lines), encoding="utf-8")

    def _commit(self, did: Record, rows: Mapping[str, Sequence[Any]]) -> None:
        step = msgspec.structs.replace(self.project.step(did, self.project.config), based_on=self.last)
        with self.project.vault.stage() as staging:
            for name, lines in rows.items():
                (staging / name).write_bytes(to_lines(list(lines)))
            self.last = self.project.vault.commit(staging, step, lambda came_in: None).number


def _text(row: int) -> str:
    return f"text {row} " + " ".join(random.Random(row).choices("abcdefghijklmnopqrstuvwxyz", k=40))


def _asked(number: int, place: int) -> BatchRow:
    row = (number - 1) * BATCH_SIZE + place
    rng, name = random.Random(row), f"row-{row:06d}"
    reason = f"{rng.choice(CLASSES)} 0.41 or {rng.choice(CLASSES)} 0.39"
    told = (rng.choice(CLASSES), rng.random()) if number > 1 else (None, None)
    check = key("project", number, place + 1, name)
    return BatchRow(check, row, name, rng.random(), reason, place % 10 == 0, *told)


def _answer(asked: BatchRow, who: str) -> AnswerRow:
    label = random.Random(asked.id).choice(CLASSES)
    return AnswerRow(asked.row, asked.id, label, who, key=asked.key, seconds=12.5)


def _retrained(number: int) -> ModelRetrained:
    rng = random.Random(number)
    n = min(500, 10 * number)

    def estimate() -> Estimate:
        value = rng.random()
        return Estimate(value, value * 0.9, value * 1.1, 0.02, n)

    each = [f"{figure}:{name}" for name in CLASSES for figure in ("precision", "recall")]
    return ModelRetrained(
        classes=CLASSES,
        labels_by_class={name: number + rng.randrange(9) for name in CLASSES},
        figures={"accuracy_cv": rng.random(), "macro_f1_cv": rng.random(), "ece_cv": 0.05, "ece_raw_cv": 0.1},
        features="0" * 24,
        features_state="0" * 64,
        fit_shards=1,
        linear=True,
        seconds=1.5,
        libraries={"numpy": "2.0.0", "scipy": "1.14.0", "scikit-learn": "1.5.0"},
        blind=CLASSES,
        measured=Measured("audit", n, {name: estimate() for name in ("accuracy", "macro_f1", *each)}),
        stability={"kappa": 0.9, "changed": 0.1, "uncertainty": 0.4},
    )


def _told(used: Usage) -> str:
    return f"{used.cpu:.2f} s, {used.peak_mb:.0f} MB"


def main(
    steps: Annotated[list[int], typer.Argument(help="How many steps.")],
    repeats: Annotated[int, typer.Option(help="How often to measure; the least counts.")] = 7,
) -> None:
    """Measure projects of these lengths."""
    rows: dict[str, list[str]] = {}
    for n in steps:
        with TemporaryDirectory() as name:
            campaign = Campaign(Path(name), n)
            cache = campaign.root / ".alcli" / "cache"
            commands = {look: played.command(*words, project=campaign.root) for look, words in LOOKS.items()}
            commands["`ingest`, nothing new"][-1] = str(campaign.returned)
            commands["`--version`"] = [sys.executable, "-m", "alcli", "--version"]
            for look, command in commands.items():
                campaign.project.keep()
                rows.setdefault(look, []).append(_told(measure(command, repeats)))
                shutil.rmtree(cache, ignore_errors=True)
                rows[look].append(_told(measure(command, repeats)))
    table = Table(title=f"least CPU time and peak memory, one core; {BATCH_SIZE} rows a batch, {len(CLASSES)} classes")
    for column in ("command", *(f"{n:,} steps{how}" for n in steps for how in ("", ", no cache"))):
        table.add_column(column)
    for look, cells in rows.items():
        table.add_row(look, *cells)
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
