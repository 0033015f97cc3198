"""Tables that leave the project: CSV or JSON lines, whole or not at all, with nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from alcli.core.handoff.inert import inert
from alcli.errors import UsageError
from alcli.project import durable

SUFFIXES = {"", ".csv", ".txt", ".jsonl", ".ndjson"}

Cell = str | int | float | None
Write = Callable[[Iterable[Sequence[Cell]]], None]


@contextmanager
def writing(target: Path | TextIO, columns: Sequence[str]) -> Iterator[Write]:
    """A function that writes rows of these columns, to a stream or to a file that takes its place when all is written.

    A file named `.jsonl` or `.ndjson` gets JSON lines, any other CSV.
    """
    if not isinstance(target, Path):
        yield _csv(target, columns)
        return
    if target.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{target}: what is written is CSV or JSON lines", "-o FILE.csv or FILE.jsonl")
    target = target.resolve()  # a link is followed, not replaced
    if target.exists() and not target.is_file():  # a pipe or a device is written to
        with target.open("w", encoding="utf-8", newline="") as file:
            yield _csv(file, columns)
        return
    with durable.replacing(target) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        yield _jsonl(file, columns) if target.suffix in {".jsonl", ".ndjson"} else _csv(file, columns)


def _csv(file: TextIO, columns: Sequence[str]) -> Write:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([inert(c) for c in columns])
    return lambda rows: writer.writerows([inert(c) if isinstance(c, str) else c for c in row] for row in rows)


def _jsonl(file: TextIO, columns: Sequence[str]) -> Write:
    def write(rows: Iterable[Sequence[Cell]]) -> None:
        file.writelines(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False) + "\n" for row in rows)

    return write
