"""`select` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from campaign import alcli, annotate, make_project, play_round, specify, succeed, truth


def select(project: Path, *words: str | Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(succeed("-C", project, "select", *words, "--json").stdout)
    return told


def ids(told: dict[str, Any]) -> list[str]:
    return [row["id"] for row in told["rows"]]


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    project = make_project(tmp_path)
    play_round(project, 12)
    succeed("-C", project, "retrain")
    return project


def test_after_a_dry_run_comes_the_same_command_without_it(trained: Path) -> None:
    words = ("-n", "5", "--matching", "refund|bill", "--share", "0.5", "--reissue")
    told = select(trained, "--dry-run", *words)
    assert told["next"] == f"alcli -C {trained} select -n 5 --matching 'refund|bill' --share 0.5 --reissue --json"


def test_cold_start_then_the_model_with_reasons(trained: Path) -> None:
    told = select(trained, "-n", "5", "--strategy", "margin")
    assert told["strategy"] == "margin"
    assert not told["cold_start"]
    assert [row["rank"] for row in told["rows"]] == [1, 2, 3, 4, 5]
    chosen = [row for row in told["rows"] if not row["audit"]]
    assert all(row["reason"].startswith("torn between ") for row in chosen)
    utilities = [row["utility"] for row in chosen]
    assert utilities == sorted(utilities, reverse=True)


def test_a_rare_class_that_the_model_does_not_know_is_told(trained: Path) -> None:
    specify(trained, "select.rare", '["biling", "access"]')
    said = succeed("-C", trained, "select", "-n", "3", "--dry-run").stdout
    assert "Called rare, but the model knows no such class: biling." in said
    specify(trained, "select.rare", '["access"]')
    assert "Called rare" not in succeed("-C", trained, "select", "-n", "3", "--dry-run").stdout


def test_whoever_names_no_strategy_gets_cover_first_then_doubt(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    told = select(project, "-n", "12")
    assert (told["strategy"], told["cold_start"]) == ("auto", True)
    assert all(row["reason"].startswith("stands for ") for row in told["rows"] if not row["audit"])
    assert not any("torn between" in row["reason"] for row in told["rows"])
    succeed("-C", project, "ingest", annotate(project / "round-001.csv", tmp_path / "b.csv"))
    succeed("-C", project, "retrain")
    told = select(project, "-n", "5")
    assert (told["strategy"], told["cold_start"]) == ("auto", False)
    assert all(row["reason"].startswith("stands for ") for row in told["rows"] if not row["audit"])
    assert all("; torn between " in row["reason"] for row in told["rows"] if not row["audit"])


def test_a_wrapper_of_what_needs_no_model_chooses_before_there_is_one(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    for of in ("random", "subsample:random"):
        assert select(project, "--dry-run", "--strategy", f"class_balanced:{of}")["strategy"] == f"class_balanced:{of}"


def test_before_a_model_any_strategy_falls_back_to_the_cold_start_and_says_so(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    result = succeed("-C", project, "select", "-n", "3", "--strategy", "entropy")
    assert "cold start" in result.stdout
    assert "max_herding" in result.stdout


def test_never_asks_twice_until_the_pool_is_exhausted(trained: Path) -> None:
    seen: set[str] = set()
    for _ in range(3):
        now = set(ids(select(trained, "-n", "10")))
        assert not now & seen
        seen |= now
    assert len(seen) == 28, "12 of 40 were labelled before"
    result = alcli("-C", trained, "select")
    assert result.exit_code == 4
    assert "28 rows are still out" in result.stderr


def test_says_what_is_still_out(trained: Path) -> None:
    select(trained, "-n", "4")
    result = succeed("-C", trained, "select", "-n", "4")
    assert "Still out from earlier rounds: 4 rows" in result.stdout


def test_same_project_same_seed_same_answers_same_batches(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        project = make_project(folder)
        play_round(project, 10)
        succeed("-C", project, "retrain")
        select(project, "-n", "6")
        made.append([(project / f"round-00{n}.csv").read_bytes() for n in (1, 2)])
    assert made[0] == made[1]


def test_another_seed_another_batch(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    other = tmp_path / "q"
    succeed("init", other, "--pool", tmp_path / "pool.csv", "--text", "text", "--seed", "7")
    words = ("-n", "10", "--strategy", "random")
    assert ids(select(project, *words)) != ids(select(other, *words))


@pytest.mark.parametrize("strategy", ["auto", "random", "margin", "entropy", "least_confident"])
def test_workers_choose_the_same_as_one_process(trained: Path, strategy: str) -> None:
    alone = select(trained, "--dry-run", "--strategy", strategy)
    workers = select(trained, "--dry-run", "--strategy", strategy, "--engine", "joblib:2")
    assert ids(alone) == ids(workers)


def test_dry_run_changes_nothing(trained: Path) -> None:
    before = sorted(p.name for p in (trained / ".alcli" / "steps").iterdir())
    told = select(trained, "-n", "5", "--dry-run")
    assert told["files"] == []
    assert sorted(p.name for p in (trained / ".alcli" / "steps").iterdir()) == before
    assert not (trained / "round-002.csv").exists()


def test_remake_writes_the_same_bytes(trained: Path, tmp_path: Path) -> None:
    file = Path(select(trained, "-n", "5")["files"][0])
    before = file.read_bytes()
    file.unlink()
    succeed("-C", trained, "select", "--remake")
    assert file.read_bytes() == before
    succeed("-C", trained, "select", "--remake", "-o", tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == before


def test_a_half_labelled_file_is_never_written_over(trained: Path) -> None:
    file = Path(select(trained, "-n", "5")["files"][0])
    annotate(file, file)
    half = file.read_bytes()
    for words in (["--remake"], ["-o", file]):
        result = alcli("-C", trained, "select", *words)
        assert result.exit_code == 4
        assert "may hold answers" in result.stderr
    assert file.read_bytes() == half


def test_exactly_these_ids(trained: Path, tmp_path: Path) -> None:
    free = [row for row in ids(select(trained, "-n", "40", "--dry-run"))][:4]
    (tmp_path / "ids.txt").write_text("\n".join(free) + "\n")
    told = select(trained, "--ids", tmp_path / "ids.txt")
    assert ids(told) == free
    (tmp_path / "ids.txt").write_text("\n".join([free[0], "nobody", "t00"]) + "\n")
    result = alcli("-C", trained, "select", "--ids", tmp_path / "ids.txt")
    assert result.exit_code == 3
    assert "nobody: not in the pool" in result.stderr
    assert f"{free[0]}: still out, in round 2" in result.stderr


def test_what_came_back_blank_is_asked_again_only_when_told(tmp_path: Path) -> None:
    project = make_project(tmp_path, rows=10)
    select(project, "-n", "6")
    file = annotate(project / "round-001.csv", tmp_path / "b.csv", lambda name: "" if int(name[1:]) % 2 else "even")
    succeed("-C", project, "ingest", file)
    blank = json.loads(succeed("-C", project, "status", "--json").stdout)["out"]
    assert blank > 0
    assert len(ids(select(project, "-n", "10", "--dry-run"))) == 4
    assert len(ids(select(project, "-n", "10", "--dry-run", "--reissue"))) == 4 + blank


def test_skipped_rows_are_not_asked_again(tmp_path: Path) -> None:
    project = make_project(tmp_path, rows=10)
    select(project, "-n", "6")
    file = annotate(project / "round-001.csv", tmp_path / "b.csv", lambda name: "?" if int(name[1:]) % 2 else "even")
    told = json.loads(succeed("-C", project, "ingest", file, "--json").stdout)
    assert told["skipped"] > 0
    assert len(ids(select(project, "-n", "10", "--reissue"))) == 4


def test_a_strategy_of_ones_own_and_a_broken_one(trained: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "import numpy as np\nfrom alcli.core.choosing import ByUtility\n\n"
        "class Last(ByUtility):\n    def utility(self, view):\n        return view.rows.astype(float)\n\n"
        "class Broken(ByUtility):\n    def utility(self, view):\n        return np.full(len(view), np.nan)\n\n"
        "class Meddler(ByUtility):\n    needs = frozenset({'proba'})\n"
        "    def utility(self, view):\n        view.proba[:] = 0\n        return view.lottery\n"
    )
    assert ids(select(trained, "--dry-run", "-n", "2", "--strategy", f"{tmp_path}/mine.py:Last"))[0] == "t39"
    result = alcli("-C", trained, "select", "--strategy", f"{tmp_path}/mine.py:Broken")
    assert result.exit_code == 5
    assert "finite" in result.stderr
    result = alcli("-C", trained, "select", "--strategy", f"{tmp_path}/mine.py:Meddler")
    assert result.exit_code == 5
    assert "read-only" in result.stderr


def test_classes_that_are_called_rare_are_sought_and_recorded(trained: Path) -> None:
    result = alcli("-C", trained, "select", "--strategy", "most_likely")
    assert result.exit_code == 5
    assert "none is called rare" in result.stderr
    specify(trained, "select.rare", '["delivery", "theft"]')
    told = select(trained, "-n", "4", "--strategy", "most_likely")
    assert {truth(row["id"]) for row in told["rows"] if not row["audit"]} == {"delivery"}
    last = json.loads(succeed("-C", trained, "log", "--json").stdout.splitlines()[-1])
    assert last["settings"]["select"]["rare"] == ["delivery", "theft"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--strategy", "margn"], 5, "did you mean margin?"),
        (["--format", "xslx"], 5, "did you mean xlsx?"),
        (["-n", "0"], 2, ""),
        (["--engine", "spark"], 2, "local, joblib:N"),
        (["--remake", "-n", "3"], 2, "--remake"),
        (["--ids", "gone.txt"], 3, "gone.txt"),
        (["-o", "no/such/folder/file.csv"], 2, "no/such/folder/file.csv"),
    ],
)
def test_wrong_words_are_answered(trained: Path, words: list[str], code: int, said: str) -> None:
    result = alcli("-C", trained, "select", *words)
    assert result.exit_code == code, result.output
    assert said in result.stderr
    assert json.loads(succeed("-C", trained, "status", "--json").stdout)["steps"] == 4


def test_the_name_of_the_output_tells_the_format(trained: Path, tmp_path: Path) -> None:
    select(trained, "-n", "2", "-o", tmp_path / "batch.jsonl")
    assert json.loads((tmp_path / "batch.jsonl").read_text().splitlines()[0])["label"] == ""


def test_jsonl_handoff(trained: Path, tmp_path: Path) -> None:
    told = select(trained, "-n", "4", "--format", "jsonl")
    file = Path(told["files"][0])
    assert file.suffix == ".jsonl"
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    for row in rows:
        row["label"] = "billing"
    (tmp_path / "b.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert json.loads(succeed("-C", trained, "ingest", tmp_path / "b.jsonl", "--json").stdout)["accepted"] == 4
