"""A batch for several annotators: a file each, rows in common, and what comes back."""

from __future__ import annotations

import csv
import errno
import json
import os
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from campaign import CLASSES, alcli, annotate, make_project, specify, succeed, truth

TRIO = ("ana", "Ben", "Chloé")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path)


def told(project: Path, *words: str | Path) -> dict[str, Any]:
    outcome: dict[str, Any] = json.loads(succeed("-C", project, *words, "--json").stdout)
    return outcome


def select(project: Path, *words: str | Path) -> dict[str, Any]:
    return told(project, "select", *words)


def rows_of(file: str | Path) -> list[dict[str, str]]:
    with open(file, encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def answered(file: str | Path, label: Callable[[str], str] = truth) -> Path:
    """The file with a label in every row, in its own place."""
    return annotate(Path(file), Path(file), label)


def files(made: dict[str, Any]) -> list[Path]:
    return [Path(path) for path in made["outputs"].values()]


def test_one_batch_a_file_each(project: Path) -> None:
    made = select(project, "-n", "10", "--annotators", ",".join(TRIO))
    assert [path.name for path in files(made)] == ["round-001-ana.csv", "round-001-ben.csv", "round-001-chloé.csv"]
    assert list(map(str, files(made))) == made["files"]
    assert sorted(made["annotators"].values()) == [3, 3, 4], "balanced"
    handed = {name: rows_of(path) for name, path in made["outputs"].items()}
    assert {name: len(rows) for name, rows in handed.items()} == made["annotators"]
    assert all(row["annotator"] == name and not row["label"] for name, rows in handed.items() for row in rows)
    keys = [row["alcli_id"] for rows in handed.values() for row in rows]
    assert sorted(keys) == [row["key"] for row in made["rows"]], "each row once, with one key"
    assert made["n_shared"] == 0
    assert told(project, "status")["out"] == 10
    assert len(succeed("-C", project, "log", "--json").stdout.splitlines()) == 2, "one step, one round"


def test_each_file_keeps_the_order_of_the_batch(project: Path) -> None:
    made = select(project, "-n", "12", "--annotators", "ana,ben", "--overlap", "0.5")
    order = [row["key"] for row in made["rows"]]
    assert made["n_shared"] == 6
    for path in files(made):
        keys = [row["alcli_id"] for row in rows_of(path)]
        assert keys == [key for key in order if key in keys]


def test_the_same_rows_are_chosen_whoever_labels_them(project: Path) -> None:
    alone = select(project, "-n", "10", "--dry-run")
    dealt = select(project, "-n", "10", "--dry-run", "--annotators", "ana,ben", "--overlap", "0.3")
    assert [row["id"] for row in alone["rows"]] == [row["id"] for row in dealt["rows"]]
    assert dealt["annotators"] and not dealt["files"] and not dealt["outputs"]
    assert not list(project.glob("round-*"))


def test_what_people_are_told(project: Path) -> None:
    result = succeed("-C", project, "select", "-n", "10", "--annotators", "ana,ben", "--overlap", "0.2")
    assert "Each annotator has a file of their own; 2 rows asked of more than one." in result.stdout
    assert f"Handoff file (ana, 6 rows): {project / 'round-001-ana.csv'}" in result.stdout
    both = f"{project / 'round-001-ana.csv'} {project / 'round-001-ben.csv'}"
    assert f"then: alcli -C {project} ingest {both}" in result.stderr
    quiet = succeed("-C", project, "select", "-n", "2", "--annotators", "ana,ben", "-q")
    assert quiet.stdout.splitlines() == [str(project / f"round-002-{name}.csv") for name in ("ana", "ben")]


def test_a_row_asked_of_two_is_out_until_both_have_answered(project: Path) -> None:
    specify(project, "retrain.when", '"batch_complete"')
    made = select(project, "-n", "8", "--annotators", "ana,ben", "--per-row", "2")
    ana, ben = files(made)
    first = told(project, "ingest", answered(ana))
    assert (first["accepted"], first["out"]) == (8, 8)
    assert not first["retrain"]["fires"]
    assert len(told(project, "status")["labels_by_class"]) == 3, "one answer is a label meanwhile"
    second = told(project, "ingest", answered(ben))
    assert (second["accepted"], second["corrected"], second["out"]) == (8, 0, 0)
    assert second["retrain"]["fires"]
    again = told(project, "ingest", ben, ana)
    assert (again["accepted"], again["unchanged"], again["step"]) == (0, 16, None)
    assert told(project, "status")["annotators"] == {"ana": 8, "ben": 8}


def test_three_annotators_three_rounds(project: Path) -> None:
    asked: Counter[str] = Counter()
    pairs: Counter[frozenset[str]] = Counter()
    labelled: set[str] = set()
    for number in range(1, 4):
        made = select(project, "-n", "10", "--annotators", ",".join(TRIO), "--overlap", "0.2")
        assert (made["round"], made["n_shared"]) == (number, 2)
        assert max(made["annotators"].values()) - min(made["annotators"].values()) <= 1
        asked.update(made["annotators"])
        pairs.update(frozenset(row["to"]) for row in made["rows"] if len(row["to"]) > 1)
        handed = files(made)
        for path in handed[::-1] if number % 2 else handed:
            succeed("-C", project, "ingest", answered(path))
        ids = {row["id"] for row in made["rows"]}
        assert len(ids) == 10 and not ids & labelled, "no row comes in two rounds"
        labelled |= ids
        status = told(project, "status")
        assert (status["out"], status["labels"], status["conflicts"]) == (0, 10 * number, 0)
        assert status["annotators"] == dict(asked.most_common())
        succeed("-C", project, "retrain")
    assert sum(asked.values()) == 36
    exported = list(csv.DictReader(succeed("-C", project, "export").stdout.splitlines()))
    assert {row["id"]: row["label"] for row in exported} == {name: truth(name) for name in labelled}


def test_people_without_names_take_one_file_for_two(project: Path, tmp_path: Path) -> None:
    made = select(project, "-n", "6", "--per-row", "2")
    (file,) = made["files"]
    assert "annotator" not in rows_of(file)[0]
    assert (made["n_shared"], made["outputs"]) == (6, {})
    ana = annotate(Path(file), tmp_path / "a.csv")
    assert told(project, "ingest", ana, "--annotator", "ana")["out"] == 6
    assert told(project, "ingest", ana, "--annotator", "ana")["unchanged"] == 6
    ben = annotate(Path(file), tmp_path / "b.csv", lambda name: CLASSES[0])
    second = told(project, "ingest", ben, "--annotator", "ben")
    assert (second["accepted"], second["out"], second["conflicts"]) == (6, 0, sum(map(_other, made["rows"])))


def _other(row: dict[str, Any]) -> bool:
    return truth(row["id"]) != CLASSES[0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--overlap", "0.2"), "none is named"),
        (("--annotators", "ana,ben", "--per-row", "3"), "not of 3"),
        (("--annotators", "ana,Ana"), "the same name: 'ana' and 'Ana'"),
        (("--annotators", " , "), "nobody to ask"),
    ],
)
def test_what_cannot_be_dealt_out_is_refused(project: Path, words: Sequence[str], said: str) -> None:
    result = alcli("-C", project, "select", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not list(project.glob("round-*"))


def test_faults_of_the_specification_are_told_as_such(project: Path) -> None:
    specify(project, "answers", "overlap = 0.2")
    result = alcli("-C", project, "select")
    assert result.exit_code == 5
    assert "[answers]" in result.stderr
    assert select(project, "-n", "4", "--annotators", "ana,ben")["annotators"] == {"ana": 2, "ben": 2}


def test_the_specification_names_them_and_the_step_records_what_was_used(project: Path) -> None:
    specify(project, "answers", 'annotators = ["ana", "ben"]\noverlap = 0.5')
    assert select(project, "-n", "4")["n_shared"] == 2
    assert select(project, "-n", "4", "--overlap", "0", "--annotators", "dan")["annotators"] == {"dan": 4}
    steps = [json.loads((project / f".alcli/steps/000{n}/step.json").read_text()) for n in (2, 3)]
    recorded = [step["settings"]["answers"] for step in steps]
    assert [(one["annotators"], one["overlap"]) for one in recorded] == [(["ana", "ben"], 0.5), (["dan"], 0.0)]
    assert steps[0]["did"]["outputs"] == {"ana": "round-001-ana.csv", "ben": "round-001-ben.csv"}


def test_names_become_names_of_files(project: Path) -> None:
    made = select(project, "-n", "5", "--annotators", "Ann/../../x,Ann x,Ann-x,../..,=cmd()")
    names = ["ann-x", "ann-x-2", "ann-x-3", "annotator", "cmd"]
    assert [path.name for path in files(made)] == [f"round-001-{name}.csv" for name in names]
    assert all(path.parent == project for path in files(made))
    for path in files(made):
        succeed("-C", project, "ingest", answered(path))
    assert set(told(project, "status")["annotators"]) == set(made["annotators"])


def test_one_spelling_for_one_person(project: Path) -> None:
    for path in files(select(project, "-n", "4", "--annotators", "Ana,Ben")):
        succeed("-C", project, "ingest", answered(path))
    assert set(select(project, "-n", "4", "--annotators", "ben, ANA,Dan")["annotators"]) == {"Ben", "Ana", "Dan"}


def test_files_are_called_after_the_one_that_is_named(project: Path, tmp_path: Path) -> None:
    made = select(project, "-n", "4", "--annotators", "ana,ben", "-o", tmp_path / "batch.jsonl")
    assert [path.name for path in files(made)] == ["batch-ana.jsonl", "batch-ben.jsonl"]
    assert all(json.loads(line)["annotator"] == "ana" for line in files(made)[0].read_text().splitlines())
    alone = select(project, "-n", "4", "--annotators", "ana", "-o", tmp_path / "ana.csv")
    assert alone["files"] == [str(tmp_path / "ana.csv")]


def test_nothing_is_written_where_one_file_is_there(project: Path) -> None:
    (project / "round-001-ben.csv").write_text("mine")
    result = alcli("-C", project, "select", "-n", "4", "--annotators", "ana,ben")
    assert result.exit_code == 4
    assert "round-001-ben.csv is there already" in result.stderr
    assert not (project / "round-001-ana.csv").exists()
    assert told(project, "status")["out"] == 0


def test_more_annotators_than_rows(project: Path) -> None:
    made = select(project, "-n", "1", "--annotators", "ana,ben,dan")
    assert len(made["files"]) == 1
    assert sum(made["annotators"].values()) == 1


def test_remake_writes_what_is_lost_and_leaves_what_was_labelled(project: Path, tmp_path: Path) -> None:
    ana, ben = files(select(project, "-n", "6", "--annotators", "ana,ben", "--overlap", "0.5"))
    before = {path: path.read_bytes() for path in (ana, ben)}
    for path in before:
        path.unlink()
    assert told(project, "select", "--remake")["files"] == [str(ana), str(ben)]
    assert {path: path.read_bytes() for path in before} == before
    work = answered(ana).read_bytes()
    ben.unlink()
    made = told(project, "select", "--remake")
    assert (made["files"], made["kept"]) == ([str(ben)], [str(ana)])
    assert (ana.read_bytes(), ben.read_bytes()) == (work, before[ben])
    assert "Left as it is" not in alcli("-C", project, "select", "--remake").stdout, "nothing is lost: it is refused"
    made = told(project, "select", "--remake", "-o", tmp_path / "new.csv")
    assert [Path(path).read_bytes() for path in made["files"]] == list(before.values())


def test_a_file_without_the_column_is_still_theirs(project: Path, tmp_path: Path) -> None:
    ana, _ = files(select(project, "-n", "8", "--annotators", "ana,ben", "--overlap", "0.5"))
    rows = rows_of(answered(ana))
    bare = tmp_path / "bare.csv"
    with bare.open("w", newline="") as file:
        writer = csv.DictWriter(file, ["alcli_id", "label"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    succeed("-C", project, "ingest", bare)
    assert told(project, "status")["annotators"] == {"ana": len(rows)}


def test_a_stand_in_is_named_where_the_file_names_nobody(project: Path, tmp_path: Path) -> None:
    made = select(project, "-n", "8", "--annotators", "ana,ben")
    ana, ben = files(made)
    warned = told(project, "ingest", answered(ana), "--annotator", "dan")["warnings"]
    assert len(warned) == 1 and "'ana'" in warned[0]["reason"] and "'dan'" in warned[0]["reason"]
    nameless = annotate(ben, tmp_path / "b.csv", lambda name: "", column="annotator")
    answered(nameless)
    assert not told(project, "ingest", nameless, "--annotator", "dan")["warnings"]
    assert told(project, "status")["annotators"] == {"ana": 4, "dan": 4}
    assert told(project, "status")["out"] == 0


def test_files_merged_by_hand_into_one(project: Path, tmp_path: Path) -> None:
    made = select(project, "-n", "8", "--annotators", "ana,ben", "--overlap", "0.5")
    ana, ben = files(made)
    merged = tmp_path / "merged.csv"
    merged.write_text(answered(ana).read_text() + "\n".join(answered(ben, _wrong).read_text().splitlines()[1:]) + "\n")
    taken = told(project, "ingest", merged)
    assert (taken["accepted"], taken["out"], taken["conflicts"]) == (12, 0, 4)
    assert told(project, "status")["annotators"] == made["annotators"]


def _wrong(name: str) -> str:
    return CLASSES[(CLASSES.index(truth(name)) + 1) % 3]


def test_what_one_left_blank_waits_for_them_and_what_both_did_goes_out_again(project: Path) -> None:
    ana, ben = files(select(project, "-n", "8", "--annotators", "ana,ben", "--overlap", "0.5"))
    shared = {row["id"] for row in rows_of(ana)} & {row["id"] for row in rows_of(ben)}
    succeed("-C", project, "ingest", answered(ana))
    taken = told(project, "ingest", answered(ben, lambda name: ""))
    assert (taken["blank"], taken["out"]) == (6, 6)
    again = {row["id"] for row in select(project, "-n", "40", "--reissue")["rows"]}
    left = {row["id"] for row in rows_of(ben)}
    assert again & left == left - shared, "of the others there is an answer"
    assert told(project, "ingest", answered(ben))["accepted"] == len(left)


@pytest.mark.parametrize("form", ["jsonl", "xlsx", "label_studio", "doccano", "prodigy", "html"])
def test_every_format_goes_out_to_each(project: Path, form: str) -> None:
    if form == "xlsx":
        pytest.importorskip("xlsxwriter", reason="the extra alcli[xlsx] is not installed")
    made = select(project, "-n", "6", "--annotators", "ana,ben", "--format", form)
    assert len(files(made)) == 2
    assert all(path.stat().st_size for path in files(made))
    named = [b'"annotator": "ana"' in path.read_bytes() for path in files(made)]
    assert named == ([True, False] if form == "jsonl" else [False, False])
    if form == "html":
        assert '"annotator":"ana"' in files(made)[0].read_text(), "the page knows whose it is"
        assert made["next"].endswith("round-001-ana.csv " + str(project / "round-001-ben.csv"))
    assert told(project, "status")["next"] == made["next"]


def test_a_tool_that_tells_no_name_is_read_as_whose_it_was(project: Path, tmp_path: Path) -> None:
    made = select(project, "-n", "8", "--annotators", "ana,ben", "--overlap", "0.5", "--format", "doccano")
    for name, path in made["outputs"].items():
        tasks = [json.loads(line) for line in Path(path).read_text().splitlines()]
        done = [{**task, "label": [truth(task["pool_id"])], "Comments": []} for task in tasks]
        export = tmp_path / f"{name}.jsonl"
        export.write_text("".join(json.dumps(task) + "\n" for task in done))
        succeed("-C", project, "ingest", export)
    status = told(project, "status")
    assert (status["annotators"], status["out"]) == (made["annotators"], 0)


def test_the_terminal_labels_in_the_name_of_whom_the_file_is_for(project: Path) -> None:
    from alcli.campaign.handoff.desk import Desk
    from alcli.project.project import Project

    ana, _ = files(select(project, "-n", "4", "--annotators", "Ana Maria,ben"))
    opened = Project.open(project)
    assert Desk.of(ana, opened, "", "root").annotator == "Ana Maria"
    assert Desk.of(ana, opened, "dan", "root").annotator == "dan"
    desk = Desk.of(ana, opened, "dan")
    desk.answer(0, CLASSES[0], "", 1.0)
    assert [row["annotator"] for row in rows_of(ana)] == ["dan", "Ana Maria"]
    (file,) = select(project, "-n", "4")["files"]
    assert Desk.of(Path(file), opened, "", "root").annotator == "root"


def test_advance_hands_out_to_each_and_writes_again_what_a_kill_left(project: Path) -> None:
    specify(project, "answers", 'annotators = ["ana", "ben"]\noverlap = 0.5')
    specify(project, "select.batch_size", "4")
    specify(project, "stop.any", '[{ use = "budget", labels = 8 }]')
    told(project, "advance")
    ana, ben = (project / "outbox" / f"round-001-{name}.csv" for name in ("ana", "ben"))
    before = ben.read_bytes()
    ben.rename(ben.with_name(f".{ben.name}.0123abcd.tmp"))
    made = told(project, "advance")
    assert ben.read_bytes() == before
    assert [done["round"] for done in made["selected"]] == [1], "no other batch"
    answered(ana).rename(project / "inbox" / "a.csv")
    assert told(project, "advance", "--settle", "0")["selected"] == [], "ben is still to be heard"
    answered(ben).rename(project / "inbox" / "b.csv")
    made = told(project, "advance", "--settle", "0")
    assert [Path(file).name for file in made["selected"][0]["files"]] == ["round-002-ana.csv", "round-002-ben.csv"]


def test_hooks_are_told_whose_file_is_which(project: Path) -> None:
    specify(project, "hooks.on_select", '"tee told.json"')
    made = select(project, "-n", "4", "--annotators", "ana,ben")
    assert json.loads((project / "told.json").read_text())["outputs"] == made["outputs"]


def test_a_disk_that_refuses_one_file_is_told_and_mended(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = os.replace

    def refusing(source: str | Path, target: str | Path) -> None:
        if str(target).endswith("-ben.csv"):
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", refusing)
    result = alcli("-C", project, "select", "-n", "4", "--annotators", "ana,ben,dan")
    assert result.exit_code == 4
    assert "round 1 was chosen (step 2), but " in result.stderr
    assert f"{project / 'round-001-ben.csv'} could not be written" in result.stderr
    assert f"alcli -C {project} select --remake" in result.stderr
    monkeypatch.undo()
    succeed("-C", project, "select", "--remake")
    assert sum(len(rows_of(file)) for file in project.glob("round-001-*.csv")) == 4
    assert not list(project.glob(".*.tmp"))


def test_whose_files_are_still_awaited(project: Path) -> None:
    from alcli.campaign.handoff.awaiting import awaited
    from alcli.project.project import Project

    def files_awaited() -> list[str]:
        state = Project.open(project).state
        return [file for batch in state.batches for file in awaited(state, batch).values()]

    ana, ben = files(select(project, "-n", "6", "--annotators", "ana,ben", "--overlap", "0.5"))
    assert files_awaited() == [ana.name, ben.name]
    succeed("-C", project, "ingest", answered(ben))
    assert files_awaited() == [ana.name]
    select(project, "-n", "2")
    succeed("-C", project, "ingest", answered(ana))
    assert files_awaited() == ["round-002.csv"]
