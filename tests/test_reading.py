"""Pool files as people have them, and what is said of those that cannot be read."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from alcli.errors import DataError
from alcli.project.reading import guess_id, guess_text, read

ROWS = [
    {"id": "00123", "text": "Where is my card?", "amount": "1.10"},
    {"id": "1E5", "text": 'He said "no", twice\nand left', "amount": "TRUE"},
    {"id": "NA", "text": "naïve 東京 🙂", "amount": ""},
    {"id": "3-4", "text": "", "amount": "null"},
]


def rows_of(*paths: Path, block: int = 1 << 20) -> list[dict[str, str | None]]:
    return [row for piece in read(paths, block=block) for row in piece.table.iter_rows(named=True)]


def refused(*paths: Path, block: int = 1 << 20) -> DataError:
    with pytest.raises(DataError) as caught:
        rows_of(*paths, block=block)
    assert caught.value.hint
    return caught.value


def as_csv(path: Path) -> None:
    pl.DataFrame(ROWS).write_csv(path)


def as_tsv(path: Path) -> None:
    pl.DataFrame(ROWS).write_csv(path, separator="\t")


def as_jsonl(path: Path) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))


def as_parquet(path: Path) -> None:
    pl.DataFrame(ROWS).write_parquet(path)


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize(
    ("suffix", "write"),
    [
        (".csv", as_csv),
        (".tsv", as_tsv),
        (".jsonl", as_jsonl),
        (".NDJSON", as_jsonl),
        (".parquet", as_parquet),
    ],
)
def test_every_format_gives_the_rows_as_written(
    tmp_path: Path, suffix: str, write: Callable[[Path], None], zipped: bool
) -> None:
    path = tmp_path / f"pool{suffix}"
    write(path)
    if zipped:
        path = tmp_path / f"pool{suffix}.gz"
        path.write_bytes(gzip.compress((tmp_path / f"pool{suffix}").read_bytes()))
    assert rows_of(path) == ROWS


def test_json_keeps_the_literal_text_of_what_is_no_string(tmp_path: Path) -> None:
    path = tmp_path / "pool.jsonl"
    path.write_text(
        '{"id": 1.10, "x": null}\n\n{"id": 12345678901234567890123, "x": [1, {"a": 2.0}], "late": true}\n'
        '{"id": "a\\u00e9", "x": "7"}\n{}\n'
    )
    (piece,) = read([path])
    assert piece.table.rows() == [
        ("1.10", None, None),
        ("12345678901234567890123", '[1, {"a": 2.0}]', "true"),
        ("aé", "7", None),
        (None, None, None),
    ]
    assert list(piece.numbers) == [1, 3, 4, 5]


def test_json_keys_may_be_odd_and_come_late(tmp_path: Path) -> None:
    path = tmp_path / "pool.jsonl"
    path.write_text("".join(f'{{"a\\"b": {i}}}\n' for i in range(50)) + '{"late": "x"}\n')
    rows = rows_of(path, block=64)
    assert rows[0] == {'a"b': "0", "late": None}
    assert rows[-1] == {'a"b': None, "late": "x"}


def test_parquet_types_become_text(tmp_path: Path) -> None:
    path = tmp_path / "pool.parquet"
    pl.DataFrame(
        {"n": [7, None], "x": [0.1, 2.5], "b": [True, False], "l": [["a", "ü"], None]},
    ).with_columns(c=pl.Series(["u", "v"], dtype=pl.Categorical)).write_parquet(path)
    assert rows_of(path) == [
        {"n": "7", "x": "0.1", "b": "true", "l": '["a", "ü"]', "c": "u"},
        {"n": None, "x": "2.5", "b": "false", "l": None, "c": "v"},
    ]


def test_quoted_newlines_cross_blocks(tmp_path: Path) -> None:
    path = tmp_path / "pool.csv"
    table = pl.DataFrame({"id": [str(i) for i in range(500)], "text": [f"a\n\n,{i}\r\nb" * 3 for i in range(500)]})
    table.write_csv(path)
    pieces = list(read([path], block=200))
    assert len(pieces) > 10
    assert pl.concat([piece.table for piece in pieces]).equals(table)
    assert [number for piece in pieces for number in piece.numbers] == list(range(1, 501))


def test_a_header_that_is_no_csv_is_refused_in_plain_words(tmp_path: Path) -> None:
    path = tmp_path / "noise.csv"
    path.write_bytes(b"id,te\rxt\r\x1f,\n1,a\n")
    assert str(refused(path)) == f"{path} has no header that can be read as CSV"


@pytest.mark.parametrize(
    "data",
    [
        b"id,text\r\n1,a b\r\n2,c\r\n",
        b"\xef\xbb\xbfid,text\n1,a b\n2,c",
        b"\n\nid;text\n1;a b\n\n2;c\n",
        b"id\ttext\n1\ta b\n2\tc\n",
        b'"id","text"\n"1","a b"\n"2","c"\n',
        b"id|text\n1|a b\n2|c\n",
        b"id,text\r1,a b\r2,c\r",
        b'id,"text"\r"1",a b\r2,c',
    ],
)
def test_csv_dialects(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "pool.csv"
    path.write_bytes(data)
    assert rows_of(path) == [{"id": "1", "text": "a b"}, {"id": "2", "text": "c"}]


def test_several_files_are_one_pool(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text\n1,x\n")
    (tmp_path / "b.jsonl").write_text('{"text": "y", "id": 2}\n')
    (tmp_path / "none.csv").write_text("id,text\n")
    pieces = list(read([tmp_path / "a.csv", tmp_path / "none.csv", tmp_path / "b.jsonl"]))
    assert [(piece.path.name, piece.table.row(0)) for piece in pieces] == [
        ("a.csv", ("1", "x")),
        ("b.jsonl", ("2", "y")),
    ]


def test_files_with_other_columns_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text\n1,x\n")
    (tmp_path / "b.csv").write_text("id,body\n1,x\n")
    error = refused(tmp_path / "a.csv", tmp_path / "b.csv")
    assert "b.csv lacks 'text' and has 'body'" in error.message


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv.gz", gzip.compress(b"", mtime=0), "is empty"),
        ("a.jsonl", b" \n\n", "is empty"),
        ("a.csv", b"id,text\n", "no rows"),
        ("a.csv", b"id,id\n1,2\n", "two columns are named 'id'"),
        ("a.csv", b",text\n1,2\n", "column 1 has no name"),
        ("a.jsonl", b"{}\n", "has no columns"),
        ("a.csv", b"id,text\n1,caf\xe9\n", "not UTF-8: row 1, column 'text'"),
        ("a.csv", "id,text\n1,2\n".encode("utf-16"), "UTF-16"),
        ("a.csv", b'id,text\n1,a\n2,"b\n3,c\n', "a quotation mark opened in row 2 or before"),
        ("a.csv", b'id,text\n1,a\n2,"b\n3,c', "a quotation mark opened in row 2 or before"),
        ("a.xlsx", b"PK", "'.xlsx' is not known"),
        ("a", b"id\n1\n", "'no suffix' is not known"),
        ("a.csv", "id,text\n1,2\n".encode("utf-16-le"), "is UTF-16"),
        ("a.csv", "id,text\n1,2\n".encode("utf-16-be"), "is UTF-16"),
        ("a.csv.gz", gzip.compress(b"id,text\n" + b"1,2\n" * 9999, mtime=0)[:-20], "is cut off"),
        ("a.jsonl.gz", gzip.compress(b'{"id": 1}\n' * 9999, mtime=0)[:-20], "is cut off"),
        ("a.csv.gz", gzip.compress(b"id\n1\n", mtime=0) + b"junk", "is damaged"),
        ("a.parquet", b"PAR1 no", "cannot be read as Parquet"),
        ("a.jsonl", b'{"id": 1}\n{"id": 2\n', "line 2"),
        ("a.jsonl", b'[{"id": 1}]\n', "not an object but `array`"),
        ("a.jsonl", b'{\n"id": 1\n}\n', "3 lines cannot be read as JSON objects; the first is line 1"),
        ("a.jsonl", b'{"id": "caf\xe9"}\n', "not UTF-8"),
        (
            "a.jsonl",
            b'{"id": 1}\n{"id": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n",
            "line 2 cannot be read as a JSON object: nested too deeply",
        ),
        ("a.jsonl", b'{"a": "\\ud83d\\ude00 \\ude00"}\n', "line 1 cannot be read as a JSON object: \\ude00 is half"),
        ("a.jsonl", b'{"a": "\\ud83d\\ude00"}\n{"a": \n', "line 2 cannot be read as a JSON object: Input data was"),
        (
            "a.jsonl",
            b'{"id": 1}\n{"id": "\\ud800"}\n',
            "line 2 cannot be read as a JSON object: \\ud800 is half of a character",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_clearly(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    error = refused(path)
    assert says in error.message
    assert name in error.message


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert "there is no file" in refused(tmp_path / "a.csv").message
    (tmp_path / "b.csv").mkdir()
    assert "is a folder" in refused(tmp_path / "b.csv").message
    assert "is a folder" in refused(tmp_path).message
    assert "there is no file" in refused(tmp_path / "gone").message


def test_wrong_field_counts_are_counted_and_the_first_ten_named(tmp_path: Path) -> None:
    path = tmp_path / "pool.csv"
    path.write_text('id,text\n1,"a\n\nb"\n2\n3,c\n' + "4,5,6\n" * 20)
    error = refused(path, block=64)
    assert "21 rows have a wrong number of fields; the first is row 2: 1 field where" in error.message
    assert [fault.line for fault in error.faults] == [2, *range(4, 13)]
    assert error.faults[1].value == "4,5,6"


def test_a_row_longer_than_a_block_is_named(tmp_path: Path) -> None:
    path = tmp_path / "pool.csv"
    path.write_text('id,text\n1,a\n2,"' + "b\n" * 500)
    assert "a row after row 1 is longer than 100 bytes" in refused(path, block=100).message


def test_text_columns_are_guessed() -> None:
    table = pl.DataFrame(
        {
            "id": [f"a row number {i}" for i in range(9)],
            "text": [f"please send card number {i}" for i in range(9)],
            "題": ["東京の天気は晴れ" + str(i) for i in range(9)],
            "plan": ["the big gold plan"] * 9,
            "when": [f"2024-01-0{i} 10:00:00 UTC" for i in range(9)],
            "empty": [None] * 9,
        },
        schema_overrides={"empty": pl.String},
    )
    assert guess_text(table) == ["text", "題"]


def test_the_id_column_is_guessed() -> None:
    assert guess_id(["text", "Id"]) == "Id"
    assert guess_id(["ID", "id"]) == "id"
    assert guess_id(["ident"]) is None
