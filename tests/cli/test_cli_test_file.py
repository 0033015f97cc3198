"""A user's own test file: measured on, never asked, never learned from."""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from campaign import CLASSES, alcli, play_round, succeed, truth, write_pool

from alcli.campaign.joining.overlapping import SHOWN, Comparing
from alcli.campaign.learning import tested
from alcli.core.estimates.estimating import OutOfFold
from alcli.project.config import Pool
from alcli.project.pool import Piece

Row = dict[str, str]


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: Iterable[Row]) -> Path:
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def labelled(folder: Path, numbers: Iterable[int] = range(100, 160)) -> list[Row]:
    """Rows that are not in the pool, with their labels."""
    return [{**row, "label": truth(row["id"])} for row in rows_of(write_pool(folder / "others.csv", numbers))]


def own_file(folder: Path, *more: Row) -> Path:
    return write(folder / "test.csv", [*labelled(folder), *more])


def told(*words: str | Path) -> Any:
    return json.loads(succeed(*words, "--json").stdout)


def init(folder: Path, test: Path, *words: str | Path) -> Any:
    """A project `p` around a fresh pool, as `--json` tells it."""
    pool = write_pool(folder / "pool.csv")
    return told("init", folder / "p", "--pool", pool, "--text", "text", "--test", test, *words)


def test_it_measures_every_model_and_is_read_once(tmp_path: Path) -> None:
    project, test = tmp_path / "p", own_file(tmp_path)
    init(tmp_path, test)
    test.unlink()
    for _ in range(2):
        play_round(project)
        shown = succeed("-C", project, "retrain").stdout
        assert "60 rows of the test file" in shown
    status = told("-C", project, "status")
    measured = status["measured"]
    assert (measured["source"], measured["n"]) == ("test", 60)
    assert measured["estimates"]["accuracy"]["n"] == 60
    assert measured["estimates"]["recall:billing"]["n"] == 20
    assert measured["calibration_error"] is not None
    assert [line["estimates"]["accuracy"]["n"] for line in status["models"]] == [60, 60]
    assert "60 rows of the test file" in succeed("-C", project, "status").stdout
    assert "byte for byte" in succeed("-C", project, "log", "--verify").stdout


def test_it_is_neither_asked_nor_predicted_nor_exported(tmp_path: Path) -> None:
    init(tmp_path, own_file(tmp_path))
    project = tmp_path / "p"
    play_round(project, 40)
    succeed("-C", project, "retrain")
    for verb in ("predict", "export"):
        succeed("-C", project, verb, "-o", tmp_path / f"{verb}.csv")
        assert {row["id"] for row in rows_of(tmp_path / f"{verb}.csv")} == {f"t{row:02d}" for row in range(40)}
    assert "step 1: test.jsonl" not in succeed("-C", project, "log", "--verify").stdout
    (project / ".alcli" / "steps" / "0001" / "test.jsonl").write_text("", encoding="utf-8")
    assert "step 1: test.jsonl was changed" in alcli("-C", project, "log", "--verify").output


def test_the_audit_sample_is_not_asked_unless_it_is_wanted(tmp_path: Path) -> None:
    shown = succeed(
        "init", tmp_path / "p", "--pool", write_pool(tmp_path / "pool.csv"), "--test", own_file(tmp_path)
    ).stdout
    assert "[select] explore" in shown
    specification = tmp_path / "p" / "alcli.toml"
    assert tomllib.loads(specification.read_text())["select"]["explore"] == 0
    assert told("-C", tmp_path / "p", "select", "-n", "10", "--dry-run")["n_audit"] == 0
    specification.write_text(specification.read_text().replace("explore = 0.0", "explore = 0.3"))
    assert told("-C", tmp_path / "p", "select", "-n", "10", "--dry-run")["n_audit"] == 3


def test_rows_of_the_pool_that_are_test_rows_are_left_out_of_it(tmp_path: Path) -> None:
    pool = rows_of(write_pool(tmp_path / "pool.csv"))
    same = [{**pool[at], "id": f"x{at}", "label": truth(pool[at]["id"])} for at in (3, 17)]
    near = {**pool[5], "id": "y", "text": f"  {pool[5]['text'].upper().replace(' ', ', ')}!", "label": "billing"}
    made = init(tmp_path, own_file(tmp_path, *same, near))
    assert made["rows"] == 38
    assert made["overlap"] == {"left_out": 2, "left_out_ids": ["t03", "t17"], "near": 1, "near_ids": ["t05"]}
    asked = told("-C", tmp_path / "p", "select", "-n", "40", "--dry-run")["rows"]
    assert {row["id"] for row in asked} == {row["id"] for row in pool} - {"t03", "t17"}
    again = told("-C", tmp_path / "p", "add", write(tmp_path / "more.csv", [pool[3], {"id": "new", "text": "a b c"}]))
    assert (again["rows"], again["overlap"]["left_out_ids"]) == (1, ["t03"])
    assert "1 row that the test file has too: t03" in succeed("-C", tmp_path / "p", "add", tmp_path / "more.csv").stdout
    shown = succeed("init", tmp_path / "q", "--pool", tmp_path / "pool.csv", "--test", tmp_path / "test.csv").stdout
    assert "2 rows that the test file has too: t03, t17" in shown
    assert "1 row in a test row's words: t05" in shown


