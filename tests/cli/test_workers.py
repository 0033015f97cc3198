"""A batch is the same however the pool is gone through: on worker processes, shard by shard, piece by piece."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from campaign import make_project, play_round, succeed, write_pool

from alcli.campaign.choosing import over_shards
from alcli.core import geometry

COMMITTEES = ["vote_entropy", "consensus_entropy", "max_disagreement"]


def batch(project: Path, *words: str) -> list[tuple[str, float]]:
    """The ids and utilities of the rows that would be asked."""
    told: dict[str, Any] = json.loads(succeed("-C", project, "select", "-n", "6", "--dry-run", "--json", *words).stdout)
    return [(row["id"], row["utility"]) for row in told["rows"]]


def of_three_shards(folder: Path) -> Path:
    """A project whose pool came in three files."""
    project = make_project(folder, 30)
    for first in (30, 60):
        succeed("-C", project, "add", write_pool(folder / f"more-{first}.csv", range(first, first + 30)))
    return project


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    project = of_three_shards(tmp_path)
    play_round(project, 12)
    succeed("-C", project, "retrain")
    return project


def same(one: list[tuple[str, float]], other: list[tuple[str, float]]) -> bool:
    utilities = ([u for _, u in batch if u is not None] for batch in (one, other))
    return [name for name, _ in one] == [name for name, _ in other] and next(utilities) == pytest.approx(
        next(utilities), rel=1e-4
    )


@pytest.mark.parametrize("strategy", ["auto", "vote_entropy", "density", "badge"])
def test_workers_choose_the_same_from_several_shards(trained: Path, strategy: str) -> None:
    alone = batch(trained, "--strategy", strategy)
    assert len({int(name[1:]) // 30 for name, _ in alone}) > 1, "not all of one shard"
    assert same(alone, batch(trained, "--strategy", strategy, "--engine", "joblib:2"))


def test_workers_choose_the_same_before_there_is_a_model(tmp_path: Path) -> None:
    project = of_three_shards(tmp_path)
    assert same(batch(project), batch(project, "--engine", "joblib:2"))


@pytest.mark.parametrize("strategy", COMMITTEES)
def test_a_committee_is_heard_piece_by_piece(trained: Path, strategy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = batch(trained, "--strategy", strategy)
    heard: list[int] = []
    inner = over_shards._utility

    def listening(part: Any, name: str, view: Any) -> Any:
        heard.append(len(view))
        return inner(part, name, view)

    monkeypatch.setattr(over_shards, "_utility", listening)
    monkeypatch.setattr(geometry, "_ROOM", 7 * 5 * 3)  # seven rows, by five members, by three classes
    assert same(whole, batch(trained, "--strategy", strategy))
    assert max(heard) == 7
    monkeypatch.undo()
    told = json.loads(succeed("-C", trained, "select", "--dry-run", "--json").stdout)
    assert sum(heard) == told["candidates"]
