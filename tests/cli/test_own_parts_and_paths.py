"""Parts from files of one's own, across processes and folders; odd paths and odd columns."""

from __future__ import annotations

import csv
import json
import os
import subprocess
from pathlib import Path

import pytest
from campaign import alcli, annotate, command, environment, make_project, play_round, specify, succeed, write_pool

STUMP = """
from sklearn.tree import DecisionTreeClassifier
class Stump(DecisionTreeClassifier):
    pass
class Sure:
    def build(self, y):
        return Stump(max_depth=3, random_state=0)
"""
STRATEGY = """
from alcli.core.choosing import ByUtility
class Late(ByUtility):
    def utility(self, view):
        return view.rows * 1.0
class Bug(ByUtility):
    def utility(self, view):
        return undefined
class Mute(ByUtility):
    def utility(self, view):
        return view.lottery
    def reasons(self, view):
        return []
class Deep(ByUtility):
    needs = frozenset({"features"})
class Odd(ByUtility):
    def utility(self, view):
        return view.rows % 2 == 1
class Byte(ByUtility):
    def utility(self, view):
        return (view.rows % 5).astype("uint8")
class Half(Late):
    def short_list(self, batch_size):
        return 7.5
class Nothing(Late):
    def select(self, view, batch_size, rng):
        return None
class Words(Late):
    def utility(self, view):
        return ["first"] * len(view)
class Numbers(Late):
    def reasons(self, view):
        return [1] * len(view)
class Fraction(Late):
    def select(self, view, batch_size, rng):
        chosen = super().select(view, batch_size, rng)
        return type(chosen)(chosen.at * 1.0, chosen.utility, chosen.reasons)
class Listed(Late):
    needs = ["proba"]
class Greedy(Late):
    batch_needs = frozenset({"features", "asked", "reference"})
    def reasons(self, view):
        def parts(matrix):
            return [matrix.data, matrix.indices, matrix.indptr] if hasattr(matrix, "indptr") else [matrix]
        seen = [self.whole.features, self.whole.asked.features, self.whole.reference.features]
        writable = [part.flags.writeable for matrix in seen for part in parts(matrix)]
        return [f"{len(writable)} arrays, writable: {any(writable)}"] * len(view)
    def select(self, view, batch_size, rng):
        self.whole = view
        return super().select(view, batch_size, rng)
class Drawn(Late):
    def reasons(self, view):
        return [f"same: {(view.lottery == self.drawn[view.rows]).any()}"] * len(view)
    def select(self, view, batch_size, rng):
        self.drawn = rng.random(40)
        return super().select(view, batch_size, rng)
"""


def run(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*words), capture_output=True, text=True, env=environment(), cwd=cwd)


def test_a_model_of_ones_own_is_found_from_the_projects_folder_in_every_process(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    play_round(project, 12)
    (project / "mine.py").write_text(STUMP)
    specify(project, "model", 'use = "mine.py:Sure"')
    for words in (["retrain"], ["select", "-n", "3"], ["predict", "-o", str(tmp_path / "p.csv")]):
        done = run("-C", project, *words, cwd=tmp_path)
        assert done.returncode == 0, done.stderr


def test_workers_load_a_strategy_of_ones_own(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    (tmp_path / "mine.py").write_text(STRATEGY)
    words = ("-C", project, "select", "-n", "2", "--dry-run", "--json", "--strategy", "mine.py:Late")
    for more in ((), ("--engine", "joblib:2")):
        done = run(*words, *more, cwd=tmp_path)
        told = json.loads(done.stdout)["rows"]
        assert [row["id"] for row in told if not row["audit"]] == ["t39"], done.stderr


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Bug", "undefined"),
        ("Mute", "reason"),
        ("Numbers", "a reason in words"),
        ("Half", "'float' object"),
        ("Nothing", "'NoneType' object has no attribute 'at'"),
        ("Words", "could not convert string to float"),
        ("Fraction", "by their numbers in the view"),
        ("Listed", "wanted a set"),
    ],
)
def test_a_part_that_fails_is_exit_5_and_says_where(tmp_path: Path, name: str, said: str) -> None:
    project = make_project(tmp_path)
    (tmp_path / "mine.py").write_text(STRATEGY)
    result = alcli("-C", project, "select", "--strategy", f"{tmp_path}/mine.py:{name}")
    assert result.exit_code == 5
    assert said in result.stderr
    assert not (project / "round-001.csv").exists()


