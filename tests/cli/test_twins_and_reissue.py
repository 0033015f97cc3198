"""Rows with the same content are one question; what came back blank may be asked again, once."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from campaign import alcli, annotate, make_project, succeed


def ids(project: Path, *words: str | Path) -> set[str]:
    return {row["id"] for row in json.loads(succeed("-C", project, "select", *words, "--json").stdout)["rows"]}


def status(project: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(succeed("-C", project, "status", "--json").stdout)
    return told


def exported(project: Path) -> dict[str, str]:
    rows = list(csv.DictReader(succeed("-C", project, "export").stdout.splitlines()))
    assert len({row["id"] for row in rows}) == len(rows), "no row twice"
    return {row["id"]: row["label"] for row in rows}


@pytest.fixture
def twins(tmp_path: Path) -> Path:
    """A pool in which d and e have the content of a."""
    texts = {
        "a": "same words here",
        "b": "other words",
        "c": "more words",
        "d": "same words here",
        "e": "same words here",
    }
    pool = tmp_path / "pool.csv"
    pool.write_text("id,text,kind\n" + "".join(f"{n},{t},{'x' if n == 'd' else ''}\n" for n, t in texts.items()))
    return pool


def test_a_seed_label_on_a_later_twin_serves_them_all(twins: Path, tmp_path: Path) -> None:
    project = tmp_path / "p"
    succeed("init", project, "--pool", twins, "--text", "text", "--label-column", "kind")
    assert status(project)["candidates"] == 2
    assert exported(project) == {"a": "x", "d": "x", "e": "x"}
    assert ids(project, "-n", "9") == {"b", "c"}


def test_twins_that_contradict_each_other_are_counted(tmp_path: Path) -> None:
    pool = tmp_path / "pool.csv"
    pool.write_text("id,text,kind\na,same words,x\nb,same words,y\nc,other words,y\n")
    told = json.loads(
        succeed("init", tmp_path / "p", "--pool", pool, "--text", "text", "--label-column", "kind", "--json").stdout
    )
    assert (told["seed_labels"], told["contradicted"]) == (2, 1)


def test_an_unasked_label_for_a_twin_is_the_firsts(twins: Path, tmp_path: Path) -> None:
    project = tmp_path / "p"
    succeed("init", project, "--pool", twins, "--text", "text")
    (tmp_path / "given.csv").write_text("id,label\nd,x\n")
    succeed("-C", project, "ingest", tmp_path / "given.csv", "--unasked")
    assert exported(project) == {"a": "x", "d": "x", "e": "x"}
    assert status(project)["candidates"] == 2
    assert (
        json.loads(succeed("-C", project, "ingest", tmp_path / "given.csv", "--unasked", "--json").stdout)["unchanged"]
        == 1
    )


def test_a_twin_of_what_is_out_cannot_be_asked_by_id(twins: Path, tmp_path: Path) -> None:
    project = tmp_path / "p"
    succeed("init", project, "--pool", twins, "--text", "text")
    (tmp_path / "ids.txt").write_text("\ne\n")
    assert ids(project, "--ids", tmp_path / "ids.txt") == {"e"}
    (tmp_path / "ids.txt").write_text("b\n\na\n")
    result = alcli("-C", project, "select", "--ids", tmp_path / "ids.txt")
    assert result.exit_code == 3
    assert "line 3 id a: a row with the same content is still out, in round 1" in result.stderr
    assert ids(project, "-n", "9") == {"b", "c"}
    succeed("-C", project, "ingest", annotate(project / "round-001.csv", tmp_path / "b.csv", lambda name: "x"))
    assert exported(project) == {"a": "x", "d": "x", "e": "x"}


def test_a_file_that_came_back_all_blank_may_be_asked_again_once(tmp_path: Path) -> None:
    project = make_project(tmp_path, rows=6)
    first = ids(project, "-n", "6")
    back = annotate(project / "round-001.csv", tmp_path / "b.csv", lambda name: "")
    assert "6 rows not labelled yet" in succeed("-C", project, "ingest", back).stdout
    assert alcli("-C", project, "select").exit_code == 4
    assert ids(project, "--reissue") == first
    assert alcli("-C", project, "select", "--reissue").exit_code == 4, "they are out once more"
    older = annotate(project / "round-001.csv", tmp_path / "c.csv")
    assert json.loads(succeed("-C", project, "ingest", older, "--json").stdout)["accepted"] == 6, (
        "the old file still counts"
    )


def test_a_pool_all_asked_is_the_end(tmp_path: Path) -> None:
    project = make_project(tmp_path, rows=6)
    succeed("-C", project, "select", "-n", "6")
    succeed("-C", project, "ingest", annotate(project / "round-001.csv", tmp_path / "b.csv"))
    result = alcli("-C", project, "status", "--exit-code")
    assert result.exit_code == 12
    assert "0 rows left to ask (exhausted)" in result.stdout


def test_a_second_annotator_who_agrees_changes_nothing(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    succeed("-C", project, "select", "-n", "9")
    back = annotate(project / "round-001.csv", tmp_path / "b.csv")
    succeed("-C", project, "ingest", back, "--annotator", "anna")
    succeed("-C", project, "retrain")
    told = json.loads(succeed("-C", project, "ingest", back, "--annotator", "ben", "--json").stdout)
    assert told["accepted"] == 9
    assert "0 new or changed labels" in told["retrain"]["because"]
