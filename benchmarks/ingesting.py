"""Measures what a large returned file costs: `alcli ingest` of so many rows of one batch, all of them new answers.

    python benchmarks/ingesting.py 10000 100000

A pool of short texts (12 words, an emoji in one of nine), one batch of that many rows as `select` writes it, labelled
with 20 classes; then CPU seconds and peak memory of the whole command on one core. It comes back as CSV and JSONL, as
they went out and with two more columns: who answered, and in how many seconds; as a workbook; and as tools export it:
Label Studio (JSON_MIN and JSON), Prodigy (`db-out`) and doccano (JSONL). The least of the repeats counts, each from the
same state of the project.

How fast the machine is just now is told by a loop in plain Python that runs in between: `loops` is the cost in so many
of these, a figure that other programs on the machine change less.
"""

from __future__ import annotations

import csv
import json
import random
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import played
import typer
import xlsxwriter
from measure import Usage, measure
from rich.console import Console
from rich.table import Table

CLASSES = tuple(f"class_{n:02d}" for n in range(20))
PEOPLE = ("anna", "bob", "carl")
WORDS = 12
WHEN = "2026-01-01T00:00:00.000000Z"
LOOP = [sys.executable, "-c", "sum(n & 7 for n in range(10_000_000))"]

Row = dict[str, str]


def project(folder: Path, rows: int, rng: random.Random) -> Path:
    """A project that has handed out that many rows."""
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(2, 9))) for _ in range(8000)]
    words += ["\N{SLIGHTLY SMILING FACE}"] * 80
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
    forms: dict[str, tuple[str, Callable[..., None], Iterable[Any]]] = {
        "CSV": ("csv", write_csv, rows),
        "CSV, annotator and seconds": ("csv", write_csv, more),
        "JSONL": ("jsonl", write_jsonl, rows),
        "JSONL, annotator and seconds": ("jsonl", write_jsonl, more),
        "XLSX": ("xlsx", write_xlsx, rows),
        "Label Studio JSON_MIN": ("json", write_array, map(label_studio_min, range(1, len(more) + 1), more)),
        "Label Studio JSON": ("json", write_array, map(label_studio, range(1, len(more) + 1), more)),
        "Prodigy db-out": ("jsonl", write_jsonl, map(prodigy, range(len(more)), more)),
        "doccano JSONL": ("jsonl", write_jsonl, map(doccano, range(1, len(more) + 1), more)),
    }
    files: dict[str, Path] = {}
    for what, (suffix, write, said) in forms.items():
        files[what] = out.with_name(f"{len(files)}.{suffix}")
        write(files[what], said)
    return files


def label_studio_min(number: int, row: Row) -> dict[str, Any]:
    """A row of the export JSON_MIN."""
    task = {"alcli_id": row["alcli_id"], "pool_id": row["id"], "text": row["text"], "id": number, "label": row["label"]}
    person, took = PEOPLE.index(row["annotator"]) + 1, float(row["seconds"])
    made = {"annotation_id": number, "created_at": WHEN, "updated_at": WHEN, "lead_time": took}
    return task | {"annotator": person} | made


def label_studio(number: int, row: Row) -> dict[str, Any]:
    """A task of the export JSON, with all that stands there besides."""
    choice = {"value": {"choices": [row["label"]]}, "id": f"{number:010}", "origin": "manual"}
    made = {"created_at": WHEN, "updated_at": WHEN, "project": 1, "updated_by": 1}
    annotation = {
        "id": number,
        "completed_by": PEOPLE.index(row["annotator"]) + 1,
        "result": [choice | {"from_name": "label", "to_name": "shown0", "type": "choices"}],
        "was_cancelled": False,
        "lead_time": float(row["seconds"]),
        "task": number,
        "prediction": {},
        "unique_id": f"00000000-0000-4000-8000-{number:012}",
        "draft_created_at": WHEN,
    }
    none = ("import_id", "last_action", "parent_prediction", "parent_annotation", "last_created_by")
    counts = ("cancelled_annotations", "total_predictions", "comment_count", "unresolved_comment_count")
    return {
        "id": number,
        "annotations": [
            annotation | made | dict.fromkeys(none) | {"ground_truth": False, "result_count": 1, "bulk_created": False}
        ],
        "file_upload": "0123abcd-round-001.json",
        "drafts": [],
        "predictions": [],
        "data": {"alcli_id": row["alcli_id"], "pool_id": row["id"], "text": row["text"]},
        "meta": {},
        "inner_id": number,
        "total_annotations": 1,
        "last_comment_updated_at": None,
        "comment_authors": [],
        **made,
        **dict.fromkeys(counts, 0),
    }


def prodigy(number: int, row: Row) -> dict[str, Any]:
    """A record of `db-out`, each with all the options there were."""
    return {
        "text": row["text"],
        "meta": {"alcli_id": row["alcli_id"], "id": row["id"]},
        "options": [{"id": name, "text": name} for name in CLASSES],
        "_input_hash": number,
        "_task_hash": -number,
        "_view_id": "choice",
        "config": {"choice_style": "single"},
        "accept": [row["label"]],
        "answer": "accept",
        "_timestamp": 1_700_000_000 + number,
        "_annotator_id": row["annotator"],
        "_session_id": row["annotator"],
    }


def doccano(number: int, row: Row) -> dict[str, Any]:
    """A row of the export JSONL."""
    return {
        "id": number,
        "text": row["text"],
        "label": [row["label"]],
        "alcli_id": row["alcli_id"],
        "pool_id": row["id"],
        "Comments": [],
    }


def write_csv(file: Path, rows: list[Row]) -> None:
    """As a spreadsheet that quotes every cell would."""
    with file.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, rows[0], quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)


def write_jsonl(file: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """As a script would."""
    with file.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def write_array(file: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """All on one line."""
    file.write_text(json.dumps(list(rows), ensure_ascii=False), encoding="utf-8")


def write_xlsx(file: Path, rows: list[Row]) -> None:
    """As a spreadsheet saves it, every cell a shared string."""
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, list(rows[0]))
        for at, row in enumerate(rows, 1):
            sheet.write_row(at, 0, list(row.values()))


def ingested(folder: Path, rows: int, repeats: int, seed: int) -> dict[str, tuple[float, Usage, Usage]]:
    """Each file: how many MB it has, what it costs, and the loop beside it."""
    rng = random.Random(seed)
    made = project(folder, rows, rng)
    kept = folder / "kept"
    shutil.copytree(made, kept)

    def restore() -> None:
        shutil.rmtree(made)
        shutil.copytree(kept, made)

    used = {}
    for what, file in returned(next(kept.glob("round-001.csv")), rng).items():
        usage = measure(played.command("ingest", file, project=made), repeats, restore)
        used[what] = (file.stat().st_size / 1e6, usage, measure(LOOP, repeats))
    return used


def table(rows: int, used: Mapping[str, tuple[float, Usage, Usage]]) -> Table:
    """The figures of one size."""
    shown = Table(title=f"alcli ingest, {rows:,} rows; one core")
    for column in ("", "file MB", "CPU s", "peak MB", "loops"):
        shown.add_column(column, justify="right" if column else "left")
    for what, (size, usage, loop) in used.items():
        figures = (f"{size:.0f}", f"{usage.cpu:.2f}", f"{usage.peak_mb:.0f}", f"{usage.cpu / loop.cpu:.1f}")
        shown.add_row(what, *figures)
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