def test_labels_of_rows_that_are_test_rows_are_no_seed_set(tmp_path: Path) -> None:
    rows = labelled(tmp_path, range(20))
    pool = write(tmp_path / "seeds.csv", rows)
    test = write(tmp_path / "test.csv", rows[:5])
    made = told("init", tmp_path / "p", "--pool", pool, "--text", "text", "--label-column", "label", "--test", test)
    assert (made["rows"], made["seed_labels"], made["test"]["rows"]) == (15, 15, 5)


def test_what_is_wrong_with_single_rows_is_told(tmp_path: Path) -> None:
    first, second, *_ = labelled(tmp_path)
    other = CLASSES[(CLASSES.index(second["label"]) + 1) % 3]
    more = [
        {**first, "id": "again"},
        {**second, "id": "otherwise", "label": other},
        {"id": "blank", "text": "not yet", "label": ""},
        {"id": "skipped", "text": "hard to say", "label": "?"},
    ]
    found = init(tmp_path, own_file(tmp_path, *more))["test"]
    assert {key: found[key] for key in ("rows", "repeated", "contradicted", "unlabelled")} == {
        "rows": 61,
        "repeated": 1,
        "contradicted": 1,
        "unlabelled": 2,
    }
    assert sum(found["labels_by_class"].values()) == 62


@pytest.mark.parametrize(
    ("spoil", "words", "said"),
    [
        (lambda rows: [{"id": r["id"], "text": r["text"], "class": r["label"]} for r in rows], (), "no column 'label'"),
        (lambda rows: [{"id": r["id"], "body": r["text"], "label": r["label"]} for r in rows], (), "no column 'text'"),
        (lambda rows: [{**r, "label": " "} for r in rows], (), "no row of"),
        (lambda rows: rows, ("--classes", "billing,access"), "'delivery' is not a class"),
        (lambda rows: [*rows, rows[0]], (), "has the id of row "),
        (lambda rows: [*rows, {**rows[0], "id": "z", "label": "Billing"}], (), "differs only by case"),
    ],
)
def test_a_file_that_cannot_be_used_makes_no_project(
    tmp_path: Path, spoil: Callable[[list[Row]], list[Row]], words: tuple[str, ...], said: str
) -> None:
    test = write(tmp_path / "test.csv", spoil(labelled(tmp_path)))
    pool = write_pool(tmp_path / "pool.csv")
    result = alcli("init", tmp_path / "p", "--pool", pool, "--text", "text", "--test", test, *words)
    assert result.exit_code == 3
    assert said in result.stderr
    assert not (tmp_path / "p").exists()


def test_a_pool_that_is_the_test_file_is_refused(tmp_path: Path) -> None:
    test = own_file(tmp_path)
    result = alcli("init", tmp_path / "p", "--pool", test, "--text", "text", "--label-column", "label", "--test", test)
    assert result.exit_code == 3
    assert "every row of the pool is in the test file" in result.stderr


def test_no_file_at_all(tmp_path: Path) -> None:
    pool = write_pool(tmp_path / "pool.csv")
    assert alcli("init", tmp_path / "p", "--pool", pool, "--test", tmp_path / "none.csv").exit_code == 3


@pytest.mark.parametrize("name", ["test.jsonl", "test.parquet"])
def test_it_is_read_as_a_pool_is_and_needs_no_ids(tmp_path: Path, name: str) -> None:
    table = pl.DataFrame(labelled(tmp_path)).drop("id")
    (table.write_ndjson if name.endswith("jsonl") else table.write_parquet)(tmp_path / name)
    assert init(tmp_path, tmp_path / name)["test"]["labels_by_class"] == dict.fromkeys(
        ("access", "delivery", "billing"), 20
    )


def test_the_label_column_is_the_pools_own_where_the_file_has_it(tmp_path: Path) -> None:
    rows = [{"id": r["id"], "text": r["text"], "topic": r["label"], "label": "other"} for r in labelled(tmp_path)]
    pool = write(tmp_path / "seeds.csv", ({**row, "id": f"s{row['id']}", "text": row["text"] + " too"} for row in rows))
    words = ("--pool", pool, "--text", "text", "--label-column", "topic")
    made = told("init", tmp_path / "p", *words, "--test", write(tmp_path / "test.csv", rows))
    assert set(made["test"]["labels_by_class"]) == set(CLASSES)


def test_dry_run_tells_all_and_makes_nothing(tmp_path: Path) -> None:
    made = init(tmp_path, own_file(tmp_path), "--dry-run")
    assert (made["test"]["rows"], made["step"]) == (60, None)
    assert not (tmp_path / "p").exists()


# --- with a matrix ----------------------------------------------------------------------------------------------------


def vectors(path: Path, rows: list[Row], width: int = 3) -> Path:
    """A vector for each row: far out in the direction of its class, and told apart by its number."""
    numbers = np.array([int(row["id"][1:]) for row in rows])
    matrix = np.eye(3)[numbers % 3] * 5 + numbers[:, None] / 1000
    np.save(path, matrix[:, :width])
    return path


