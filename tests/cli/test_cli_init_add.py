"""`init` and `add` as a user meets them."""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import tomllib
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from campaign import alcli, annotate, command, environment, make_project, succeed, truth, write_pool

ODD_IDS = [
    "00123",
    "1E5",
    "100000",
    "NA",
    "TRUE",
    "true",
    "1.10",
    "1.1",
    "3-4",
    "=7",
    "id with space",
    "null",
    "2024-01-02",
]


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def odd_pool(path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text"])
        writer.writerows([name, f"the text of {number} goes here"] for number, name in enumerate(ODD_IDS))
    return path


def test_odd_ids_stay_as_written_through_the_whole_loop(tmp_path: Path) -> None:
    project = tmp_path / "p"
    succeed("init", project, "--pool", odd_pool(tmp_path / "pool.csv"), "--text", "text")
    succeed("-C", project, "select", "-n", "100")
    with (project / "round-001.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    asked = {row["id"].removeprefix("'") for row in rows}
    assert asked == set(ODD_IDS)
    annotate(project / "round-001.csv", tmp_path / "back.csv", lambda name: "odd" if len(name) % 2 else "even")
    told = json.loads(succeed("-C", project, "ingest", tmp_path / "back.csv", "--json").stdout)
    assert told["accepted"] == len(ODD_IDS)
    succeed("-C", project, "export", "-o", tmp_path / "labels.jsonl")
    labels = [json.loads(line) for line in (tmp_path / "labels.jsonl").read_text().splitlines()]
    assert {row["id"] for row in labels} == set(ODD_IDS)


def test_an_existing_project_is_left_as_it_is(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    before = files(project)
    result = succeed("init", project, "--pool", tmp_path / "pool.csv", "--text", "text")
    assert "nothing was changed" in result.stdout
    assert files(project) == before


def test_the_guess_is_said(tmp_path: Path) -> None:
    pool = write_pool(tmp_path / "pool.csv")
    result = succeed("init", tmp_path / "p", "--pool", pool)
    assert "text" in result.stdout
    assert "a guess" in result.stdout
    assert tomllib.loads((tmp_path / "p" / "alcli.toml").read_text())["pool"]["text"] == ["text"]


def test_every_default_stands_in_the_specification(tmp_path: Path) -> None:
    tree = tomllib.loads((make_project(tmp_path) / "alcli.toml").read_text())
    assert tree["model"] == {"use": "auto"}
    assert tree["select"]["strategy"] == "auto"
    assert tree["select"]["cold_start"] == {"use": "max_herding", "candidates": 1000}
    assert tree["features"]["text"] == {"use": "lsa", "n_components": 256, "weight": 1.0}
    assert tree["stop"]["any"][0].items() >= {"use": "budget", "labels": 2000, "rounds": 0}.items()
    assert tree["stop"]["any"][1] == "exhausted"


def test_duplicate_ids_are_refused_with_the_first_ten(tmp_path: Path) -> None:
    pool = tmp_path / "pool.csv"
    pool.write_text("id,text\n" + "".join(f"x{n % 12:02d},some words number {n}\n" for n in range(24)))
    result = alcli("init", tmp_path / "p", "--pool", pool, "--text", "text")
    assert result.exit_code == 3
    assert sum(f"id x{n:02d}" in result.stderr for n in range(12)) == 10
    assert not (tmp_path / "p" / "alcli.toml").exists()
    assert alcli("-C", tmp_path / "p", "status").exit_code == 4, "no project was half made"


def test_rows_with_the_same_content_are_asked_once_and_served_together(tmp_path: Path) -> None:
    pool = tmp_path / "pool.csv"
    lines = [f"t{n:02d},{'twin words here' if n in (3, 7, 9) else f'words number {n}'}" for n in range(12)]
    pool.write_text("id,text\n" + "\n".join(lines) + "\n")
    project = tmp_path / "p"
    result = succeed("init", project, "--pool", pool, "--text", "text")
    assert "2 rows, asked through the first" in result.stdout
    told = json.loads(succeed("-C", project, "select", "-n", "50", "--json").stdout)
    asked = {row["id"] for row in told["rows"]}
    assert asked == {f"t{n:02d}" for n in range(12)} - {"t07", "t09"}
    annotate(project / "round-001.csv", tmp_path / "back.csv")
    succeed("-C", project, "ingest", tmp_path / "back.csv")
    exported = succeed("-C", project, "export").stdout
    labels = {row["id"]: row for row in csv.DictReader(exported.splitlines())}
    assert len(labels) == 12
    assert labels["t09"]["label"] == labels["t03"]["label"] == truth("t03")
    assert labels["t09"]["source"] == "same content as t03"


def test_labels_the_pool_carries_are_the_seed_set(tmp_path: Path) -> None:
    pool = tmp_path / "pool.csv"
    pool.write_text(
        "id,text,kind\n" + "".join(f"s{n},words of number {n},{'ab'[n % 2] if n < 6 else ''}\n" for n in range(20))
    )
    project = tmp_path / "p"
    result = succeed("init", project, "--pool", pool, "--text", "text", "--label-column", "kind")
    assert "6 labels from the pool" in result.stdout
    succeed("-C", project, "retrain")
    told = json.loads(succeed("-C", project, "select", "-n", "50", "--json").stdout)
    assert not {row["id"] for row in told["rows"]} & {f"s{n}" for n in range(6)}
    assert "kind" not in (project / "round-001.csv").read_text().splitlines()[0]


def test_words_that_are_not_the_projects_are_not_passed_over(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    same = ("--pool", tmp_path / "pool.csv", "--text", "text")
    assert "nothing was changed" in succeed("init", project, *same).stdout
    for words, said in [
        (("--pool", tmp_path / "nosuch.csv"), "made with --pool pool.csv, not nosuch.csv"),
        ((*same, "--vectors", "emb.npy"), "made with --vectors nothing, not emb.npy"),
        ((*same, "--classes", "a,b"), "made with --classes nothing, not a, b"),
    ]:
        result = alcli("init", project, *words)
        assert result.exit_code == 2
        assert said in result.stderr and f"alcli -C {project} add FILE" in result.stderr


def test_seed_labels_outside_the_fixed_classes_are_refused(tmp_path: Path) -> None:
    pool = tmp_path / "pool.csv"
    pool.write_text("id,text,kind\na,one two three,good\nb,four five six,bd\n")
    result = alcli(
        "init", tmp_path / "p", "--pool", pool, "--text", "text", "--label-column", "kind", "--classes", "good,bad"
    )
    assert result.exit_code == 3
    assert "'bd'" in result.stderr or "bd" in result.stderr
    assert not (tmp_path / "p" / "alcli.toml").exists()


def test_table_columns_and_missing_values(tmp_path: Path) -> None:
    pool = tmp_path / "pool.csv"
    rng = np.random.default_rng(0)
    ages = rng.integers(18, 80, 60)
    pool.write_text(
        "id,age,plan\n"
        + "".join(f"p{n},{'' if n % 10 == 0 else age},{'free' if age < 40 else 'team'}\n" for n, age in enumerate(ages))
    )
    project = tmp_path / "p"
    succeed("init", project, "--pool", pool, "--columns", "age,plan")
    succeed("-C", project, "select", "-n", "20")
    annotate(project / "round-001.csv", tmp_path / "b.csv", lambda name: "young" if ages[int(name[1:])] < 40 else "old")
    succeed("-C", project, "ingest", tmp_path / "b.csv")
    succeed("-C", project, "retrain")
    predicted = {
        row["id"]: row["label"] for row in csv.DictReader(succeed("-C", project, "predict").stdout.splitlines())
    }
    right = np.mean([predicted[f"p{n}"] == ("young" if age < 40 else "old") for n, age in enumerate(ages)])
    assert right > 0.9


@pytest.mark.parametrize("suffix", ["npy", "parquet"])
def test_vectors(tmp_path: Path, suffix: str) -> None:
    pool = write_pool(tmp_path / "pool.csv")
    matrix = np.random.default_rng(0).normal(size=(40, 5)).astype(np.float32)
    for n in range(40):
        matrix[n, n % 3] += 5
    file = tmp_path / f"emb.{suffix}"
    if suffix == "npy":
        np.save(file, matrix)
    else:
        pl.DataFrame({"id": [f"t{n:02d}" for n in range(40)], "v": matrix.tolist()}).write_parquet(file)
    project = tmp_path / "p"
    succeed("init", project, "--pool", pool, "--vectors", file)
    succeed("-C", project, "select", "-n", "15")
    succeed("-C", project, "ingest", annotate(project / "round-001.csv", tmp_path / "b.csv"))
    succeed("-C", project, "retrain")
    predicted = csv.DictReader(succeed("-C", project, "predict").stdout.splitlines())
    assert np.mean([row["label"] == truth(row["id"]) for row in predicted]) > 0.95


def test_init_tells_how_columns_are_read(tmp_path: Path) -> None:
    pool = tmp_path / "pool.csv"
    lines = [f"{n};{n},5;{n % 28 + 1}.12.2024;{'ab'[n % 2]}\n" for n in range(60)]
    pool.write_text("id;price;day;plan\n" + "".join(lines) + "60;on request;soon;a\n61;on request;-;b\n")
    told = " ".join(succeed("init", tmp_path / "p", "--pool", pool, "--columns", "price,day,plan").stdout.split())
    assert "numbers price dates day categories plan" in told
    assert "price: 2 cells cannot be read as numbers, taken for missing: 'on request'" in told
    assert "day: 1 cell cannot be read as dates, taken for missing: 'soon'" in told
    assert "table columns" not in told


def test_add_tells_the_cells_of_its_own_rows_that_cannot_be_read(tmp_path: Path) -> None:
    pool, more, project = tmp_path / "pool.csv", tmp_path / "more.csv", tmp_path / "p"
    lines = [f"{n},{n}.5,12/{n % 28 + 1}/2024\n" for n in range(60)]
    pool.write_text("id,price,day\n" + "".join(lines) + "60,free,12/1/2024\n")
    succeed("init", project, "--pool", pool, "--columns", "price,day")
    more.write_text("id,price,day\n61,7.5,24/12/2024\n62,-,24/12/2024\n63,8.5,1/2/2024\n")
    told = " ".join(succeed("-C", project, "add", more).stdout.split())
    assert "day: 2 cells cannot be read as dates, taken for missing: '24/12/2024'" in told
    assert "price:" not in told
    readings = json.loads(succeed("-C", project, "add", more, "--json").stdout)["readings"]
    assert readings == []  # all known already


def test_text_and_columns_together(tmp_path: Path) -> None:
    pool = tmp_path / "pool.csv"
    write_pool(pool)
    lines = pool.read_text().splitlines()
    pool.write_text("\n".join([lines[0] + ",size", *(f"{line},{n}" for n, line in enumerate(lines[1:]))]) + "\n")
    project = tmp_path / "p"
    succeed("init", project, "--pool", pool, "--text", "text", "--columns", "size")
    succeed("-C", project, "select", "-n", "12")
    succeed("-C", project, "ingest", annotate(project / "round-001.csv", tmp_path / "b.csv"))
    retrained = json.loads(succeed("-C", project, "retrain", "--json").stdout)
    assert retrained["model"].endswith("on lsa + columns")
    succeed("-C", project, "select", "-n", "5")
    assert (
        (project / "round-002.csv").read_text(encoding="utf-8-sig").startswith('"alcli_id","id","text","size","label"')
    )


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--text", "body"], 3, "no column 'body'"),
        (["--id", "nr"], 3, "no column 'nr'"),
        (["--classes", "one"], 2, "two classes"),
        (["--classes", "a,b,a"], 2, "twice"),
        (["--classes", "[red]x[/red],b"], 2, "brackets or braces around it are how tools write a list"),
        (["--classes", "a\x1b[31m,b"], 2, "it holds U+001B, which does not print"),
        (["--classes", "yes,no,?"], 2, "'?' is an answer that means 'this one cannot be labelled'"),
        (["--classes", "@gone.txt"], 3, "gone.txt"),
        (["--text", "text", "--columns", "text"], 2, "text can be only one of text, table column and image"),
        (["--vectors", "gone.npy"], 3, "gone.npy"),
    ],
)
def test_wrong_words_are_answered(tmp_path: Path, words: list[str], code: int, said: str) -> None:
    result = alcli("init", tmp_path / "p", "--pool", write_pool(tmp_path / "pool.csv"), *words)
    assert result.exit_code == code
    assert said in result.stderr
    assert not (tmp_path / "p" / "alcli.toml").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04....[Content_Types].xml", "Excel workbook"),
        (b"id,text\n1,caf\xe9, au lait\n2,b c\n", "pool.csv"),
        (b"id,text\n1,caf\xe9 au lait\n2,b c\n", "not UTF-8"),
        (b"id,text\n1,a b c\n2,d e f,g\n", "row 2"),
    ],
)
def test_a_pool_that_is_no_csv_is_one_clear_refusal(tmp_path: Path, content: bytes, said: str) -> None:
    """On one core too, where the threads of libraries are still at work when we are done."""
    (tmp_path / "pool.csv").write_bytes(content)
    done = subprocess.run(
        command("init", tmp_path / "p", "--pool", tmp_path / "pool.csv"),
        capture_output=True,
        text=True,
        env=environment(),
        preexec_fn=lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}),
    )
    assert done.returncode == 3
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "p").exists()


