"""A pool on disk: what comes in comes back, every row once, under its own id."""

from __future__ import annotations

import csv
import gzip
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alcli.errors import DataError
from alcli.project import pool
from alcli.project.fingerprints import Fingerprints


def file(folder: Path, rows: Sequence[tuple[object, ...]], header: str = "id,text", name: str = "pool.csv") -> Path:
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([header.split(","), *rows])
    return path


def write(path: Path | Sequence[Path], folder: Path, block: int = 1 << 20, **more: Any) -> pool.Added:
    folder.mkdir(exist_ok=True)
    settings = {"id_column": "id", "label_column": None, "content_columns": ["text"], "shard_rows": 4} | more
    paths = [path] if isinstance(path, Path) else path
    return pool.write(pool.read(paths, block=block), folder, **settings)


def shards(folder: Path, added: pool.Added) -> list[pool.Shard]:
    return [pool.Shard(folder / shard.name, shard.first, shard.rows) for shard in added.shards]


def texts(n: int) -> list[tuple[str, str]]:
    return [(f"{i:03d}", f"text {i}") for i in range(n)]


def test_rows_come_back_by_position_in_the_order_asked(tmp_path: Path) -> None:
    odd = ["00123", "1E5", "NA", "TRUE", "1.10", "3-4", "null", " x", "-0", "é"]
    added = write(file(tmp_path, [(name, f"text {name}") for name in odd]), tmp_path / "pool")
    assert [(shard.name, shard.first, shard.rows) for shard in added.shards] == [
        ("part-0000.parquet", 0, 4),
        ("part-0001.parquet", 4, 4),
        ("part-0002.parquet", 8, 2),
    ]
    assert added.rows == 10
    parts = shards(tmp_path / "pool", added)
    order = [9, 0, 5, 5]
    assert pool.fetch(parts, order) == {
        "alcli_row_id": [odd[i] for i in order],
        "id": [odd[i] for i in order],
        "text": [f"text {odd[i]}" for i in order],
    }
    assert pool.fetch(parts, [4], ()) == {"alcli_row_id": ["1.10"]}
    assert pool.fetch(parts, [], ["text"]) == {"alcli_row_id": [], "text": []}
    assert pool.find(parts, ["NA", "é", "na", "123"]) == {"NA": 2, "é": 9}
    assert pool.table(parts[1], ["text"]).to_series().to_list() == [f"text {name}" for name in odd[4:8]]
    assert sorted(p.name for p in (tmp_path / "pool").iterdir()) == [shard.name for shard in added.shards]


def test_fetch_refuses_what_the_pool_does_not_have(tmp_path: Path) -> None:
    parts = shards(tmp_path / "pool", write(file(tmp_path, texts(5)), tmp_path / "pool"))
    with pytest.raises(DataError, match="no column 'body'"):
        pool.fetch(parts, [0], ["body"])
    for row in (-1, 5):
        with pytest.raises(IndexError):
            pool.fetch(parts, [row])


def test_fetch_needs_row_groups_not_the_whole_shard(tmp_path: Path) -> None:
    path = file(tmp_path, [(i, f"text {i}") for i in range(2500)])
    parts = shards(tmp_path / "pool", write(path, tmp_path / "pool", block=4096, shard_rows=2000))
    rows = [2499, 0, 999, 1000, 1999, 2000]
    assert pool.fetch(parts, rows, ["text"])["text"] == [f"text {row}" for row in rows]


