"""What real tools and careless hands return: every file of the collection through `ingest`, against what it should do.

The collection lies outside the repository (`ALCLI_HANDOFF`); where it is absent these tests are skipped.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from campaign import succeed

from alcli.commands.ingest import Outcome, ingest

HANDOFF = Path(os.environ.get("ALCLI_HANDOFF", Path(__file__).parents[2] / "shared" / "handoff"))
RETURNS = HANDOFF / "returns"
EXPECTED = RETURNS / "expected.json"
CASES: list[dict[str, Any]] = json.loads(EXPECTED.read_text()) if EXPECTED.exists() else []
POOL_TOO = ("batch_r3", "batch_mangle")  # their rows stand in the pool of the collection

Accepted = set[tuple[str, str]]


def setting(batch: str, folder: Path) -> Path:
    """A project in which round 2 is answered and the batch is out."""
    ref = RETURNS / "ref"
    rows = {}
    for name in ("pool.jsonl",) if batch in POOL_TOO else (f"{batch}.jsonl", "pool.jsonl"):
        for line in (ref / name).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["text"] not in rows.values():  # other ids with the same texts would be duplicates
                rows.setdefault(row["id"], row["text"])
    pool = folder / "pool.jsonl"
    pool.write_text(
        "".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in rows.items()), encoding="utf-8"
    )
    project = folder / "p"
    succeed("init", project, "--pool", pool, "--text", "text", "--classes", f"@{ref / 'labels.txt'}")
    older = [name for name in rows if name.startswith("ex-09")]
    succeed("-C", project, "select", "--ids", id_file(folder, older))
    succeed("-C", project, "ingest", ref / "batch_r2_returned.csv")
    succeed("-C", project, "select", "--ids", id_file(folder, batch_ids(ref, batch)))
    return project


def batch_ids(ref: Path, batch: str) -> list[str]:
    if (ref / f"{batch}.jsonl").exists():
        return [json.loads(line)["id"] for line in (ref / f"{batch}.jsonl").read_text(encoding="utf-8").splitlines()]
    import csv

    with (ref / f"{batch}.csv").open(encoding="utf-8", newline="") as file:
        return [row["id"] for row in csv.DictReader(file)]


def id_file(folder: Path, ids: list[str]) -> Path:
    (folder / "ids.txt").write_text("\n".join(ids) + "\n", encoding="utf-8")
    return folder / "ids.txt"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = {}
    for batch in {case["batch"] for case in CASES}:
        folder = tmp_path_factory.mktemp(batch)
        made[batch] = setting(batch, folder)
    return made


def letter(outcome: Outcome) -> str:
    """A nothing refused, no warning; W warnings; R some rows refused, the good ones taken; F the file refused."""
    return "F" if outcome.exit_code else "R" if outcome.rejected else "W" if outcome.warnings else "A"


def taken(project: Path, outcome: Outcome) -> Accepted:
    if outcome.step is None:
        return set()
    lines = (
        (project / ".alcli" / "steps" / f"{outcome.step:04d}" / "answers.jsonl")
        .read_text(encoding="utf-8")
        .splitlines()
    )
    answers = [json.loads(line) for line in lines]
    return {(answer["id"], answer["label"]) for answer in answers if answer.get("label") is not None}


def wanted(case: Mapping[str, Any]) -> Accepted:
    accepted = case["accepted"]
    return set(accepted.items()) if isinstance(accepted, dict) else {(row[0], row[1]) for row in accepted}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.skipif(not CASES, reason="the collection of returned files is not here")
@pytest.mark.parametrize("case", CASES, ids=[case["file"].encode("unicode_escape").decode() for case in CASES])
def test_return(case: Mapping[str, Any], settings: Mapping[str, Path], tmp_path: Path) -> None:
    source = RETURNS / case["file"]
    if not source.is_file():
        pytest.skip("a special file that could not be stored: test_cli_ingest.py makes its like")
    if "unreadable" in case["file"] and os.geteuid() == 0:
        pytest.skip("root reads what nobody may read")
    project, file = tmp_path / "p", tmp_path / source.name
    shutil.copytree(settings[case["batch"]], project)
    shutil.copyfile(source, file)
    before = contents(project)

    strict = ingest(project, [str(file)])
    if letter(strict) == "F":
        assert contents(project) == before, "a refusal changed something"
        outcome = ingest(project, [str(file)], skip_bad_rows=True)
    else:
        outcome = strict
    accepted = taken(project, outcome)

    assert accepted <= wanted(case), "unsafe: a label was taken that must not be"
    assert letter(outcome) in {case["outcome"], case["alternative"][:1]}
    assert accepted == (wanted(case) if letter(outcome) != "F" else set())
    if letter(outcome) == "F":
        assert contents(project) == before
    after = contents(project / ".alcli" / "steps")
    ingest(project, [str(file)], skip_bad_rows=True)
    assert contents(project / ".alcli" / "steps") == after, "the same file again changed something"
