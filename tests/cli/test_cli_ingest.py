"""`ingest` as a user meets it; which answers may be taken is tested in `tests/core/test_judging.py`."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest
from campaign import alcli, annotate, command, environment, make_project, succeed, truth, write_pool

from alcli.project.project import Project


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A project with fixed classes and a batch of eight rows out."""
    project = tmp_path / "p"
    pool = write_pool(tmp_path / "pool.csv")
    succeed("init", project, "--pool", pool, "--text", "text", "--classes", "billing,access,delivery")
    succeed("-C", project, "select", "-n", "8")
    return project


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def write(file: Path, rows: list[dict[str, str]], **form: Any) -> Path:
    text = io.StringIO()
    writer = csv.DictWriter(
        text, rows[0], **{"lineterminator": "\n", **{k: v for k, v in form.items() if k != "encoding"}}
    )
    writer.writeheader()
    writer.writerows(rows)
    file.write_bytes(text.getvalue().encode(form.get("encoding", "utf-8")))
    return file


def ingest(project: Path, *words: str | Path) -> dict[str, Any]:
    result = alcli("-C", project, "ingest", *words, "--json")
    told: dict[str, Any] = json.loads(result.stdout)
    assert told["exit_code"] == result.exit_code
    return told


def steps(project: Path) -> int:
    return int(json.loads(succeed("-C", project, "status", "--json").stdout)["steps"])


def labelled(project: Path, tmp_path: Path, **form: Any) -> Path:
    rows = rows_of(project / "round-001.csv")
    for row in rows:
        row["label"] = truth(row["id"])
    return write(tmp_path / "back.csv", rows, **form)


def test_taken_once_then_nothing_new(out: Path, tmp_path: Path) -> None:
    file = labelled(out, tmp_path)
    told = ingest(out, file, "--annotator", "anna")
    assert (told["accepted"], told["out"], told["step"]) == (8, 0, 3)
    again = ingest(out, file, "--annotator", "anna")
    assert (again["accepted"], again["unchanged"], again["step"]) == (0, 8, None)
    assert steps(out) == 3
    assert "Nothing new" in succeed("-C", out, "ingest", file, "--annotator", "anna").stdout


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_as_spreadsheets_save_it(out: Path, tmp_path: Path, encoding: str, delimiter: str, line_end: str) -> None:
    file = labelled(out, tmp_path, encoding=encoding, delimiter=delimiter, lineterminator=line_end)
    assert ingest(out, file)["accepted"] == 8


def test_any_order_of_rows_and_columns_extra_ones_and_blank_rows(out: Path, tmp_path: Path) -> None:
    rows = [{"note": "x", **dict(reversed(row.items()))} for row in reversed(rows_of(labelled(out, tmp_path)))]
    rows.insert(2, dict.fromkeys(rows[0], ""))
    assert ingest(out, write(tmp_path / "sorted.csv", rows))["accepted"] == 8


def test_matched_by_the_pools_id_where_our_key_is_gone(out: Path, tmp_path: Path) -> None:
    rows = [{"id": row["id"], "label": row["label"]} for row in rows_of(labelled(out, tmp_path))]
    assert ingest(out, write(tmp_path / "bare.csv", rows))["accepted"] == 8


def test_blank_is_not_yet_labelled_and_a_skip_is_an_answer(out: Path, tmp_path: Path) -> None:
    rows = rows_of(labelled(out, tmp_path))
    rows[0]["label"], rows[1]["label"], rows[2]["label"] = "  ", "?", "Skip"
    told = ingest(out, write(tmp_path / "part.csv", rows))
    assert (told["accepted"], told["blank"], told["skipped"], told["out"]) == (5, 1, 2, 1)


