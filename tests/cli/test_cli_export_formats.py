"""`export --format`: the labelled texts as those who train read them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from campaign import CLASSES, alcli, annotate, succeed, truth


@pytest.fixture
def project(tmp_path: Path) -> Path:
    pool = tmp_path / "pool.csv"
    with pool.open("w", encoding="utf-8", newline="") as file:
        rows = [(f"t{n}", f"subject, {n}", "" if n == 3 else f'body "{n}"\nof two lines') for n in (1, 2, 3)]
        csv.writer(file).writerows([("id", "subject", "body"), *rows, ("t4", *rows[0][1:])])
    project = tmp_path / "p"
    succeed("init", project, "--pool", pool, "--text", "subject,body", "--classes", ",".join(CLASSES))
    (tmp_path / "ids").write_text("t1\nt2\nt3\n")
    succeed("-C", project, "select", "--ids", tmp_path / "ids", "-o", tmp_path / "batch.csv")
    succeed("-C", project, "ingest", annotate(tmp_path / "batch.csv", tmp_path / "back.csv"))
    return project


TEXTS = {
    "t1": 'subject, 1\nbody "1"\nof two lines',
    "t2": 'subject, 2\nbody "2"\nof two lines',
    "t3": "subject, 3",
    "t4": 'subject, 1\nbody "1"\nof two lines',  # labelled through t1, which says the same
}


def test_hf(project: Path, tmp_path: Path) -> None:
    succeed("-C", project, "export", "--format", "hf", "-o", tmp_path / "data.jsonl")
    lines = (tmp_path / "data.jsonl").read_text(encoding="utf-8").splitlines()
    labels = [truth("t1"), truth("t2"), truth("t3"), truth("t1")]
    wanted = [{"text": text, "label": label} for text, label in zip(TEXTS.values(), labels, strict=True)]
    assert [json.loads(line) for line in lines] == wanted


def test_spacy(project: Path) -> None:
    first = json.loads(succeed("-C", project, "export", "--format", "spacy").stdout.splitlines()[0])
    assert first == {"text": TEXTS["t1"], "cats": {name: float(name == truth("t1")) for name in CLASSES}}


def test_what_does_not_fit_is_refused(project: Path, tmp_path: Path) -> None:
    other = alcli("-C", project, "export", "--format", "arff")
    assert other.exit_code == 2 and "hf, spacy" in other.stderr
    assert alcli("-C", project, "export", "--format", "hf", "-o", tmp_path / "data.csv").exit_code == 2
    assert alcli("-C", project, "export", "--format", "hf", "-o", project / "alcli.toml").exit_code == 4
    assert not (tmp_path / "data.csv").exists()