def test_fetch_loads_neither_pandas_nor_polars(tmp_path: Path) -> None:
    write(file(tmp_path, texts(3)), tmp_path / "pool")
    code = (
        "import sys; from pathlib import Path; from alcli.project import pool;"
        f"pool.fetch([pool.Shard(Path({str(tmp_path / 'pool/part-0000.parquet')!r}), 0, 3)], [1], None);"
        "print([name for name in ('pandas', 'polars') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_labels_are_taken_out_of_the_table(tmp_path: Path) -> None:
    path = file(tmp_path, [(1, "a", "x"), (2, "b", ""), (3, "c", " "), (4, "d", "NA")], "id,text,topic")
    added = write(path, tmp_path / "pool", label_column="topic", first_row=7)
    assert added.labels.rows() == [(7, "1", "x"), (10, "4", "NA")]
    assert list(pool.fetch(shards(tmp_path / "pool", added), [7])) == ["alcli_row_id", "id", "text"]


def test_labels_in_csv_have_the_quotation_mark_taken_off_that_alcli_puts_before_formulas(tmp_path: Path) -> None:
    path = file(tmp_path, [(1, "'-a", "'-"), (2, "b", "'@x"), (3, "c", "'em"), (4, "d", "-3")], "id,text,topic")
    added = write(path, tmp_path / "pool", label_column="topic")
    assert added.labels["label"].to_list() == ["-", "@x", "'em", "-3"]
    assert pool.fetch(shards(tmp_path / "pool", added), [0])["text"] == ["'-a"], "texts stay as written"
    (tmp_path / "lines.jsonl").write_text('{"id": "1", "text": "a", "topic": "\'-"}\n')
    assert write(tmp_path / "lines.jsonl", tmp_path / "lines", label_column="topic").labels["label"].to_list() == ["'-"]


def test_rows_with_the_same_content_are_kept_and_reported(tmp_path: Path) -> None:
    rows = [(1, "a"), (2, "b"), (3, "a"), (4, "c"), (5, "a"), (6, "b")]
    added = write(file(tmp_path, rows), tmp_path / "pool", block=16)
    assert added.rows == 6
    assert added.duplicates.dtype == np.int64
    assert added.duplicates.tolist() == [[2, 0], [4, 0], [5, 1]]


def test_duplicate_and_missing_ids_are_refused_all_at_once(tmp_path: Path) -> None:
    one = file(tmp_path, [(1, "a"), (2, "b"), ("", "c")], name="one.csv")
    two = file(tmp_path, [(2, "d"), (" ", "e"), *[(1, "f")] * 11], name="two.csv")
    with pytest.raises(DataError) as caught:
        write([one, two], tmp_path / "pool", block=16)
    error = caught.value
    assert "2 rows have no id, 12 rows have the id of an earlier row" in error.message
    assert "one.csv" in error.message
    assert len(error.faults) == 10
    found = [(Path(fault.file).name, fault.line, fault.id, fault.reason) for fault in error.faults[:4]]
    assert found[0] == ("one.csv", 3, "", "no id")
    assert found[1] == ("two.csv", 1, "2", f"the id of row 2 of {one}")
    assert found[3] == ("two.csv", 3, "1", f"the id of row 1 of {one}")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"id_column": "key"}, "has no column 'key'"),
        ({"label_column": "topic"}, "has no column 'topic'"),
        ({"content_columns": ["body", "text"]}, "has no column 'body'"),
    ],
)
def test_missing_columns_are_named(tmp_path: Path, more: dict[str, Any], says: str) -> None:
    with pytest.raises(DataError, match=says):
        write(file(tmp_path, texts(2)), tmp_path / "pool", **more)


def test_our_own_column_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="alcli_row_id"):
        write(file(tmp_path, [(1, "a", "b")], "id,text,alcli_row_id"), tmp_path / "pool")


# --- without an id column ---


def test_content_ids_are_stable_and_identical_rows_are_one(tmp_path: Path) -> None:
    rows = [("a", "x", "1"), ("b", "x", ""), ("a", "x", "2"), ("ax", "", ""), ("b", "x", "3"), ("a", "y", "")]
    path = file(tmp_path, rows, "text,plan,label")
    added = write(path, tmp_path / "pool", id_column=None, label_column="label", block=24, shard_rows=2)
    assert (added.rows, added.repeats, added.contradicted) == (4, 2, 1)
    assert [shard.rows for shard in added.shards] == [2, 2]
    assert added.duplicates.tolist() == [[3, 0]]
    ids = pool.fetch(shards(tmp_path / "pool", added), range(4), ["text"])["alcli_row_id"]
    assert added.labels.rows() == [(0, ids[0], "1"), (1, ids[1], "3")]
    assert ids[0] == "row-10bb6126ac815ef6"  # as in every project ever made
    again = file(tmp_path, [("x", None, "a")], "plan,label,text", name="again.csv")
    other = write(again, tmp_path / "other", id_column=None, label_column="label")
    assert pool.find(shards(tmp_path / "other", other), [str(ids[0])]) == {str(ids[0]): 0}


