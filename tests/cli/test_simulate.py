"""`alcli simulate`: replayed campaigns, kept and gone on with, compared in words."""

from __future__ import annotations

import csv
import json
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from campaign import CLASSES, alcli, command, environment, succeed, truth, write_pool

from alcli.campaign.simulating.comparing import Line, compare
from alcli.core.estimates.curves import Finding

FEW = (
    "--strategies",
    "margin,random",
    "--cold-start",
    "random",
    "--models",
    "logistic",
    "--seeds",
    "2",
    "-n",
    "10",
    "--budget",
    "40",
)


def write_labelled(path: Path, rows: Iterable[int] = range(150), label: Callable[[str], str] = truth) -> Path:
    """A pool of short texts with their labels."""
    with write_pool(path, rows).open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
    return write(path, [*header, "topic"], [[*line, label(line[0])] for line in lines])


def write(path: Path, header: list[str], lines: Iterable[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *lines])
    return path


@pytest.fixture
def rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """150 labelled rows, in the folder in which one stands."""
    monkeypatch.chdir(tmp_path)
    return write_labelled(tmp_path / "rows.csv")


def simulate(*words: str | Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(succeed("simulate", *words, "--label-column", "topic", "--json").stdout)
    return told


def asked(told: dict[str, Any]) -> dict[tuple[str, int], list[list[int]]]:
    """The rows of each round of each campaign."""
    return {(c["contender"]["strategy"], c["seed"]): [r["rows"] for r in c["rounds"]] for c in told["curves"]}


def refused(*words: str | Path) -> tuple[int, str]:
    result = alcli("simulate", *words)
    assert result.stdout == ""
    return result.exit_code, result.stderr


def test_every_campaign_is_told_round_by_round(rows: Path) -> None:
    told = simulate(rows, *FEW)
    assert (told["command"], told["pool"] + told["test"], told["test"]) == ("simulate", 150, 45)
    assert set(told["classes"]) == set(CLASSES)
    assert sorted(asked(told)) == [("margin", 0), ("margin", 1), ("random", 0), ("random", 1)]
    for curve in told["curves"]:
        assert [r["labels"] for r in curve["rounds"]] == [10, 20, 30, 40]
        assert curve["rounds"][-1]["accuracy"] > 0.7
        spent = [row for r in curve["rounds"] for row in r["rows"]]
        assert len(set(spent)) == 40
        assert max(spent) < told["pool"]


def test_seeds_are_paired_and_differ(rows: Path) -> None:
    batches = asked(simulate(rows, *FEW))
    assert batches["margin", 0][0] == batches["random", 0][0], "there is no model yet: the cold start is the same"
    assert batches["margin", 0][1] != batches["random", 0][1]
    assert batches["random", 0] != batches["random", 1]


def test_the_table_the_curves_and_the_verdict_fit_a_terminal(rows: Path) -> None:
    lines = succeed("simulate", rows, "--label-column", "topic", *FEW).stdout.splitlines()
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    assert "105 rows to choose from, 45 to test on, 3 classes; 4 batches of 10, 2 seeds." in text
    assert "of random's" in text
    assert any(re.match(r" *\S+% \|", line) for line in lines)
    assert any(word in text for word in ("margin saves", "margin needs", "cannot tell margin and random apart"))


def test_the_rows_of_all_labels_can_be_told_apart(rows: Path) -> None:
    words = ("--label-column", "topic", *FEW, "--models", "logistic,linear_svm", "--features", "lsa,tfidf")
    lines = succeed("simulate", rows, *words).stdout.splitlines()
    wanted = [f"all · {features} · {model}" for features in ("lsa", "tfidf") for model in ("logistic", "linear_svm")]
    assert [line[: line.index("  ")] for line in map(str.strip, lines) if line.startswith("all ·")] == wanted
    assert "all: trained on all 105 labels; 90% and 95% of each are of its own such score." in lines


def test_what_was_played_is_not_played_again(rows: Path) -> None:
    first, again = simulate(rows, *FEW), simulate(rows, *FEW)
    assert (first["kept"], first["played"]) == (0, 4)
    assert (again["kept"], again["played"]) == (4, 0)
    assert again["lines"] == first["lines"]
    more = simulate(rows, *FEW, "--seeds", "3")
    assert (more["kept"], more["played"]) == (4, 2)


def test_a_campaign_goes_on_where_it_stopped_as_if_it_had_not(rows: Path, tmp_path: Path) -> None:
    simulate(rows, *FEW, "--budget", "20")
    for file in tmp_path.glob(".alcli-simulate/*/campaigns/*.jsonl"):
        lines = file.read_bytes().splitlines(keepends=True)
        if len(lines) == 3:
            file.write_bytes(b"".join(lines)[:-9])  # a power cut in the middle of the second round
    went_on = simulate(rows, *FEW)
    assert went_on["kept"] == 0
    whole = simulate(rows, *FEW, "--work", "elsewhere")
    assert asked(went_on) == asked(whole)
    scores = [[[r["accuracy"] for r in c["rounds"]] for c in told["curves"]] for told in (went_on, whole)]
    assert scores[0] == scores[1]


def test_worker_processes_play_the_same_campaigns(rows: Path) -> None:
    here = simulate(rows, *FEW)
    workers = simulate(rows, *FEW, "--work", "elsewhere", "--engine", "joblib:2")
    assert asked(workers) == asked(here)


def test_test_rows_are_never_in_the_pool_nor_their_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = write_labelled(tmp_path / "rows.csv", range(60))
    lines = list(csv.reader(file.open(encoding="utf-8")))
    twins = [[f"u{at:02d}", line[1], line[2]] for at, line in enumerate(lines[1:])]
    write(file, lines[0], [*lines[1:], *twins])
    told = simulate(file, *FEW, "--budget", "20", "--seeds", "1")
    texts = {
        part: [
            t for path in tmp_path.glob(f".alcli-simulate/*/{part}/*.parquet") for t in pl.read_parquet(path)["text"]
        ]
        for part in ("pool", "test")
    }
    assert (len(texts["pool"]), len(texts["test"])) == (told["pool"], told["test"]) == (84, 36)
    assert not set(texts["pool"]) & set(texts["test"])
    for batches in asked(told).values():
        spent = [texts["pool"][row] for batch in batches for row in batch]
        assert len(set(spent)) == len(spent), "the same content is one question"


def held_out(folder: Path) -> list[set[str]]:
    """The texts of the test rows of each split."""
    return [set(pl.read_parquet(path / "*.parquet")["text"]) for path in folder.glob(".alcli-simulate/*/test")]


def test_each_seed_has_test_rows_of_its_own_and_the_same_whatever_the_first_seed_is(rows: Path, tmp_path: Path) -> None:
    simulate(rows, *FEW)
    one, other = held_out(tmp_path)
    assert len(one) == len(other) == 45 and one != other
    again = simulate(rows, *FEW, "--seed", "1")
    assert (again["kept"], again["played"]) == (2, 2)
    assert len(held_out(tmp_path)) == 3


def test_with_a_test_file_or_many_test_rows_all_seeds_have_the_same(
    rows: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulate(rows, *FEW, "--test", write_labelled(tmp_path / "test.csv", range(140, 180)), "--work", "elsewhere")
    assert len(list(tmp_path.glob("elsewhere/*/test"))) == 1
    monkeypatch.setattr("alcli.campaign.simulating.labelled.MOST_TEST_ROWS", 40)
    told = simulate(rows, *FEW)
    assert told["test"] == 40
    assert len(held_out(tmp_path)) == 1
    assert told["curves"][0]["full_pool"] == told["curves"][-1]["full_pool"]


def test_a_test_file_is_tested_on_and_its_contents_leave_the_pool(rows: Path, tmp_path: Path) -> None:
    test = write_labelled(tmp_path / "test.csv", range(140, 180))
    told = simulate(rows, *FEW, "--test", test)
    assert (told["pool"], told["test"], told["counts"]["in_test"]) == (140, 40, 10)


def test_rows_without_a_label_are_left_out_with_a_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    none = {"t00": "", "t01": "?", "t02": "  "}
    file = write_labelled(tmp_path / "rows.csv", range(100), lambda name: none.get(name, truth(name)))
    told = simulate(file, *FEW)
    assert (told["pool"] + told["test"], told["counts"]["unlabelled"]) == (97, 3)
    assert "3 rows have no label" in succeed("simulate", file, "--label-column", "topic", *FEW).stdout


def test_labels_that_export_has_made_inert_are_the_classes_they_were(rows: Path) -> None:
    def inert_labels(name: str) -> str:
        return {"billing": "'-", "access": "'@user", "delivery": "plain"}[truth(name)]

    told = simulate(write_labelled(rows, label=inert_labels), *FEW)
    assert told["classes"] == ["-", "@user", "plain"]


def test_rows_without_ids_and_with_contradictions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    header, *lines = csv.reader(write_labelled(tmp_path / "a.csv", range(80)).open(encoding="utf-8"))
    same = [[line[1], line[2]] for line in lines]
    other = [[same[0][0], CLASSES[1]]]
    told = simulate(write(tmp_path / "b.csv", header[1:], [*same, *same[:5], *other]), *FEW)
    assert told["pool"] + told["test"] == 86
    assert told["counts"]["contradicted"] == 1


def test_an_id_that_comes_twice_is_refused_whatever_the_split(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    header, *lines = csv.reader(write_labelled(tmp_path / "rows.csv", range(60)).open(encoding="utf-8"))
    file = write(tmp_path / "rows.csv", header, [*lines, [lines[0][0], "other text", *lines[0][2:]]])
    for seed in range(4):
        code, said = refused(file, "--label-column", "topic", *FEW, "--seed", str(seed))
        assert (code, "row 61 id t00: the id of row 1" in said) == (3, True)


def test_a_pool_can_be_bounded(rows: Path) -> None:
    told = simulate(rows, *FEW, "--pool-rows", "50")
    assert (told["pool"], told["test"], told["counts"]["left_out"]) == (50, 45, 55)


def test_a_campaign_takes_no_more_than_half_of_a_small_pool(rows: Path) -> None:
    told = simulate(rows, "--dry-run")
    assert (told["pool"], told["batch_size"], told["budget"]) == (105, 2, 40)


def test_a_matrix_is_taken_line_by_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    classes = rng.integers(0, 2, 120)
    np.save("v.npy", rng.normal(size=(120, 4)) + 3 * classes[:, None])
    lines = [[f"r{at}", "" if at == 0 else f"c{c}"] for at, c in enumerate(classes)]
    file = write(tmp_path / "rows.csv", ["id", "topic"], lines)
    told = simulate(file, *FEW, "--vectors", "v.npy")
    assert told["counts"]["unlabelled"] == 1
    assert all(c["rounds"][-1]["accuracy"] > 0.95 for c in told["curves"]), "each row has its own line"
    code, said = refused(file, "--label-column", "topic", "--vectors", "v.npy", "--test", file)
    assert code == 2
    assert "--test-share" in said


def points(name: str, n: int, seed: int, sign: int = 1, width: int = 4) -> Path:
    """Rows of two classes, and beside them a matrix that tells the classes apart."""
    rng = np.random.default_rng(seed)
    classes = rng.integers(0, 2, n)
    np.save(f"{name}.npy", rng.normal(size=(n, width)) + 6 * sign * (classes[:, None] - 0.5))
    return write(Path(f"{name}.csv"), ["id", "topic"], [[f"{name}{at}", f"c{c}"] for at, c in enumerate(classes)])


def test_test_rows_have_a_matrix_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    pool, test, turned = points("a", 120, 0), points("b", 50, 1), points("c", 40, 2, sign=-1)
    words = (pool, *FEW, "--vectors", "a.npy", "--test")
    told = simulate(*words, test, "--test-vectors", "b.npy")
    assert (told["pool"], told["test"]) == (120, 50)
    assert all(c["rounds"][-1]["accuracy"] > 0.95 for c in told["curves"])
    told = simulate(*words, turned, "--test-vectors", "c.npy")
    assert all(c["rounds"][-1]["accuracy"] < 0.05 for c in told["curves"]), "it is the test file's own that is read"
    for file, matrix, message in [("b", "c", "c.npy has 40 rows, its files have 50"), ("d", "d", "of 3 numbers")]:
        test = points(file, 50, 3, width=3 if file == "d" else 4)
        code, said = refused(*words, test, "--test-vectors", f"{matrix}.npy", "--label-column", "topic")
        assert code == 3
        assert message in said


def test_vectors_by_id_for_pool_and_test_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files = [points("a", 80, 0), points("b", 30, 1)]
    for file in files:
        ids = pl.read_csv(file)["id"]
        numbers = np.load(file.with_suffix(".npy")).astype(np.float32)
        pl.DataFrame({"id": ids, "vector": numbers}).sample(fraction=1.0, shuffle=True, seed=0).write_parquet(
            file.with_suffix(".parquet")
        )
    words = ("--vectors", "a.parquet", "--test", files[1], "--test-vectors", "b.parquet")
    told = simulate(files[0], *FEW, *words)
    assert all(c["rounds"][-1]["accuracy"] > 0.95 for c in told["curves"])


SIZES = """
from dataclasses import dataclass
from pathlib import Path
import numpy as np

@dataclass(frozen=True)
class Sizes:
    folder: str = "."
    paths = ("folder",)

    def digest(self, table):
        return {"n": np.array([[Path(self.folder, path).stat().st_size] for path in table.to_series()], np.float32)}

    def fit(self, digests):
        return {}

    def transform(self, digest, state):
        return digest["n"]
"""


def test_images_are_looked_for_from_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text(SIZES)
    for folder in ("tables", "pictures"):
        Path(folder).mkdir()
    for at in range(80):
        Path("pictures", f"{at}.png").write_text("x" * (1 + at % 2))
    lines = [[f"r{at}", f"pictures/{at}.png", f"c{at % 2}"] for at in range(80)]
    file = write(Path("tables", "rows.csv"), ["id", "picture", "topic"], lines)
    words = (file, "--images", "picture", *FEW, "--features")
    told = simulate(*words, "mine.py:Sizes")
    assert told["images"] == ["picture"]
    assert all(c["rounds"][-1]["accuracy"] == 1 for c in told["curves"])
    bare = write(Path("tables", "bare.csv"), ["id", "picture", "topic"], [[r, p[9:], c] for r, p, c in lines])
    told = simulate(bare, *words[1:], '{ use = "mine.py:Sizes", folder = "pictures" }')
    assert all(c["rounds"][-1]["accuracy"] == 1 for c in told["curves"])


def test_an_engine_that_there_is_not_is_refused_before_work_is_done(rows: Path, tmp_path: Path) -> None:
    code, said = refused(rows, "--label-column", "topic", "--engine", "joblib:0")
    assert code == 2
    assert "no engine 'joblib:0'" in said
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]


def test_a_model_that_takes_no_negative_features_is_told_of_with_others_that_it_takes(rows: Path) -> None:
    words = ("--label-column", "topic", *FEW, "--models", "naive_bayes", "--features")
    code, said = refused(rows, *words, "lsa")
    assert code == 5
    assert "naive_bayes takes no negative features" in said
    assert "--features tfidf" in said
    succeed("simulate", rows, *words, "tfidf")


def test_models_and_features_side_by_side(rows: Path) -> None:
    told = simulate(
        rows, *FEW, "--models", "naive_bayes,logistic", "--features", 'tfidf, { use = "tfidf", min_df = 2 }'
    )
    assert len(told["lines"]) == 8
    assert len({(line["contender"]["features"], line["contender"]["model"]) for line in told["lines"]}) == 4
    for line in told["lines"]:
        assert line["against"] == ("random" if line["contender"]["strategy"] == "margin" else "")


def test_a_model_that_changes_changes_in_the_replay_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    points = np.random.default_rng(0).uniform(-1, 1, (250, 2)).round(3)
    lines = [[f"r{at}", str(x), str(y), "in" if x * y > 0 else "out"] for at, (x, y) in enumerate(points)]
    file = write(tmp_path / "rows.csv", ["id", "x", "y", "topic"], lines)
    words = (file, "--columns", "x,y", "--models", "auto", "--strategies", "random", "--seeds", "1", "-n", "40")
    rounds = simulate(*words, "--budget", "160")["curves"][0]["rounds"]
    assert [r["pair"]["model"] for r in rounds] == ["", "", "forest", "forest"], "no line parts these classes"
    assert rounds[2]["accuracy"] > rounds[1]["accuracy"] + 0.1
    simulate(*words, "--budget", "80", "--work", "elsewhere")
    went_on = simulate(*words, "--budget", "160", "--work", "elsewhere")["curves"][0]["rounds"]
    assert [r["accuracy"] for r in went_on] == [r["accuracy"] for r in rounds]


def test_a_part_may_be_a_table(rows: Path) -> None:
    told = simulate(rows, *FEW, "--strategies", 'random,{ use = "random" }, "margin"')
    assert [line["contender"]["strategy"] for line in told["lines"]] == ["random", "margin"]
    code, said = refused(rows, "--label-column", "topic", "--strategies", "{ use = 3 }")
    assert code == 2
    assert "names no part" in said


def test_a_part_of_ones_own_is_played_again_when_it_changes(rows: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.py"
    code = (
        "from dataclasses import dataclass\nfrom alcli.core.choosing import ByUtility\n\n"
        "@dataclass(frozen=True)\nclass First(ByUtility):\n"
        "    def utility(self, view):\n        return {}view.rows * 1.0\n"
    )
    own.write_text(code.format("-"))
    words = (rows, *FEW, "--strategies", "own.py:First,random")
    first = simulate(*words)
    assert len(set(asked(first)["own.py:First", 0][0]) & set(range(11))) == 9, "one is the audit sample's"
    own.write_text(code.format(""))
    changed = simulate(*words)
    assert (changed["kept"], changed["played"]) == (2, 2)
    assert first["pool"] - 1 in asked(changed)["own.py:First", 0][0]


def test_lopsided_classes_are_scored_by_macro_f1_unless_one_says_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = write_labelled(tmp_path / "rows.csv", label=lambda name: truth(name) if int(name[1:]) % 5 == 0 else "no")
    assert simulate(file, *FEW)["metric"] == "macro_f1"
    told = simulate(file, *FEW, "--score", "accuracy")
    assert (told["metric"], told["kept"]) == ("accuracy", 4)
    assert refused(file, "--label-column", "topic", "--score", "f1")[0] == 2


def test_dry_run_says_what_would_be_played_and_writes_nothing(rows: Path, tmp_path: Path) -> None:
    said = succeed("simulate", rows, "--label-column", "topic", *FEW, "--dry-run").stdout
    assert "Would play 4 campaigns; 0 are kept" in said
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]
    simulate(rows, *FEW)
    told = simulate(rows, *FEW, "--seeds", "3", "--dry-run")
    assert (told["kept"], told["played"], told["lines"]) == (4, 2, [])


def test_quick_is_three_seeds_and_says_that_there_is_more(rows: Path) -> None:
    told = simulate(rows, "--quick", "--strategies", "margin,random")
    assert told["seeds"] == [0, 1, 2]
    assert told["next"] == "the same without --quick"


def test_when_the_time_is_up_quick_compares_what_there_is(rows: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from alcli.commands import simulate as room

    monkeypatch.setattr(room, "QUICK_SECONDS", 0.0)
    told = simulate(rows, "--quick", "--strategies", "margin,random")
    assert told["cut_short"]
    assert (told["seeds"], told["batches"]) == ([0], 1)
    assert told["lines"][0]["finding"]["words"] == "one seed cannot tell margin and random apart"
    assert told["next"] == "the same again, which goes on; or without --quick"
    assert {line["contender"]["model"] for line in told["lines"]} == {"logistic"}


def test_quick_takes_turns_and_goes_on_when_typed_again(rows: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from alcli.commands import simulate as room

    monkeypatch.setattr(room, "QUICK_SECONDS", 0.0)
    short = simulate(rows, "--quick", "--strategies", "margin,random")
    assert {len(curve["rounds"]) for curve in short["curves"]} == {1}
    monkeypatch.setattr(room, "QUICK_SECONDS", 100.0)
    told = simulate(rows, "--quick", "--strategies", "margin,random")
    assert (told["batches"], told["seeds"], told["cut_short"]) == (10, [0, 1, 2], False)
    assert asked(told) == asked(simulate(rows, "--quick", "--strategies", "margin,random", "--work", "elsewhere"))


def found(monkeypatch: pytest.MonkeyPatch, finding: Finding) -> None:
    """Whatever is compared with another comes out so."""
    from alcli.commands import simulate as room

    def made(*words: Any) -> tuple[Line, ...]:
        return tuple(replace(line, finding=line.finding and finding) for line in compare(*words))

    monkeypatch.setattr(room, "compare", made)


def test_where_seeds_cannot_tell_fresh_ones_are_to_be_played(rows: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found(monkeypatch, Finding(None, "nobody knows", 9))
    assert simulate(rows, *FEW, "--seed", "3")["next"] == "the same with --seed 5 --seeds 9: fresh seeds, for one look"
    assert simulate(rows, *FEW, "--seeds", "1")["next"] == "the same with --seeds 9: what was played is kept"


def test_what_is_proposed_can_be_put_into_alcli_toml(rows: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found(monkeypatch, Finding(True, "it is better"))
    own = '{ use = "density", beta = 2.0 },random'
    words = (rows, *FEW, "--seeds", "1", "--strategies", own)
    proposed = 'alcli init --pool FILE, and strategy = { use = "density", beta = 2.0 }'
    assert simulate(*words)["next"] == f"{proposed} in alcli.toml"
    told = simulate(*words, "--models", '{ use = "logistic", C = 3.0 },linear_svm', "--features", "tfidf,lsa")
    best = max((line for line in told["lines"] if line["finding"]), key=lambda line: line["area"])["contender"]
    model = {"linear_svm": 'use = "linear_svm"', "logistic": 'use = "logistic", C = 3.0'}[best["model"]]
    features = f'text = "{best["features"]}" under [features]'
    assert told["next"] == f"{proposed} under [select], {features}, {model} under [model] in alcli.toml"


def test_without_a_verdict_no_strategy_is_proposed(rows: Path) -> None:
    assert simulate(rows, *FEW, "--strategies", "margin", "--seeds", "1")["next"] == "alcli init --pool FILE"


def test_the_verdict_is_all_that_quiet_says(rows: Path) -> None:
    said = succeed("simulate", rows, "--label-column", "topic", *FEW, "-q")
    assert said.stdout.count("\n") == 1
    assert "margin" in said.stdout
    assert said.stderr == ""


@pytest.mark.parametrize(
    ("words", "exit_code", "message"),
    [
        (["--label-column", "nope"], 3, "no column 'nope'"),
        (["--label-column", "topic", "--strategies", "marign"], 5, "did you mean margin?"),
        (["--label-column", "topic", "--models", "oracle"], 5, "no model called 'oracle'"),
        (["--label-column", "topic", "-n", "200"], 2, "a --batch-size of at most 52"),
        (["--label-column", "topic", "-n", "10", "--budget", "10"], 2, "--budget 20 or more"),
        (["--label-column", "topic", "--work", "rows.csv"], 2, "campaigns cannot be kept in rows.csv"),
        (["--label-column", "topic", "--test", "rows.csv"], 3, "is left beside the test file's"),
        (["--label-column", "topic", "--strategies", "margin", "--against", "random"], 2, "random is not played"),
        (["--label-column", "topic", "--strategies", "{ use = "], 2, "not TOML"),
        (["--label-column", "topic", "--engine", "abacus"], 2, "no engine 'abacus'"),
        (["--label-column", "topic", "--test", "absent.csv"], 3, "absent.csv"),
        (["--label-column", "topic", "--test-vectors", "v.npy"], 2, "--test FILE --vectors FILE"),
        (["--label-column", "topic", "--test", "rows.csv", "--vectors", "v.npy"], 2, "--test-vectors FILE"),
    ],
)
def test_what_does_not_fit_is_refused(rows: Path, words: list[str], exit_code: int, message: str) -> None:
    code, said = refused(rows, *words)
    assert code == exit_code, said
    assert message in said


def test_one_class_or_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for label, message in (("x", "all labels are 'x'"), ("", "no row has a label")):
        file = write_labelled(tmp_path / f"{label or 'none'}.csv", range(20), lambda name, label=label: label)
        code, said = refused(file, "--label-column", "topic")
        assert code == 3
        assert message in said
    assert not list(tmp_path.glob(".alcli-simulate/*"))


def test_interrupted_keeps_every_round(rows: Path, tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(
        "import time\nfrom dataclasses import dataclass\nfrom alcli.core.choosing import ByUtility\n\n"
        "@dataclass(frozen=True)\nclass Slow(ByUtility):\n    needs = frozenset({'proba'})\n\n"
        "    def utility(self, view):\n        open('started', 'w').close()\n        time.sleep(60)\n"
    )
    words = ("simulate", rows, "--label-column", "topic", *FEW, "--strategies", "random,slow.py:Slow")
    with subprocess.Popen(command(*words), stderr=subprocess.PIPE, text=True, env=environment()) as process:
        while not (tmp_path / "started").exists():
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "interrupted; what was played is kept: type it again" in stderr
    assert "Traceback" not in stderr
    told = simulate(rows, *FEW, "--strategies", "random", "--seeds", "1")
    assert (told["kept"], told["played"]) == (1, 0)