def test_all_or_nothing_with_every_fault_named(out: Path, tmp_path: Path) -> None:
    rows = rows_of(labelled(out, tmp_path))
    rows[1]["label"], rows[4]["label"] = "biling", "nonsense"
    file = write(tmp_path / "bad.csv", rows)
    told = ingest(out, file)
    assert told["exit_code"] == 3
    assert told["accepted"] == 0
    assert [(r["line"], r["id"], r["value"]) for r in told["rejected"]] == [
        (3, rows[1]["id"], "biling"),
        (6, rows[4]["id"], "nonsense"),
    ]
    assert "billing" in told["rejected"][0]["reason"]
    assert steps(out) == 2
    shown = alcli("-C", out, "ingest", file)
    assert shown.exit_code == 3
    assert "line 3" in shown.stderr
    assert "--skip-bad-rows" in shown.stderr
    assert "still out" not in shown.output, "all eight are: nothing was taken"
    assert "line 3" in alcli("-C", out, "ingest", "-q", file).stderr, "quiet is not silent about a refusal"


def test_skip_bad_rows_takes_the_good_and_the_bad_can_be_mended(out: Path, tmp_path: Path) -> None:
    rows = rows_of(labelled(out, tmp_path))
    right = rows[1]["label"]
    rows[1]["label"] = "biling"
    told = ingest(out, write(tmp_path / "bad.csv", rows), "--skip-bad-rows")
    assert (told["exit_code"], told["accepted"], told["out"]) == (0, 7, 1)
    rejected = Path(told["rejected_files"][0])
    assert rejected.name == "bad.rejected.csv"
    mended = rows_of(rejected)
    assert [row["id"] for row in mended] == [rows[1]["id"]]
    assert mended[0]["why"]
    mended[0]["label"] = right
    assert ingest(out, write(tmp_path / "mended.csv", mended))["accepted"] == 1


def test_where_the_bad_rows_cannot_be_written_the_good_are_not_taken(out: Path, tmp_path: Path) -> None:
    rows = rows_of(labelled(out, tmp_path))
    rows[1]["label"] = "biling"
    file = write(tmp_path / f"{'long' * 61}.csv", rows)  # with `.rejected` the name is too long for any disk
    assert alcli("-C", out, "ingest", file, "--skip-bad-rows").exit_code == 4
    assert steps(out) == 2


def test_where_the_good_rows_cannot_be_taken_the_bad_are_not_set_apart(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = rows_of(labelled(out, tmp_path))
    rows[1]["label"] = "biling"

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Project, "commit", full)
    result = alcli("-C", out, "ingest", write(tmp_path / "bad.csv", rows), "--skip-bad-rows")
    assert result.exit_code == 4 and "the disk is full" in result.stderr
    assert not list(tmp_path.glob("*rejected*"))


def test_a_changed_label_is_a_correction(out: Path, tmp_path: Path) -> None:
    rows = rows_of(labelled(out, tmp_path))
    ingest(out, write(tmp_path / "first.csv", rows))
    rows[3]["label"] = "access" if rows[3]["label"] != "access" else "billing"
    told = ingest(out, write(tmp_path / "second.csv", rows))
    assert (told["accepted"], told["corrected"], told["unchanged"]) == (0, 1, 7)
    labels = {row["id"]: row["label"] for row in csv.DictReader(succeed("-C", out, "export").stdout.splitlines())}
    assert labels[rows[3]["id"]] == rows[3]["label"]
    log = [json.loads(line) for line in succeed("-C", out, "log", "--json").stdout.splitlines()]
    assert log[-1]["did"]["corrected"] == 1


def test_unasked_rows_are_refused_unless_told(out: Path, tmp_path: Path) -> None:
    asked = {row["id"] for row in rows_of(out / "round-001.csv")}
    free = next(f"t{n:02d}" for n in range(40) if f"t{n:02d}" not in asked)
    file = write(tmp_path / "free.csv", [{"id": free, "label": "billing"}])
    told = ingest(out, file)
    assert told["exit_code"] == 3
    assert "--unasked" in told["rejected"][0]["reason"]
    assert ingest(out, file, "--unasked")["accepted"] == 1