# --- adding ---


def test_add_passes_over_known_rows(tmp_path: Path) -> None:
    first = write(file(tmp_path, texts(6)), tmp_path / "pool")
    known = shards(tmp_path / "pool", first)
    rows = [("new1", "text 5"), *texts(6), ("new2", "fresh"), *texts(2), ("new3", "fresh")]
    added = write(file(tmp_path, rows), tmp_path / "more", known=known, first_row=6, block=32, shard_rows=2)
    assert (added.rows, added.known, added.repeats) == (3, 8, 0)
    assert [(shard.name, shard.first, shard.rows) for shard in added.shards] == [
        ("part-0000.parquet", 6, 2),
        ("part-0001.parquet", 8, 1),
    ]
    assert added.duplicates.tolist() == [[6, 5], [8, 7]]
    both = known + shards(tmp_path / "more", added)
    assert pool.fetch(both, [8, 0, 6, 7], ())["alcli_row_id"] == ["new3", "000", "new1", "new2"]


def test_add_of_nothing_new_writes_nothing(tmp_path: Path) -> None:
    path = file(tmp_path, texts(9))
    known = shards(tmp_path / "pool", write(path, tmp_path / "pool"))
    added = write(path, tmp_path / "more", known=known, first_row=9)
    assert (added.shards, added.rows, added.known) == ((), 0, 9)
    assert list((tmp_path / "more").iterdir()) == []


def test_add_refuses_changed_content_under_a_known_id(tmp_path: Path) -> None:
    known = shards(tmp_path / "pool", write(file(tmp_path, texts(6)), tmp_path / "pool"))
    rows = [("new", "x"), ("003", "text 3"), *((name, text + "!") for name, text in texts(3))]
    with pytest.raises(DataError) as caught:
        write(file(tmp_path, rows), tmp_path / "more", known=known, first_row=6)
    assert "3 rows have a known id, but other content; the first is row 3" in caught.value.message
    assert [(fault.line, fault.id) for fault in caught.value.faults] == [(3, "000"), (4, "001"), (5, "002")]


def test_add_takes_the_columns_of_the_pool_in_any_order_and_ignores_others(tmp_path: Path) -> None:
    first = write(file(tmp_path, [(1, "a", "x")], "id,text,topic"), tmp_path / "pool", label_column="topic")
    known = shards(tmp_path / "pool", first)
    added = write(
        file(tmp_path, [("b", 2)], "text,id"),
        tmp_path / "more",
        label_column="topic",
        known=known,
        first_row=1,
    )
    assert pool.fetch(shards(tmp_path / "more", added), [1]) == {
        "alcli_row_id": ["2"],
        "id": ["2"],
        "text": ["b"],
    }
    more = {"label_column": "topic", "known": known, "first_row": 1}
    added = write(file(tmp_path, [(3, "c", "")], "id,text,plan"), tmp_path / "x", **more)
    assert added.ignored == ("plan",)
    with pytest.raises(DataError, match="no column 'text'"):
        write(file(tmp_path, [(3, "c", "")], "id,body,topic"), tmp_path / "y", **more)
    with pytest.raises(DataError, match="'plan', which the pool does not have"):
        write(file(tmp_path, [(3, "c", "")], "id,text,plan"), tmp_path / "z", **more | {"id_column": None})


# --- vectors ---


