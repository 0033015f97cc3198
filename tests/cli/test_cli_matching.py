"""Keyword seeds: `select --matching`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from campaign import alcli, make_project, play_round, succeed, truth


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path)


def test_a_share_of_the_batch_has_the_word_and_says_so(project: Path) -> None:
    told = json.loads(
        succeed("-C", project, "select", "-n", "10", "--matching", "REFUND|payment", "--share", "0.3", "--json").stdout
    )
    assert len({row["id"] for row in told["rows"]}) == len(told["rows"]) == 10
    rows = [row for row in told["rows"] if not row["audit"]]
    assert told["n_matching"] == 3
    assert all("refund" in row["text"] or "payment" in row["text"] for row in rows[:3])
    assert all(row["reason"].startswith("matches REFUND|payment; ") for row in rows[:3])
    assert not any(row["reason"].startswith("matches") for row in rows[3:])


def test_the_log_marks_it(project: Path) -> None:
    result = succeed("-C", project, "select", "-n", "4", "--matching", "refund", "--share", "0.5")
    assert "2 rows of them match refund: no picture of the whole pool." in result.stdout
    assert "2 matching refund" in succeed("-C", project, "log").stdout
    line = json.loads(succeed("-C", project, "log", "--json").stdout.splitlines()[-1])
    assert (line["did"]["matching"], line["did"]["n_matching"]) == ("refund", 2)


def test_with_a_model_too_and_never_twice(project: Path) -> None:
    play_round(project, 12)
    succeed("-C", project, "retrain")
    seen: set[str] = set()
    for _ in range(3):
        told = json.loads(succeed("-C", project, "select", "-n", "6", "--matching", "parcel|late", "--json").stdout)
        now = {row["id"] for row in told["rows"]}
        assert len(now) == 6
        assert not now & seen
        seen |= now


def test_where_few_match_the_rest_of_the_batch_makes_up(project: Path) -> None:
    told = json.loads(
        succeed("-C", project, "select", "-n", "6", "--matching", "number 7$", "--share", "1", "--json").stdout
    )
    assert (told["n_matching"], len(told["rows"])) == (1, 6)
    rows = [row for row in told["rows"] if not row["audit"]]
    assert rows[0]["id"] == "t07"
    assert truth(rows[0]["id"]) == "access"


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(", "--matching '(' is no regular expression: unclosed group\n"),
        ("zeppelin", "no candidate matches 'zeppelin'"),
    ],
)
def test_a_pattern_that_finds_nothing_changes_nothing(project: Path, pattern: str, said: str) -> None:
    result = alcli("-C", project, "select", "--matching", pattern)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not list(project.glob("round-*.csv"))


def test_ids_and_a_pattern_do_not_go_together(project: Path, tmp_path: Path) -> None:
    (tmp_path / "ids").write_text("t01\n")
    result = alcli("-C", project, "select", "--ids", tmp_path / "ids", "--matching", "refund")
    assert result.exit_code == 2
