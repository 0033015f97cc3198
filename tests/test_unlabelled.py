"""A model that learns from rows without a label: it gets them, is measured with them, and does not choose."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from campaign import succeed

from alcli.campaign.learning.unlabelled import drawn

MINE = """
import numpy as np
from pathlib import Path
from sklearn.linear_model import LogisticRegression

class Beside:
    def __init__(self, rows):
        self.rows = rows
    def fit(self, X, y):
        with open(Path(__file__).with_name("seen.txt"), "a") as seen:
            seen.write(f"{len(y)} {self.rows.shape[0]} {self.rows.shape[1] == X.shape[1]}\\n")
        model = LogisticRegression().fit(X, y)
        model.coef_ = 3 * model.coef_  # told from that of labels alone
        return model

class Mine:
    unlabelled = 30
    def build(self, y):
        return LogisticRegression()
    def build_beside(self, y, rows):
        return Beside(rows)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A hundred rows, sixty of them labelled, and a model of one's own."""
    pool = tmp_path / "pool.csv"
    with pool.open("w", newline="") as file:
        rows = [
            (f"r{k}", f"{'late' if k % 2 else 'card'} w{k}", "ab"[(k % 7 == 0) ^ k % 2] if k < 60 else "")
            for k in range(100)
        ]
        csv.writer(file).writerows([("id", "text", "topic"), *rows])
    project = tmp_path / "p"
    succeed("init", project, "--pool", pool, "--text", "text", "--label-column", "topic")
    (project / "mine.py").write_text(MINE)
    config = project / "alcli.toml"
    before, model, after = config.read_text().partition("[model]")
    config.write_text(before + model + after.replace('use = "auto"', 'use = "./mine.py:Mine"', 1))
    return project


def test_it_is_given_rows_that_have_no_label(project: Path) -> None:
    succeed("-C", project, "retrain")
    seen = [line.split() for line in (project / "seen.txt").read_text().splitlines()]
    assert seen[0] == ["60", seen[0][1], "True"]
    assert 0 < int(seen[0][1]) <= 30, "of thirty drawn rows, those without a label"
    assert {int(n) for n, _, _ in seen[1:]} == {48}, "and it is calibrated by folds that it was not shown"


def test_batches_are_chosen_by_a_model_of_labels_alone(project: Path) -> None:
    step = json.loads(succeed("-C", project, "retrain", "--json").stdout)["step"]
    folder = project / ".alcli" / "steps" / f"{step:04d}"
    with np.load(folder / "linear.npz") as used, np.load(folder / "blind-linear.npz") as chooses:
        assert not np.allclose(used["weights"], chooses["weights"])
    did = json.loads((folder / "step.json").read_text())["did"]
    heat = did["temperature"] / did["blind_temperature"]
    assert heat == pytest.approx(3, rel=0.2), "three times the weights are as sure as the others three times as hot"
    assert json.loads(succeed("-C", project, "select", "-n", "5", "--json").stdout)["rows"]


def test_the_same_rows_as_long_as_the_pool_does_not_grow() -> None:
    first = drawn(1_000, 50, seed=3, labelled=())
    assert first == sorted(set(first))
    assert len(first) == 50
    assert drawn(1_000, 50, seed=3, labelled=first[:10]) == first[10:]
    assert drawn(1_000, 50, seed=4, labelled=()) != first
    assert drawn(7, 50, seed=3, labelled=()) == list(range(7))
    assert drawn(1_000, 0, seed=3, labelled=()) == []