def test_a_matrix_of_its_own_and_the_pools_stays_with_its_rows(tmp_path: Path) -> None:
    pool, rows = rows_of(write_pool(tmp_path / "pool.csv")), labelled(tmp_path)
    test = write(tmp_path / "test.csv", [{**pool[3], "label": truth("t03")}, *rows])
    ours = vectors(tmp_path / "pool.npy", pool)
    theirs = vectors(tmp_path / "test.npy", [pool[3], *rows])
    made = init(tmp_path, test, "--vectors", ours, "--test-vectors", theirs)
    assert (made["rows"], made["overlap"]["left_out"]) == (39, 1)
    kept = np.load(tmp_path / "p" / ".alcli" / "steps" / "0001" / "pool" / "part-0000.vectors.npy")
    assert np.array_equal(kept, np.delete(np.load(ours), 3, axis=0).astype(np.float32))
    play_round(tmp_path / "p", 30)
    succeed("-C", tmp_path / "p", "retrain")
    assert told("-C", tmp_path / "p", "status")["measured"]["estimates"]["accuracy"]["value"] == 1


def test_where_vectors_are_all_there_is_ids_tell_which_rows_are_the_same(tmp_path: Path) -> None:
    names = [{"id": row["id"]} for row in rows_of(write_pool(tmp_path / "texts.csv"))]
    test = write(tmp_path / "test.csv", ({**name, "label": truth(name["id"])} for name in names[30:]))
    files = {
        "--pool": write(tmp_path / "pool.csv", names[:32]),
        "--vectors": vectors(tmp_path / "pool.npy", names[:32]),
        "--test": test,
        "--test-vectors": vectors(tmp_path / "test.npy", names[30:]),
    }
    made = told("init", tmp_path / "p", *(word for pair in files.items() for word in pair))
    assert made["overlap"]["left_out_ids"] == ["t30", "t31"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--vectors", "pool.npy", "--test", "test.csv"), 2, "no matrix"),
        (("--test", "test.csv", "--test-vectors", "test.npy"), 2, "--test-vectors is the matrix of a test file"),
        (("--vectors", "pool.npy", "--test", "test.csv", "--test-vectors", "narrow.npy"), 3, "vectors of 2 numbers"),
        (("--vectors", "pool.npy", "--test", "test.csv", "--test-vectors", "pool.npy"), 3, "has 40 rows"),
    ],
)
def test_a_matrix_that_does_not_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: int, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    pool, rows = rows_of(write_pool(tmp_path / "pool.csv")), labelled(tmp_path)
    own_file(tmp_path)
    vectors(tmp_path / "pool.npy", pool)
    vectors(tmp_path / "test.npy", rows)
    vectors(tmp_path / "narrow.npy", rows, 2)
    result = alcli("init", "p", "--pool", "pool.csv", "--text", "text", *words)
    assert result.exit_code == code
    assert said in result.stderr
    assert not (tmp_path / "p").exists()


# --- worked by hand ---------------------------------------------------------------------------------------------------


def test_a_row_counts_as_often_as_it_stands_and_an_unknown_class_as_wrong() -> None:
    y = np.array([0, 0, 1, 2])  # the model knows classes 0 and 1
    proba = np.array([[0.9, 0.1, 0], [0.2, 0.8, 0], [0.3, 0.7, 0], [0.6, 0.4, 0]])
    found = tested.Tested(("a", "b", "c"), OutOfFold(proba, y < 2, y), np.array([3, 1, 1, 1]), seed=0, named=2)
    measured = found.measured()
    value = {name: round(estimate.value, 6) for name, estimate in measured.estimates.items()}
    assert (measured.source, measured.n, found.temperature, measured.calibration_error) == ("test", 4, None, None)
    assert value == {
        "accuracy": round(4 / 6, 6),
        "precision:a": 0.75,
        "recall:a": 0.75,
        "precision:b": 0.5,
        "recall:b": 1,
        "recall:c": 0,
    }


def test_pieces_are_compared_one_by_one_and_the_first_ids_are_told() -> None:
    test = pl.DataFrame({"text": ["Late parcel", "Zoë's card", "!!!", None]})
    comparing = Comparing(Pool(id="id", text=("text",)), test)
    texts = ["late, PARCEL.", "Late parcel", "ZOË S  CARD", "???", "late parcels", "Zoe's card", ""]
    first = Piece(pl.DataFrame({"id": [f"a{n}" for n in range(7)], "text": texts}), Path("a"), range(1, 8))
    second = Piece(
        pl.DataFrame({"id": [f"b{n}" for n in range(30)], "text": ["late parcel"] * 30}), Path("b"), range(30)
    )
    pieces = list(comparing.apart([first, second]))
    assert [piece.left_out for piece in pieces] == [[1, 6], []]
    overlap = comparing.overlap
    assert (overlap.left_out, overlap.left_out_ids) == (2, ("a1", "a6"))
    assert (overlap.near, overlap.near_ids) == (32, ("a0", "a2", *(f"b{n}" for n in range(SHOWN - 2))))
