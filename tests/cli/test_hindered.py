"""Rows are in the project before their features are made: what hinders that is told, and undoes nothing."""

from __future__ import annotations

import json
from pathlib import Path

from campaign import alcli, make_project, specify, succeed, write_pool

PICKY = """
import numpy as np
class Picky:
    def digest(self, table):
        if "t41" in open({words!r}).read():
            raise ValueError("t41 is not to my taste")
        return {{"n": np.array([[len(text)] for text in table.to_series()], np.float32)}}
    def fit(self, digests):
        return {{}}
    def transform(self, digest, state):
        return digest["n"]
"""


def test_add_brings_the_rows_and_says_what_their_features_want(tmp_path: Path) -> None:
    project, words = make_project(tmp_path), tmp_path / "words"
    (project / "mine.py").write_text(PICKY.format(words=str(words)))
    specify(project, "features.text", '"mine.py:Picky"')
    words.write_text("")
    succeed("-C", project, "select", "-n", "3", "--dry-run")
    words.write_text("t41")
    more = write_pool(tmp_path / "more.csv", range(40, 50))
    told = json.loads(succeed("-C", project, "add", more, "--json").stdout)
    assert (told["rows"], told["pool"]) == (10, 50)
    assert "t41 is not to my taste" in told["hindered"]
    assert told["next"].startswith("mend that, or [features] in alcli.toml, then: alcli -C ")
    assert "t41 is not to my taste" in alcli("-C", project, "select", "--strategy", "auto").stderr
    words.write_text("")
    assert json.loads(succeed("-C", project, "select", "-n", "3", "--dry-run", "--json").stdout)["candidates"] == 44


def test_init_makes_the_project_and_says_what_the_features_want(tmp_path: Path) -> None:
    pool = tmp_path / "pool.csv"
    pool.write_text("id,photo,topic\na,a.png,x\nb,b.png,y\n")
    words = ("init", tmp_path / "p", "--pool", pool, "--images", "photo")
    shown = succeed(*words, "--label-column", "topic")
    assert "Its features cannot be made yet: [features] images: " in shown.stdout
    assert "then: alcli" in shown.stderr
    assert "retrain" in shown.stderr, "there are labels to learn from"
    assert alcli("-C", tmp_path / "p", "retrain").exit_code == 5
    assert "There is a project" in succeed(*words).stdout
