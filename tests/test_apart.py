"""A batch holds no two near-identical rows: one of them is asked, the others may be later."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from campaign import annotate, specify, succeed, truth

from alcli.campaign.choosing.apart import staying
from alcli.campaign.choosing.exploring import with_audit
from alcli.campaign.choosing.matching import choose_matching
from alcli.campaign.choosing.over_shards import choose
from alcli.campaign.choosing.picked import Picked
from alcli.campaign.choosing.quotas import choose_by_quota
from alcli.campaign.choosing.situation import Situation
from alcli.core.near import groups
from alcli.project import pool
from alcli.project.config import Guard
from alcli.project.project import Project

WORDS = ("invoice", "password", "parcel")
SAID = "{word} {name} is not what i was told on the phone"


def made(tmp_path: Path, rows: Iterable[tuple[str, str]], *words: str) -> Path:
    """A project around rows of a text and a kind."""
    with (tmp_path / "pool.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "text", "kind"), *((f"t{at:02d}", *row) for at, row in enumerate(rows))])
    succeed("init", tmp_path / "p", "--pool", tmp_path / "pool.csv", "--text", "text", *words)
    return tmp_path / "p"


def posts(n: int, times: int) -> list[tuple[str, str]]:
    """So many texts, each posted so many times with another link."""
    names = [chr(97 + at // 26) + chr(97 + at % 26) for at in range(n)]
    return [
        (f"{SAID.format(word=WORDS[at % 3], name=names[at])} https://t.example/{at}x{time}", "web" if at % 2 else "app")
        for at in range(n)
        for time in range(times)
    ]


def situation(root: Path, batch_size: int, **select: object) -> Situation:
    project = Project.open(root)
    config = replace(project.config, select=replace(project.config.select, batch_size=batch_size, **select))
    return Situation.of(project, config, False)


def texts(play: Situation, rows: Iterable[int]) -> list[str]:
    return [text or "" for text in pool.fetch(play.shards, list(rows), ["text"])["text"]]


def twice(said: Iterable[object]) -> bool:
    """Whether two of the texts are near-identical."""
    group = groups([str(each) for each in said]).tolist()
    return len(set(group)) < len(group)


def told(root: Path, *words: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(succeed("-C", root, "select", *words, "--json").stdout)["rows"]
    return rows


@pytest.mark.parametrize("strategy", ["auto", "margin", "random", "k_center", "max_herding", "badge"])
def test_every_strategy_asks_a_text_once_and_fills_the_batch(tmp_path: Path, strategy: str) -> None:
    root = made(tmp_path, posts(40, 5))
    succeed("-C", root, "select", "-n", "12", "--strategy", "random")
    succeed("-C", root, "ingest", annotate(root / "round-001.csv", tmp_path / "back.csv"))
    succeed("-C", root, "retrain")
    rows = told(root, "-n", "25", "--strategy", strategy)
    assert len(rows) == 25 and not twice(row["text"] for row in rows)


def test_what_is_passed_over_may_be_asked_later_and_the_choice_repeats(tmp_path: Path) -> None:
    root = made(tmp_path, posts(10, 3))
    assert told(root, "-n", "8", "--dry-run") == told(root, "-n", "8", "--dry-run")
    asked = [row["id"] for _ in range(5) for row in told(root, "-n", "8")]
    assert len(asked) == len(set(asked)) == 30


def test_a_pool_without_as_many_different_rows_gives_a_smaller_batch(tmp_path: Path) -> None:
    root = made(tmp_path, posts(9, 6))
    said = "The other candidates say what a row of this batch says: 20 were wanted."
    assert said in succeed("-C", root, "select", "-n", "20", "--dry-run").stdout
    rows = told(root, "-n", "20")
    assert len(rows) == 9 and not twice(row["text"] for row in rows)
    assert {str(row["text"]).split()[1] for row in rows} == {f"a{name}" for name in "abcdefghi"}


def test_many_copies_ahead_of_all_others_are_passed_over(tmp_path: Path) -> None:
    root = made(tmp_path, [*posts(1, 300), *posts(30, 1)[1:]])
    (tmp_path / "p" / "mine.py").write_text(
        "from alcli.core.choosing import ByUtility\n\n\n"
        "class Early(ByUtility):\n    def utility(self, view):\n        return -view.rows.astype(float)\n"
    )
    specify(root, "select.strategy", '"mine.py:Early"')
    picked = choose(situation(root, 10, explore=0.0))
    assert len(picked.rows) == 10 and picked.candidates == 329 - len(situation(root, 10).reserve)
    assert sum(row < 300 for row in picked.rows) == 1
    assert picked.rows == sorted(picked.rows), "else the strategy's own order"


def test_the_audit_sample_is_asked_as_drawn_and_the_chosen_give_way(tmp_path: Path) -> None:
    play = situation(made(tmp_path, posts(25, 4)), 20, explore=0.2)
    waiting, seen = play.reserve.tolist(), []
    picked = with_audit(play, choose)
    assert not twice(texts(play, picked.rows)) and len(picked.rows) == 20
    assert picked.audit == frozenset(waiting[: len(picked.audit)]), "a beginning of the draw, in its order"

    def watched(these: Situation) -> Picked:
        seen.extend(these.beside)
        return choose(these)

    with_audit(play, watched)
    assert seen == waiting[: len(picked.audit)]


def test_two_drawn_rows_that_say_the_same_are_asked_one_after_the_other(tmp_path: Path) -> None:
    play = situation(made(tmp_path, posts(25, 4)), 20, explore=0.5)
    first, second, third = [next(at for at in range(play.n_rows) if at // 4 == post) for post in (3, 4, 5)]
    play = replace(play, reserve=np.array([first, second, first + 1, third]))
    assert with_audit(play, choose).audit == {first, second}
    assert with_audit(replace(play, reserve=play.reserve[2:]), choose).audit == {first + 1, third}


def test_where_candidates_run_out_drawn_rows_fill_up_and_nothing_is_said_twice(tmp_path: Path) -> None:
    play = situation(made(tmp_path, posts(12, 4)), 40)
    picked = with_audit(play, choose)
    assert not twice(texts(play, picked.rows)) and len(picked.rows) <= 12
    assert picked.audit == frozenset(play.reserve[: len(picked.audit)].tolist())


def test_keyword_seeds_and_quotas_too(tmp_path: Path) -> None:
    root = made(tmp_path, posts(40, 4))
    play = situation(root, 20)
    seeds = choose_matching(play, "parcel", 0.5)
    assert len(seeds.rows) == 20 and seeds.matching == 10 and not twice(texts(play, seeds.rows))
    guarded = replace(play, config=replace(play.config, guard=Guard(("kind",), 1.0)))
    fair = choose_by_quota(guarded, choose)
    kinds = pool.fetch(play.shards, fair.rows, ["kind"])["kind"]
    assert not twice(texts(play, fair.rows)) and (kinds.count("web"), kinds.count("app")) == (10, 10)


def test_one_text_with_other_columns_is_another_row(tmp_path: Path) -> None:
    rows = [("Where is it?", "1"), ("where is it", "1"), ("where is it!", "2")]
    assert staying(situation(made(tmp_path, rows, "--columns", "kind"), 3), [0, 1, 2]).tolist() == [0, 2]


def test_rows_beside_stay_and_those_without_text_too(tmp_path: Path) -> None:
    play = situation(made(tmp_path, posts(3, 2)), 3)
    assert staying(play, [0, 1, 2, 3]).tolist() == [0, 2]
    assert staying(replace(play, beside=(1, 0)), [2, 0, 3]).tolist() == [0]
    table = replace(play, config=replace(play.config, pool=replace(play.config.pool, text=(), columns=("kind",))))
    assert staying(table, [0, 1, 2]).tolist() == [0, 1, 2]


def test_simulate_asks_no_text_twice_in_a_round(tmp_path: Path) -> None:
    with (tmp_path / "all.csv").open("w", newline="") as file:
        names = [f"t{at:02d}" for at in range(240)]
        rows = [(name, text, truth(name)) for name, (text, _) in zip(names, posts(60, 4), strict=True)]
        csv.writer(file).writerows([("id", "text", "label"), *rows])
    words = "--label-column label --text text --id id --seeds 1 --strategies margin --models logistic -n 12 --budget 48"
    result = succeed("simulate", tmp_path / "all.csv", *words.split(), "--work", tmp_path / "w", "--json")
    curves = json.loads(result.stdout)["curves"]
    (folder,) = (tmp_path / "w").glob("*/pool")
    import polars as pl

    there = pl.read_parquet(folder / "*.parquet")["text"].to_list()
    for curve in curves:
        for done in curve["rounds"]:
            assert len(done["rows"]) == 12 and not twice(there[row] for row in done["rows"])