def test_vectors_follow_their_rows(tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", np.zeros((2, 2)))
    first = write(file(tmp_path, texts(2)), tmp_path / "pool", vectors=tmp_path / "v.npy")
    known = shards(tmp_path / "pool", first)
    rows = [("a", "x"), *texts(2), ("b", "y"), ("c", "z")]
    matrix = np.arange(10, dtype=np.float64).reshape(5, 2)
    np.save(tmp_path / "v.npy", matrix)
    added = write(
        file(tmp_path, rows),
        tmp_path / "more",
        known=known,
        first_row=2,
        shard_rows=2,
        vectors=tmp_path / "v.npy",
    )
    found = [pool.vectors(shard) for shard in shards(tmp_path / "more", added)]
    assert all(isinstance(part, np.memmap) and part.dtype == np.float32 for part in found)
    assert np.concatenate(found).tolist() == matrix[[0, 3, 4]].tolist()


def test_vectors_of_another_length_than_the_pool_s_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", np.ones((2, 3)))
    first = write(file(tmp_path, texts(2)), tmp_path / "pool", vectors=tmp_path / "v.npy")
    np.save(tmp_path / "v.npy", np.ones((1, 4)))
    with pytest.raises(DataError, match="vectors of 4 numbers, those of the pool have 3"):
        write(
            file(tmp_path, [("new", "x")]),
            tmp_path / "more",
            known=shards(tmp_path / "pool", first),
            first_row=2,
            vectors=tmp_path / "v.npy",
        )


@pytest.mark.parametrize("shape", ["list", "array", "columns"])
def test_vectors_in_parquet_are_matched_by_id(tmp_path: Path, shape: str) -> None:
    order = [4, 2, 0, 1, 3, 5]
    frame = pl.DataFrame({"id": [f"{i:03d}" for i in order]})
    if shape == "columns":
        frame = frame.with_columns(a=pl.Series([float(i) for i in order]), b=pl.Series([i * 2 for i in order]))
    else:
        kind = pl.List(pl.Float64) if shape == "list" else pl.Array(pl.Float32, 2)
        frame = frame.with_columns(v=pl.Series([[i, i * 2] for i in order], dtype=kind))
    frame.write_parquet(tmp_path / "v.parquet")
    added = write(file(tmp_path, texts(5)), tmp_path / "pool", vectors=tmp_path / "v.parquet")
    found = np.concatenate([pool.vectors(shard) for shard in shards(tmp_path / "pool", added)])
    assert found.tolist() == [[i, i * 2] for i in range(5)]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (np.ones((2, 3)), "has 2 rows, the pool files have 3"),
        (np.ones(3), "not a matrix"),
        (np.ones((3, 0)), "not a matrix"),
        (np.array([["a"], ["b"], ["c"]]), "not a matrix of numbers"),
        (np.ones((3, 2), dtype=bool), "its dtype is bool"),
        (np.ones((3, 2), dtype=complex), "its dtype is complex128"),
        (np.array([[1.0, 1], [3e18, 3e18], [1e19, 1]]), "row 3 is too long a vector"),
        (np.array([[1], [None], [2]], dtype=object), "not an array of numbers"),
        (np.array([[1.0], [np.nan], [1.0]]), "row 2 holds a number that is not finite"),
        (np.array([[1.0], [1.0], [1e300]]), "row 3 holds a number that is not finite"),
    ],
)
def test_wrong_arrays_are_refused(tmp_path: Path, values: Any, says: str) -> None:
    np.save(tmp_path / "v.npy", values, allow_pickle=True)
    with pytest.raises(DataError, match=says):
        write(file(tmp_path, texts(3)), tmp_path / "pool", vectors=tmp_path / "v.npy")


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        ({"id": ["000", "001"], "v": [[1.0], [2.0]]}, "no vector for 1 rows of the pool; the first is '002'"),
        ({"id": ["000", "001", "001"], "v": [[1.0]] * 3}, "row 3 has the id of row 2"),
        ({"id": ["000", "001", "002"], "v": [[1.0], [1.0, 2.0], [1.0]]}, "the vector of row 2"),
        ({"id": ["000", "001", "002"], "v": [[1.0], None, [1.0]]}, "the vector of row 2"),
        (
            {"id": ["000", "001", "002"], "v": [[1.0], [None], [1.0]]},
            "row 2 holds a number that is not finite",
        ),
        ({"id": ["000", "001", "002"], "v": [1.0, None, 1.0]}, "row 2 holds a number that is not finite"),
        ({"id": ["000"], "v": ["a"], "w": [1.0]}, "'v' holds no numbers"),
        ({"id": ["000"], "v": [{"a": 1.0}]}, "'v' holds Struct.*, not lists of numbers"),
        ({"id": ["000"], "v": [[[1.0]]]}, "'v' holds List.List.Float64.., not lists of numbers"),
        ({"id": ["000"], "v": [["a"]]}, "'v' holds List.String., not lists of numbers"),
        ({"key": ["000"], "v": [1.0]}, "no column 'id'"),
        ({"id": ["000", "001", "002"]}, "no column of numbers"),
    ],
)
def test_wrong_tables_of_vectors_are_refused(tmp_path: Path, frame: dict[str, Any], says: str) -> None:
    pl.DataFrame(frame, strict=False).write_parquet(tmp_path / "v.parquet")
    with pytest.raises(DataError, match=says):
        write(file(tmp_path, texts(3)), tmp_path / "pool", vectors=tmp_path / "v.parquet")


