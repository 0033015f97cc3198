"""Play the annotator: fill in the column `label` of handoff files from the sealed answers.

python sample_data/annotate.py tickets/round-001.csv
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

ANSWERS = Path(__file__).with_name("answers.csv")


def read_csv(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def sealed_answers() -> dict[str, str]:
    """The topic of every ticket."""
    return {row["id"]: row["topic"] for row in read_csv(ANSWERS)}


def annotate(path: Path, topics: dict[str, str]) -> set[str]:
    """Fill in the column `label` as a person would in a spreadsheet, and say which tickets were labelled."""
    rows = read_csv(path)
    for row in rows:
        row["label"] = topics[row["id"]]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return {row["id"] for row in rows}


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(f"labelled {len(annotate(Path(name), sealed_answers()))} rows of {name}")