def test_another_rows_text_is_refused_and_an_edited_one_is_a_warning(out: Path, tmp_path: Path) -> None:
    rows = rows_of(labelled(out, tmp_path))
    rows[0]["text"] += " and a remark"
    told = ingest(out, write(tmp_path / "edited.csv", rows), "--dry-run")
    assert (told["exit_code"], told["accepted"], len(told["warnings"])) == (0, 8, 1)
    texts = [row["text"] for row in rows_of(labelled(out, tmp_path))]
    for row, text in zip(rows, [*texts[1:], texts[0]], strict=True):
        row["text"] = text
    assert ingest(out, write(tmp_path / "shifted.csv", rows))["exit_code"] == 3


def test_two_annotators_who_disagree_leave_the_row_open(out: Path, tmp_path: Path) -> None:
    file = labelled(out, tmp_path)
    ingest(out, file, "--annotator", "anna")
    rows = rows_of(file)
    rows[0]["label"] = "access" if rows[0]["label"] != "access" else "billing"
    told = ingest(out, write(tmp_path / "ben.csv", rows), "--annotator", "ben")
    assert told["accepted"] == 8
    status = json.loads(succeed("-C", out, "status", "--json").stdout)
    assert (status["labels"], status["conflicts"]) == (7, 1)
    assert status["annotators"] == {"anna": 8, "ben": 8}


def test_dry_run_takes_nothing(out: Path, tmp_path: Path) -> None:
    assert "Would take in" in succeed("-C", out, "ingest", labelled(out, tmp_path), "--dry-run").stdout
    assert steps(out) == 2


def test_standard_input(out: Path, tmp_path: Path) -> None:
    file = labelled(out, tmp_path)
    done = subprocess.run(
        command("-C", out, "ingest", "-", "--json"), input=file.read_bytes(), capture_output=True, env=environment()
    )
    assert json.loads(done.stdout)["accepted"] == 8


def test_what_is_no_file_is_refused_at_once(out: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "link.csv").symlink_to("/dev/null")
    with socket.socket(socket.AF_UNIX) as server:
        here = os.getcwd()
        os.chdir(tmp_path)  # a socket's path may not be long
        server.bind("socket.csv")
        os.chdir(here)
    for name in ("pipe.csv", "link.csv", "gone.csv", ".", "socket.csv"):
        told = ingest(out, tmp_path / name)
        assert told["exit_code"] == 3
        assert told["rejected"][0]["reason"]


def test_one_bad_file_among_good_ones_refuses_all(out: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    assert ingest(out, labelled(out, tmp_path), tmp_path / "empty.csv", "--skip-bad-rows")["exit_code"] == 3
    assert steps(out) == 2


def test_hostile_values_never_reach_the_terminal_raw(out: Path, tmp_path: Path) -> None:
    rows = rows_of(labelled(out, tmp_path))
    rows[0]["label"] = "\x1b[2Jgone\u202e"
    shown = alcli("-C", out, "ingest", write(tmp_path / "evil.csv", rows))
    assert "\x1b" not in shown.stderr + shown.stdout
    assert "\u202e" not in shown.stderr + shown.stdout
    assert r"\x1b[2Jgone" in shown.stderr


def test_new_classes_are_announced_where_they_are_not_fixed(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    succeed("-C", project, "select", "-n", "6")
    file = annotate(project / "round-001.csv", tmp_path / "b.csv")
    result = succeed("-C", project, "ingest", file)
    assert "New classes: " in result.stdout


def test_files_of_several_rounds_at_once(out: Path, tmp_path: Path) -> None:
    succeed("-C", out, "select", "-n", "5")
    files = [annotate(out / f"round-00{n}.csv", tmp_path / f"{n}.csv") for n in (1, 2)]
    assert ingest(out, *files)["accepted"] == 13