@pytest.mark.parametrize(("text", "arrays"), [("lsa", 3), ("tfidf", 9)])
def test_what_a_strategy_gets_is_read_only(tmp_path: Path, text: str, arrays: int) -> None:
    project = make_project(tmp_path)
    specify(project, "features.text", f'"{text}"')
    (tmp_path / "mine.py").write_text(STRATEGY)
    said = succeed("-C", project, "select", "--strategy", f"{tmp_path}/mine.py:Greedy").stdout
    assert f"{arrays} arrays, writable: False" in said


def test_what_a_strategy_draws_has_nothing_to_do_with_the_lottery(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    (tmp_path / "mine.py").write_text(STRATEGY)
    assert "same: False" in succeed("-C", project, "select", "--strategy", f"{tmp_path}/mine.py:Drawn").stdout


@pytest.mark.parametrize(("name", "best"), [("Odd", {1}), ("Byte", {4})])
def test_utilities_need_not_be_floats(tmp_path: Path, name: str, best: set[int]) -> None:
    project = make_project(tmp_path)
    (tmp_path / "mine.py").write_text(STRATEGY)
    words = ("-C", project, "select", "-n", "4", "--dry-run", "--json", "--strategy", f"{tmp_path}/mine.py:{name}")
    told = json.loads(succeed(*words).stdout)["rows"]
    assert {int(row["id"][1:]) % (max(best) + 1) for row in told if not row["audit"]} == best


@pytest.mark.parametrize("use", ["math:pi", "os:getcwd", "sklearn.no_such:Model"])
def test_a_model_that_is_none_is_refused_in_a_rehearsal_too(tmp_path: Path, use: str) -> None:
    project = make_project(tmp_path)
    play_round(project, 12)
    specify(project, "model", f'use = "{use}"')
    assert alcli("-C", project, "retrain").exit_code == 5
    assert alcli("-C", project, "retrain", "--dry-run").exit_code == (0 if use == "os:getcwd" else 5)


def test_a_cold_start_that_needs_a_model_is_refused(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    specify(project, "select.cold_start", '"margin"')
    succeed("-C", project, "select", "--dry-run")  # `auto` starts cold itself
    result = alcli("-C", project, "select", "--strategy", "entropy")
    assert result.exit_code == 5
    assert "needs a model" in result.stderr


def test_a_forest_is_the_same_twice(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    play_round(project, 12)
    specify(project, "model", 'use = "sklearn.ensemble:RandomForestClassifier"\nn_estimators = 5')
    said = []
    for _ in range(2):
        succeed("-C", project, "retrain")
        said.append(succeed("-C", project, "predict").stdout)
    assert said[0] == said[1]


@pytest.mark.parametrize("name", ["with space", "back\\slash", "my alcli data", "grüße", "a'b"])
def test_odd_folder_names(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    project = make_project(folder)
    told = json.loads(succeed("-C", project, "select", "-n", "3", "--json").stdout)
    succeed("-C", project, "ingest", annotate(project / "round-001.csv", folder / "b.csv"))
    typed = told["next"].partition("then: ")[2].replace("b.csv", "b.csv")
    done = subprocess.run(
        typed.replace("alcli", " ".join(command()), 1), shell=True, capture_output=True, text=True, env=environment()
    )
    assert done.returncode == 0, f"{typed}\n{done.stderr}"


def test_an_output_elsewhere_is_made_again_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(tmp_path)
    monkeypatch.chdir(tmp_path)
    succeed("-C", project, "select", "-n", "3", "-o", "elsewhere.csv")
    before = (tmp_path / "elsewhere.csv").read_bytes()
    (tmp_path / "elsewhere.csv").unlink()
    assert str(tmp_path / "elsewhere.csv") in json.loads(succeed("-C", project, "status", "--json").stdout)["next"]
    monkeypatch.chdir(project)
    succeed("select", "--remake")
    assert (tmp_path / "elsewhere.csv").read_bytes() == before


def test_links_are_followed_and_devices_written_to(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    play_round(project, 6)
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    succeed("-C", project, "export", "-o", tmp_path / "link.csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert len((tmp_path / "real.csv").read_text().splitlines()) == 7
    succeed("-C", project, "export", "-o", "/dev/null")
    assert not Path("/dev/null").is_file()


def test_refused_rows_of_columns_with_our_own_names_can_be_handed_in_again(tmp_path: Path) -> None:
    pool = tmp_path / "pool.csv"
    pool.write_text("id,text,comment,label\n" + "".join(f"t{n},words {n},said {n},old {n}\n" for n in range(8)))
    project = tmp_path / "p"
    succeed("init", project, "--pool", pool, "--text", "text,comment,label", "--classes", "a,b")
    succeed("-C", project, "select", "-n", "8")
    for back in ("x.csv", "y.csv"):
        with (project / "round-001.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        rows = rows[:4] if back == "x.csv" else rows[4:]
        for row in rows:
            row["label"] = "a"
        rows[0]["label"] = "c"
        with (tmp_path / back).open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    (tmp_path / "x.rejected.csv").write_text("half mended\n")
    told = json.loads(
        succeed("-C", project, "ingest", tmp_path / "x.csv", tmp_path / "y.csv", "--skip-bad-rows", "--json").stdout
    )
    assert told["accepted"] == 6
    assert [Path(path).name for path in told["rejected_files"]] == ["x.rejected-2.csv", "y.rejected.csv"]
    assert (tmp_path / "x.rejected.csv").read_text() == "half mended\n"
    for path in told["rejected_files"]:
        mended = Path(path).read_text().replace(',"c",', ',"b",').replace(",c,", ",b,")
        Path(path).write_text(mended)
    again = json.loads(succeed("-C", project, "ingest", *told["rejected_files"], "--json").stdout)
    assert again["accepted"] == 2


@pytest.mark.parametrize(
    "words", [["--text", "text,kind", "--label-column", "kind"], ["--id", "id", "--label-column", "id"]]
)
def test_the_labels_cannot_be_what_the_model_reads(tmp_path: Path, words: list[str]) -> None:
    pool = tmp_path / "pool.csv"
    pool.write_text("id,text,kind\na,one two three,x\nb,four five six,y\n")
    result = alcli("init", tmp_path / "p", "--pool", pool, *words)
    assert result.exit_code == 2
    assert "holds the labels" in result.stderr


def test_ids_alone_with_vectors(tmp_path: Path) -> None:
    import numpy as np

    pool = tmp_path / "pool.csv"
    pool.write_text("id\n" + "".join(f"t{n:02d}\n" for n in range(9)))
    np.save(tmp_path / "v.npy", np.eye(9, 4, dtype=np.float32))
    succeed("init", tmp_path / "p", "--pool", pool, "--vectors", tmp_path / "v.npy")
    succeed("-C", tmp_path / "p", "select", "-n", "9")
    succeed("-C", tmp_path / "p", "ingest", annotate(tmp_path / "p" / "round-001.csv", tmp_path / "b.csv"))
    succeed("-C", tmp_path / "p", "retrain")
    predicted = succeed("-C", tmp_path / "p", "predict").stdout.splitlines()[1:]
    assert [line.split(",")[0] for line in predicted] == [f"t{n:02d}" for n in range(9)]


def test_a_column_named_like_a_comment(tmp_path: Path) -> None:
    pool = tmp_path / "pool.csv"
    pool.write_text("id,a  ## b\n" + "".join(f"t{n},words of number {n}\n" for n in range(5)))
    succeed("init", tmp_path / "p", "--pool", pool, "--text", "a  ## b")
    succeed("-C", tmp_path / "p", "select", "-n", "2")
    assert (
        (tmp_path / "p" / "round-001.csv")
        .read_text(encoding="utf-8-sig")
        .startswith('"alcli_id","id","a  ## b","label"')
    )


def test_a_shown_column_that_is_not_there_is_the_specifications_fault(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    specify(project, "handoff.show", '["body"]')
    result = alcli("-C", project, "select")
    assert result.exit_code == 5
    assert "[handoff] show" in result.stderr


@pytest.mark.parametrize("words", [["--dry-run"], ["--text", "gone"]])
def test_an_init_that_makes_nothing_leaves_nothing(tmp_path: Path, words: list[str]) -> None:
    alcli("init", tmp_path / "new" / "p", "--pool", write_pool(tmp_path / "pool.csv"), *words)
    assert sorted(os.listdir(tmp_path)) == ["pool.csv"]