def test_vector_files_that_are_none_are_refused(tmp_path: Path) -> None:
    path = file(tmp_path, texts(3))
    (tmp_path / "torn.npy").write_bytes(b"\x93NUMPY")
    for name, says in [
        ("no.npy", "no file"),
        ("torn.npy", "not an array"),
        ("v.txt", "are a .npy or a .parquet"),
    ]:
        with pytest.raises(DataError, match=says):
            write(path, tmp_path / "pool", vectors=tmp_path / name)


# --- properties ---

CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    [
        "00123",
        "1E5",
        "NA",
        "TRUE",
        "1.10",
        "null",
        '"',
        "\r\n",
        "\n",
        "\r",
        ",",
        ";",
        "\t",
        "'",
        "\\",
        "a\r\nb",
        " ",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(CELLS, CELLS | st.none()), min_size=1, max_size=40),
    block=st.integers(260, 400),
    shard_rows=st.integers(1, 9),
    zipped=st.booleans(),
)
def test_any_table_comes_back_identical(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, str | None]],
    block: int,
    shard_rows: int,
    zipped: bool,
) -> None:
    folder = tmp_path_factory.mktemp("table")
    table = pl.DataFrame(
        {"id": [f"{i:02d}" for i in range(len(rows))], "x": [a for a, _ in rows], "y": [b for _, b in rows]},
        schema=dict.fromkeys(("id", "x", "y"), pl.String),
    )
    file(folder, table.rows(), "id,x,y", "a.csv")
    (folder / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in table.iter_rows(named=True)))
    table.write_parquet(folder / "a.parquet")
    for name in ("a.csv", "a.jsonl", "a.parquet"):
        path = folder / name
        if zipped:
            path = folder / f"{name}.gz"
            path.write_bytes(gzip.compress((folder / name).read_bytes()))
        out = folder / f"{name}-pool"
        added = write(path, out, block=block, shard_rows=shard_rows, content_columns=["x", "y"])
        parts = shards(out, added)
        wanted = table if name != "a.csv" else table.with_columns(pl.col("y").fill_null(""))
        assert pl.concat([pool.table(part, ["id", "x", "y"]) for part in parts]).equals(wanted)
        order = list(range(len(rows)))[::-1]
        assert pool.fetch(parts, order, ["x", "y"])["y"] == wanted["y"].to_list()[::-1]
        contents = [(a, b or "") for a, b in rows]
        firsts = [contents.index(content) for content in contents]
        assert added.duplicates.tolist() == [[i, first] for i, first in enumerate(firsts) if first != i]


@given(st.lists(st.integers(0, 30), max_size=80), st.integers(1, 20))
def test_repeats_are_found_whatever_the_buckets(
    tmp_path_factory: pytest.TempPathFactory, values: list[int], bucket: int
) -> None:
    prints = Fingerprints(tmp_path_factory.mktemp("prints") / "ids", bucket)
    # few different halves: rows that agree in one half only must be told apart
    rows = np.array([(value % 5, value // 5) for value in values], np.uint64).reshape(-1, 2)
    for part in np.array_split(rows, 3):
        prints.append(part)
    firsts = [values.index(value) for value in values]
    assert prints.repeats().tolist() == [[i, first] for i, first in enumerate(firsts) if first != i]
