"""Drives alcli by its command line alone, and plays the annotators. Used by the other benchmarks."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from measure import CommandFailed

Outcome = dict[str, Any]


def command(*words: object, project: Path | None = None) -> list[str]:
    """The words to type: alcli as it is installed for this interpreter, on a project."""
    where = ["-C", str(project)] if project else []
    return [sys.executable, "-m", "alcli", *where, *map(str, words)]


def alcli(*words: object, project: Path | None = None) -> Outcome:
    """Runs a command with --json and returns what it printed.

    Raises CommandFailed if it fails.
    """
    line = command(*words, "--json", project=project)
    done = subprocess.run(line, capture_output=True, check=False, encoding="utf-8")
    if done.returncode:
        raise CommandFailed(done.returncode, line, done.stdout, done.stderr)
    outcome: Outcome = json.loads(done.stdout)
    return outcome


def read_answers(file: Path) -> dict[str, str]:
    """The known label of each id, from a CSV with the columns id,label."""
    with file.open(newline="", encoding="utf-8") as lines:
        return {row["id"]: row["label"] for row in csv.DictReader(lines)}


def annotate(outcome: Outcome, answers: Mapping[str, str]) -> tuple[list[Path], list[str]]:
    """Fills in the label of every row of the handoff files that a select has written.

    Returns the files and the ids that were answered.
    """
    files = [Path(file) for file in outcome["files"]]
    answered = []
    for file in files:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            reader = csv.DictReader(lines)
            columns = list(reader.fieldnames or ())
            rows = list(reader)
        for row in rows:
            row["label"] = answers[row["id"]]
            answered.append(row["id"])
        with file.open("w", newline="", encoding="utf-8") as lines:
            writer = csv.DictWriter(lines, columns)
            writer.writeheader()
            writer.writerows(rows)
    return files, answered