def test_the_only_column_is_the_text(tmp_path: Path) -> None:
    (tmp_path / "pool.csv").write_text("id,text\n1,hello\n2,bye\n")
    assert "a guess" in succeed("init", tmp_path / "p", "--pool", tmp_path / "pool.csv").stdout


def test_a_pool_that_is_not_there(tmp_path: Path) -> None:
    result = alcli("init", tmp_path / "p", "--pool", tmp_path / "gone.csv")
    assert result.exit_code == 3
    assert "gone.csv" in result.stderr


def test_dry_run_makes_nothing(tmp_path: Path) -> None:
    pool = write_pool(tmp_path / "pool.csv")
    result = succeed("init", tmp_path / "p", "--pool", pool, "--dry-run")
    assert "Would make" in result.stdout
    assert alcli("-C", tmp_path / "p", "status").exit_code == 4


def test_many_files_one_of_them_gzipped_jsonl_are_one_pool(tmp_path: Path) -> None:
    first = write_pool(tmp_path / "a.csv", range(10))
    with gzip.open(tmp_path / "b.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps({"id": f"t{n}", "text": f"more words {n}"}) + "\n" for n in range(10, 20))
    told = json.loads(
        succeed("init", tmp_path / "p", "--pool", first, "--pool", tmp_path / "b.jsonl.gz", "--json").stdout
    )
    assert told["rows"] == 20
    both = succeed("init", tmp_path / "q", "--pool", first, tmp_path / "b.jsonl.gz", "--json")
    assert json.loads(both.stdout)["rows"] == 20
    assert alcli("init", tmp_path / "r", tmp_path / "s", "--pool", first).exit_code == 2


def test_add_brings_new_rows_and_passes_over_known_ones(tmp_path: Path) -> None:
    project = make_project(tmp_path, rows=20)
    more = write_pool(tmp_path / "more.csv", range(15, 30))
    told = json.loads(succeed("-C", project, "add", more, "--json").stdout)
    assert (told["rows"], told["known"], told["pool"]) == (10, 5, 30)
    again = json.loads(succeed("-C", project, "add", more, "--json").stdout)
    assert (again["rows"], again["known"], again["step"]) == (0, 15, None)
    selected = json.loads(succeed("-C", project, "select", "-n", "50", "--json").stdout)
    assert len(selected["rows"]) == 30


def test_add_with_vectors_refuses_changed_columns_under_a_known_id(tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", np.eye(3, dtype=np.float32))
    pool, project = tmp_path / "pool.csv", tmp_path / "p"
    pool.write_text("id,text\na,same\nb,same\nc,other\n")
    succeed("init", project, "--pool", pool, "--vectors", tmp_path / "v.npy")
    told = json.loads(succeed("-C", project, "add", pool, "--vectors", tmp_path / "v.npy", "--json").stdout)
    assert (told["known"], told["rows"]) == (3, 0)
    pool.write_text("id,text\na,same\nb,changed\nd,new\n")
    result = alcli("-C", project, "add", pool, "--vectors", tmp_path / "v.npy")
    assert result.exit_code == 3
    assert "id b" in result.stderr or "known id" in result.stderr
    assert len(json.loads(succeed("-C", project, "select", "--json").stdout)["rows"]) == 3, (
        "alike to look at, not to the model"
    )


def test_add_takes_files_whose_other_columns_changed(tmp_path: Path) -> None:
    pool = tmp_path / "pool.csv"
    pool.write_text("id,text,tier\na,one two three,free\nb,four five six,team\n")
    project = tmp_path / "p"
    succeed("init", project, "--pool", pool, "--text", "text")
    (tmp_path / "more.csv").write_text("queue,text,id\nx,seven eight nine,c\n")
    result = succeed("-C", project, "add", tmp_path / "more.csv")
    assert "ignored: queue" in result.stdout
    assert json.loads(succeed("-C", project, "status", "--json").stdout)["pool"] == 3
    (tmp_path / "bad.csv").write_text("id,body\nd,ten eleven\n")
    assert alcli("-C", project, "add", tmp_path / "bad.csv").exit_code == 3


def test_add_refuses_changed_content_under_a_known_id(tmp_path: Path) -> None:
    project = make_project(tmp_path, rows=5)
    changed = tmp_path / "changed.csv"
    changed.write_text("id,text\nt01,quite another text\nt99,new words here\n")
    result = alcli("-C", project, "add", changed)
    assert result.exit_code == 3
    assert "t01" in result.stderr
    assert json.loads(succeed("-C", project, "status", "--json").stdout)["pool"] == 5


def test_a_model_goes_on_after_add_and_asks_the_new_rows(tmp_path: Path) -> None:
    project = make_project(tmp_path, rows=20)
    succeed("-C", project, "select", "-n", "20")
    succeed("-C", project, "ingest", annotate(project / "round-001.csv", tmp_path / "b.csv"))
    succeed("-C", project, "retrain")
    succeed("-C", project, "add", write_pool(tmp_path / "more.csv", range(20, 25)))
    told = json.loads(succeed("-C", project, "select", "--json").stdout)
    assert {row["id"] for row in told["rows"]} == {f"t{n}" for n in range(20, 25)}
    assert not told["cold_start"]
    assert all("torn between" in row["reason"] for row in told["rows"] if not row["audit"])
    succeed("-C", project, "add", write_pool(tmp_path / "flood.csv", range(25, 90)))
    succeed("-C", project, "ingest", annotate(project / "round-002.csv", tmp_path / "c.csv"))
    succeed("-C", project, "retrain")
    assert len(json.loads(succeed("-C", project, "select", "--json").stdout)["rows"]) == 65
