"""What real tools and careless hands return: every file of the collection against the outcome it should have.

The collection lies outside the repository (`ALCLI_HANDOFF`); where it is absent these tests are skipped.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from alcli.contracts import HandoffRefused, Returned
from alcli.core.asked import Asked, AskedRow
from alcli.core.judging import Judged, judge
from alcli.core.returning import read_back
from alcli.formats.csv import Csv
from alcli.formats.jsonl import Jsonl

HANDOFF = Path(os.environ.get("ALCLI_HANDOFF", Path(__file__).parents[2] / "shared" / "handoff"))
RETURNS = HANDOFF / "returns"
EXPECTED = RETURNS / "expected.json"
CASES: list[dict[str, Any]] = json.loads(EXPECTED.read_text()) if EXPECTED.exists() else []

# The command opens files, so what is no plain file is its business: fifo, socket, /dev/null, no permission.
SPECIAL = "special/"

Accepted = set[tuple[str, str]]


def outcome(ref: Path, batch: str, file: Path) -> tuple[str, Accepted]:
    """A nothing refused, no warning; W warnings; R some rows refused, the good ones taken; F all refused."""
    try:
        judged = ingest(ref, batch, file)
    except HandoffRefused as refusal:
        assert "\n" not in str(refusal)
        return "F", set()
    if judged.refused_files:
        return "F", set()
    accepted = {(answer.id, answer.label) for answer in judged.answers if answer.label is not None}
    return ("R" if judged.rejected else "W" if judged.warnings else "A"), accepted


def ingest(ref: Path, batch: str, file: Path) -> Judged:
    """The file judged in its setting: round 2 is answered, the batch is out as round 3."""
    returned = read_back(file.read_bytes(), file.suffix, (Jsonl(), Csv()), "id", ["text"])
    classes = (ref / "labels.txt").read_text().splitlines()
    return judge(
        [(file.name, returned)],
        asked(ref, batch),
        classes=classes,
        fixed=True,
        skip_words=("?", "skip"),
        annotator="",
        unasked=False,
    )


def read(text: str) -> Returned:
    chosen = Jsonl() if Jsonl().recognises(text) else Csv()
    return chosen.read(text, "id", ["text"])


@cache
def asked(ref: Path, batch: str) -> Asked:
    pool = [json.loads(line) for line in (ref / "pool.jsonl").read_text().splitlines()]
    position = {row["id"]: at for at, row in enumerate(pool)}
    handed_out = next(path for path in (ref / f"{batch}.csv", ref / f"{batch}.jsonl") if path.exists())
    returned = read((ref / "batch_r2_returned.csv").read_text()).rows
    rows = [(2, row, False) for row in returned] + [
        (3, row, True) for row in read_loosely(handed_out.read_text())
    ]
    by_id = {
        row.id: AskedRow("", position.get(row.id, 1000 + at), row.id, row.shown, round, open)
        for at, (round, row, open) in enumerate(rows)
        if row.id is not None
    }
    answers: Mapping[int, Mapping[str, str | None]] = {
        by_id[row.id].row: {"": row.label} for row in returned if row.id
    }
    return Asked({}, by_id, answers, lambda ids: {name: position[name] for name in ids if name in position})


def read_loosely(text: str) -> Iterable[Any]:
    """A batch as it went out; the ones for other tools have no label yet."""
    if not Jsonl().recognises(text):
        return read(text).rows
    lines = (json.dumps({"label": "", **json.loads(line)}) for line in text.splitlines())
    return read("\n".join(lines)).rows


def wanted(case: Mapping[str, Any]) -> Accepted:
    accepted = case["accepted"]
    return set(accepted.items()) if isinstance(accepted, dict) else {(row[0], row[1]) for row in accepted}


@pytest.mark.skipif(not CASES, reason="the collection of returned files is not here")
@pytest.mark.parametrize(
    "case", CASES, ids=[case["file"].encode("unicode_escape").decode() for case in CASES]
)
def test_return(case: Mapping[str, Any]) -> None:
    file = RETURNS / case["file"]
    if not file.is_file():
        pytest.skip("a special file that could not be stored; the command's own tests make it")
    if case["file"].startswith(SPECIAL) and os.geteuid() == 0 and "unreadable" in case["file"]:
        pytest.skip("root reads what nobody may read")
    letter, accepted = outcome(RETURNS / "ref", case["batch"], file)
    assert accepted <= wanted(case), "unsafe: a label was taken that must not be"
    other = case["alternative"][:1]
    assert letter in {case["outcome"], other}
    assert accepted == (wanted(case) if letter != "F" else set())
