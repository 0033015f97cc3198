"""`labels` as a user meets it: the classes change while the campaign is under way."""

from __future__ import annotations

import csv
import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from campaign import alcli, annotate, make_project, play_round, specify, succeed, truth, write_pool

from alcli.errors import ProjectMoved
from alcli.project import snapshot
from alcli.project.config import parse
from alcli.project.project import Project
from alcli.project.vault import Vault

CLASSES = '["billing", "access", "delivery"]'


def told(project: Path, *words: str | Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(succeed("-C", project, *words, "--json").stdout)
    return found


def steps(project: Path) -> int:
    return len(list((project / ".alcli" / "steps").glob("0*")))


def specification(project: Path) -> str:
    return (project / "alcli.toml").read_text(encoding="utf-8")


def counts(project: Path) -> dict[str, int]:
    return {line["name"]: line["labels"] for line in told(project, "labels")["classes"]}


def renamed(**names: str) -> Any:
    """An annotator who says some classes otherwise."""
    return lambda row: names.get(truth(row), truth(row))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of 16 labels of three classes that are named, and a batch of four rows that is out."""
    project = make_project(tmp_path_factory.mktemp("kept"))
    specify(project, "labels.classes", CLASSES)
    specify(project, "labels.guide", '{ billing = "money", access = "logging in" }')
    specify(project, "select.rare", '["access"]')
    specify(project, "select.explore", "0.5")
    specify(project, "features.text", '"tfidf"')
    specify(project, "model", 'use = "naive_bayes"')
    play_round(project, 16)
    succeed("-C", project, "retrain")
    succeed("-C", project, "select", "-n", "4")
    return project.parent


@pytest.fixture
def project(kept: Path, tmp_path: Path) -> Path:
    """The same, of one's own."""
    return Path(shutil.copytree(kept, tmp_path, dirs_exist_ok=True)) / "p"


@pytest.fixture
def brought(tmp_path: Path) -> Path:
    """A project in which the answers bring the classes."""
    project = make_project(tmp_path)
    play_round(project, 8)
    succeed("-C", project, "select", "-n", "4")
    return project


# --- seen -----------------------------------------------------------------------------------------


def test_alone_it_lists_the_classes_and_the_changes(project: Path) -> None:
    before = told(project, "labels")
    assert [line["name"] for line in before["classes"]] == ["billing", "access", "delivery"]
    assert sum(line["labels"] for line in before["classes"]) == 16
    assert before["classes"][0]["about"] == "money" and before["changes"] == []
    assert before["step"] is None
    succeed("-C", project, "labels", "add", "legal")
    shown = succeed("-C", project, "labels").stdout
    assert "legal" in shown and "'legal' was added" in shown
    assert succeed("-C", project, "labels", "-q").stdout.split() == ["billing", "access", "delivery", "legal"]


def test_a_dry_run_tells_and_changes_nothing(project: Path) -> None:
    before, text = steps(project), specification(project)
    asked = told(project, "labels", "split", "access", "--into", "password,lockout", "--dry-run")
    assert asked["queued"] > 0 and asked["step"] is None and asked["dry_run"]
    assert asked["next"].endswith(" labels split access password lockout")
    assert (steps(project), specification(project)) == (before, text)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("rename", "access", "login"), "the old names are understood in them"),
        (("retire", "access", "--skip"), "the old names are understood in them"),
        (("retire", "access"), "answers of the old class are refused in them"),
        (("split", "access", "password", "lockout"), "answers of the old class are refused in them"),
        (("split", "access", "password", "access"), "answers of the class that was split are taken in its new sense"),
    ],
)
def test_it_is_told_what_becomes_of_old_names_in_files_that_are_out(
    project: Path, words: tuple[str, ...], said: str
) -> None:
    assert f"4 rows are out, in files from before: {said}" in succeed("-C", project, "labels", *words).stdout
    back = annotate(project / "round-002.csv", project.parent / "b.csv", lambda row: "access")
    assert alcli("-C", project, "ingest", back).exit_code == (3 if "refused" in said else 0)


def test_the_log_tells_what_was_done(project: Path) -> None:
    n = counts(project)["access"]
    succeed("-C", project, "labels", "rename", "billing", "money")
    succeed("-C", project, "labels", "retire", "access")
    log = succeed("-C", project, "log").stdout
    assert "'billing' was renamed to 'money'" in log
    assert f"'access' was retired; {n} rows to be asked again" in log


def test_the_log_tells_what_was_edited_and_not_what_a_command_wrote_or_was_told(project: Path) -> None:
    succeed("-C", project, "labels", "rename", "billing", "money")
    succeed("-C", project, "undo")
    succeed("-C", project, "select", "-n", "2", "--annotators", "ana,ben")
    succeed("-C", project, "labels", "add", "legal")
    specify(project, "guard.quota", "0.5")
    specify(project, "answers.per_row", "2")
    succeed("-C", project, "labels", "add", "other")
    lines = [json.loads(line) for line in succeed("-C", project, "log", "--json").stdout.splitlines()]
    edited = {line["step"]: line["changed"] for line in lines if line["step"] > 5}
    assert edited == {6: [], 7: [], 8: [], 9: [], 10: ["answers", "guard"]}
    assert "round 3: 2 rows" in (log := succeed("-C", project, "log").stdout)
    assert "-> round-003-ana.csv, round-003-ben.csv" in log


@pytest.mark.parametrize("word", ["add", "rename", "merge", "split", "retire"])
def test_each_change_has_help_and_can_be_tried(word: str) -> None:
    shown = succeed("labels", word, "--help").stdout
    assert "--dry-run" in shown and "--json" in shown and "--quiet" in shown


# --- add ------------------------------------------------------------------------------------------


def test_a_new_class_may_be_answered_at_once_and_the_model_stays(project: Path) -> None:
    done = told(project, "labels", "add", "legal")
    assert parse(specification(project), "").labels.classes == ("billing", "access", "delivery", "legal")
    assert done["rows"] == 0 and not done["outdated"]
    assert "guide" in done["warnings"][0], "of the others annotators are told something"
    assert "before step 6: 'legal' was added" in succeed("-C", project, "status").stdout
    assert not told(project, "status")["retrain"]["fires"]
    back = annotate(project / "round-002.csv", project.parent / "b.csv", lambda row: "legal")
    succeed("-C", project, "ingest", back)
    assert counts(project)["legal"] == 4
    due = told(project, "status")["retrain"]
    assert due["fires"] and due["because"] == "4 labels of 'legal', which the model of step 4 does not know"
    assert succeed("-C", project, "predict", "-o", project.parent / "said.csv")


# --- rename ---------------------------------------------------------------------------------------


def test_under_a_new_name_everything_goes_on(project: Path) -> None:
    before = told(project, "status")
    done = told(project, "labels", "rename", "access", "logging in")
    assert done["rows"] == before["labels_by_class"]["access"] and done["queued"] == 0
    now = told(project, "status")
    assert now["labels"] == before["labels"] and now["retrain"]["because"] == before["retrain"]["because"]
    assert now["measured"]["n"] == before["measured"]["n"]
    assert {name.replace("access", "logging in") for name in before["measured"]["estimates"]} == {
        *now["measured"]["estimates"]
    }
    assert not now["outdated"] and now["models"][0]["overtaken_in"] == 0
    config = parse(specification(project), "")
    assert config.labels.classes == ("billing", "logging in", "delivery")
    assert (config.select.rare, config.labels.guide["logging in"].about) == (("logging in",), "logging in")
    said = project.parent / "said.csv"
    succeed("-C", project, "predict", "-o", said)
    with said.open(encoding="utf-8") as file:
        assert {row["label"] for row in csv.DictReader(file)} == {"billing", "logging in", "delivery"}
    succeed("-C", project, "export", "-o", said)
    assert "logging in" in said.read_text() and "access" not in said.read_text()


def test_files_from_before_may_say_the_old_name(project: Path) -> None:
    succeed("-C", project, "labels", "rename", "billing", "money")
    succeed("-C", project, "labels", "rename", "access", "logging in")
    back = annotate(project / "round-002.csv", project.parent / "b.csv", lambda row: "access")
    taken = told(project, "ingest", back)
    assert taken["accepted"] == 4
    about = [fault["reason"] for fault in taken["warnings"]]
    assert about == ["4 rows say 'access', taken as 'logging in': 'access' was renamed to 'logging in' in step 7"]
    assert told(project, "status")["labels_by_class"].keys() == {"money", "logging in", "delivery"}


def test_an_old_name_is_no_new_class_where_the_answers_bring_them(brought: Path) -> None:
    text = specification(brought)
    succeed("-C", brought, "labels", "rename", "access", "logging in")
    succeed("-C", brought, "labels", "merge", "billing", "delivery", "--into", "things")
    back = annotate(brought / "round-002.csv", brought.parent / "b.csv")
    assert told(brought, "ingest", back)["new_classes"] == []
    assert counts(brought).keys() == {"logging in", "things"}
    assert specification(brought) == text, "the list stays empty"


def test_rows_that_join_may_say_the_old_name_too(tmp_path: Path) -> None:
    def pool(name: str, rows: range) -> Path:
        file = tmp_path / name
        lines = [f"t{row:02d},{truth(f't{row:02d}')} number {row},{truth(f't{row:02d}')}" for row in rows]
        file.write_text("\n".join(["id,text,topic", *lines]) + "\n")
        return file

    project = tmp_path / "q"
    first = pool("first.csv", range(6))
    succeed("init", project, "--pool", first, "--id", "id", "--text", "text", "--label-column", "topic")
    succeed("-C", project, "labels", "rename", "access", "logging in")
    succeed("-C", project, "add", pool("more.csv", range(6, 12)))
    assert counts(project) == {"billing": 4, "logging in": 4, "delivery": 4}
    assert "needs step 2" in alcli("-C", project, "undo", "2").stderr, "the labels that joined are in its classes"


# --- merge ----------------------------------------------------------------------------------------


def test_a_merge_takes_labels_along_and_wants_another_model(project: Path) -> None:
    before = counts(project)
    done = told(project, "labels", "merge", "billing", "access", "--into", "account")
    assert counts(project) == {"account": before["billing"] + before["access"], "delivery": before["delivery"]}
    assert done["next"].endswith(" retrain")
    status = told(project, "status")
    assert status["retrain"]["fires"] and "the classes changed in step 6" in status["retrain"]["because"]
    assert status["measured"] is None and status["models"][0]["overtaken_in"] == 6
    assert "before step 6" in succeed("-C", project, "status").stdout
    for words in (("select",), ("predict",)):
        refused = alcli("-C", project, *words)
        assert refused.exit_code == 4 and "the classes changed in step 6" in refused.stderr
        assert refused.stderr.endswith(" retrain\n")
    back = annotate(project / "round-002.csv", project.parent / "b.csv", lambda row: "billing")
    assert "taken as 'account'" in succeed("-C", project, "ingest", back).stderr
    told(project, "retrain", "--if-due")
    status = told(project, "status")
    assert status["measured"]["n"] > 0 and not status["outdated"]
    assert [model["overtaken_in"] for model in status["models"]] == [6, 0]
    succeed("-C", project, "select", "-n", "2")


def test_a_merge_into_one_of_them(project: Path) -> None:
    before = counts(project)
    succeed("-C", project, "labels", "merge", "billing", "access", "--into", "access")
    assert counts(project) == {"access": before["billing"] + before["access"], "delivery": before["delivery"]}


def test_a_class_without_a_label_takes_no_model_with_it(project: Path) -> None:
    succeed("-C", project, "labels", "add", "legal")
    assert not told(project, "labels", "retire", "legal")["outdated"]
    succeed("-C", project, "select", "-n", "2")


# --- split and retire -----------------------------------------------------------------------------


def test_the_rows_of_a_split_class_are_asked_again(project: Path) -> None:
    before, was = counts(project), told(project, "status")
    done = told(project, "labels", "split", "access", "--into", "password,lockout")
    assert done["queued"] == done["waiting"] == before["access"] > 0
    assert counts(project) == {
        "billing": before["billing"],
        "password": 0,
        "lockout": 0,
        "delivery": before["delivery"],
    }
    now = told(project, "status")
    assert now["candidates"] == was["candidates"] + before["access"]
    assert now["queued"] == before["access"] and now["retrain"]["fires"]
    assert parse(specification(project), "").select.rare == ("password", "lockout")


def test_answers_of_a_split_class_are_refused_with_what_to_choose(project: Path) -> None:
    succeed("-C", project, "labels", "split", "access", "password", "lockout")
    back = annotate(project / "round-002.csv", project.parent / "b.csv", lambda row: "access")
    refused = alcli("-C", project, "ingest", back)
    assert refused.exit_code == 3
    assert "was split into 'password', 'lockout' in step 6: choose one of them" in refused.stderr


def test_a_class_that_stays_for_the_rest_may_be_meant_as_before(project: Path) -> None:
    n = counts(project)["access"]
    assert told(project, "labels", "split", "access", "--into", "password,access")["queued"] == n
    back = annotate(project / "round-002.csv", project.parent / "b.csv", lambda row: "access")
    taken = succeed("-C", project, "ingest", back)
    assert "4 rows say 'access', taken as 'access' in its new sense: 'access' was split" in taken.stderr
    again = alcli("-C", project, "ingest", project.parent / "returned-1.csv")
    assert again.exit_code == 3 and "after this row was handed out: it is asked again" in again.stderr
    assert told(project, "status")["queued"] == n, "what was answered before the split is not taken for an answer to it"


def test_nothing_is_measured_while_the_sample_has_a_hole(project: Path) -> None:
    assert told(project, "status")["measured"]
    succeed("-C", project, "labels", "split", "access", "password", "lockout")
    succeed("-C", project, "retrain")
    status = told(project, "status")
    assert status["unmeasured"] > 0 and status["measured"] is None
    assert "not known before" in succeed("-C", project, "status").stdout


def test_a_retired_class_is_asked_again_or_cannot_be_labelled(project: Path) -> None:
    n = counts(project)["access"]
    skipped = Path(shutil.copytree(project, project.parent / "skipped"))
    assert told(project, "labels", "retire", "access")["queued"] == n
    assert told(project, "status")["skipped"] == 0
    done = told(skipped, "labels", "retire", "access", "--skip")
    assert (done["rows"], done["queued"]) == (n, 0)
    assert told(skipped, "status")["skipped"] == n
    back = annotate(project / "round-002.csv", project.parent / "b.csv", lambda row: "access")
    refused = alcli("-C", project, "ingest", back)
    assert refused.exit_code == 3 and "'access' was retired in step 6: choose another class" in refused.stderr
    assert told(skipped, "ingest", back)["skipped"] == 4, "what it was retired to"


def test_that_too_few_classes_are_left_is_said(project: Path) -> None:
    succeed("-C", project, "labels", "retire", "access")
    done = told(project, "labels", "retire", "billing")
    assert any("only 'delivery' is left" in warning for warning in done["warnings"])
    assert not told(project, "status")["retrain"]["fires"], "of one class no model can be made"
    succeed("-C", project, "select", "-n", "2")


def test_a_rule_that_names_the_class_is_not_forgotten(project: Path) -> None:
    specify(project, "stop.all", '[{ use = "target", metric = "recall:access", at_least = 0.9 }]')
    done = told(project, "labels", "rename", "access", "logging in")
    assert "[stop] speaks of 'recall:access': 'access' was renamed to 'logging in'" in done["warnings"]


# --- refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("rename", "acess", "x"), "'acess' is not a class; nearest: access"),
        (("rename", "access", "billing"), "'billing' is a class already"),
        (("rename", "access", "access"), "is called so already"),
        (("rename", "access", "Billing"), "differs only by case from 'billing'"),
        (("rename", "access", "skip"), "'this one cannot be labelled'"),
        (("rename", "access", " "), "the name of a class is empty"),
        (("rename", "access", "a\x1b[31mb"), "cannot be the name of a class"),
        (("rename", "access", "x" * 201), "too long"),
        (("add", "access"), "'access' is a class already"),
        (("add", "new", "New"), "differs only by case"),
        (("add", ""), "the name of a class is empty"),
        (("merge", "access", "--into", "account"), "a merge needs two classes"),
        (("merge", "access", "--into", "access"), "a merge needs two classes"),
        (("split", "access", "--into", "password"), "two classes or more to split into"),
        (("split", "access"), "two classes or more to split into"),
        (("retire", "?"), "'?' is not a class"),
        (("retire", "nonsense"), "'nonsense' is not a class"),
    ],
)
def test_what_makes_no_sense_is_refused(project: Path, words: tuple[str, ...], said: str) -> None:
    before, text = steps(project), specification(project)
    refused = alcli("-C", project, "labels", *words)
    assert refused.exit_code == 2
    assert said in refused.stderr
    assert (steps(project), specification(project)) == (before, text)


def test_only_the_case_of_a_name_may_change(project: Path) -> None:
    succeed("-C", project, "labels", "rename", "access", "Access")
    assert counts(project).keys() == {"billing", "Access", "delivery"}


def test_names_are_never_swapped_while_files_may_say_them(project: Path) -> None:
    succeed("-C", project, "labels", "rename", "access", "logging in")
    refused = alcli("-C", project, "labels", "rename", "billing", "access")
    assert refused.exit_code == 2 and "'access' is what 'logging in' was called" in refused.stderr
    succeed("-C", project, "labels", "rename", "logging in", "access")
    assert counts(project).keys() == {"billing", "access", "delivery"}


@pytest.mark.parametrize("gone", [("retire", "access"), ("retire", "access", "--skip"), ("split", "access", "x", "y")])
@pytest.mark.parametrize(
    "taken", [("rename", "billing", "access"), ("merge", "billing", "delivery", "--into", "access")]
)
def test_the_name_of_a_class_that_is_no_more_is_given_to_no_other(
    project: Path, gone: tuple[str, ...], taken: tuple[str, ...]
) -> None:
    succeed("-C", project, "labels", *gone)
    refused = alcli("-C", project, "labels", *taken)
    assert refused.exit_code == 2
    assert "'access' is the name of a class that is no more: files from before may still say it" in refused.stderr
    succeed("-C", project, "labels", "add", "access")


def test_a_name_that_comes_back_for_a_part_is_told_from_the_whole(project: Path) -> None:
    """A file from before says it of both parts: of a row that had been answered it is not taken."""
    returned = project.parent / "returned-1.csv"
    rows = counts(project)["access"]
    succeed("-C", project, "labels", "rename", "access", "account")
    succeed("-C", project, "labels", "split", "account", "--into", "access,lockout")
    refused = alcli("-C", project, "ingest", returned)
    assert refused.exit_code == 3
    assert refused.stderr.count("'account' was split into 'access', 'lockout' in step 7, after this row") == rows
    assert counts(project)["access"] == 0


# --- undone, cut short ----------------------------------------------------------------------------

EACH = [
    ("add", "legal"),
    ("rename", "access", "logging in"),
    ("merge", "billing", "access", "--into", "account"),
    ("split", "access", "--into", "password,access"),
    ("retire", "access"),
]


@pytest.mark.parametrize("words", EACH, ids=lambda words: words[0])
def test_undo_takes_it_back_in_the_specification_too(project: Path, words: tuple[str, ...]) -> None:
    before, labels = told(project, "status"), counts(project)
    old = parse(specification(project), "")
    succeed("-C", project, "labels", *words)
    succeed("-C", project, "undo")
    assert parse(specification(project), "") == old
    assert counts(project) == labels
    now = told(project, "status")
    assert {**now, "steps": 0, "rounds": []} == {**before, "steps": 0, "rounds": []}
    assert now["rounds"][0]["answered"] == 16


def test_an_undo_that_is_refused_leaves_the_specification(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def moved(*_: object, **__: object) -> None:
        raise ProjectMoved("another was quicker")

    succeed("-C", project, "labels", "rename", "access", "logging in")
    text = specification(project)
    with monkeypatch.context() as patch:
        patch.setattr(Project, "commit", moved)
        assert alcli("-C", project, "undo").exit_code == 4
    assert specification(project) == text
    succeed("-C", project, "status")


def test_what_was_edited_by_hand_outlives_an_undo(project: Path) -> None:
    edited = CLASSES.replace("]", ', "legal"]')
    specify(project, "labels.classes", edited)
    succeed("-C", project, "labels", "rename", "access", "logging in")
    succeed("-C", project, "undo")
    assert list(parse(specification(project), "").labels.classes) == json.loads(edited)


def test_undo_is_refused_where_answers_are_in_its_classes(project: Path) -> None:
    succeed("-C", project, "labels", "rename", "access", "logging in")
    succeed("-C", project, "ingest", annotate(project / "round-002.csv", project.parent / "b.csv"))
    refused = alcli("-C", project, "undo", "6")
    assert refused.exit_code == 4 and "step 7 (ingest) needs step 6 (labels)" in refused.stderr


@pytest.mark.parametrize("words", EACH, ids=lambda words: words[0])
def test_killed_before_the_specification_was_written_it_is_understood(project: Path, words: tuple[str, ...]) -> None:
    old = specification(project)
    succeed("-C", project, "labels", *words)
    new, made = parse(specification(project), ""), steps(project)
    (project / "alcli.toml").write_text(old, encoding="utf-8")  # as a kill would have left it
    for command in (("status",), ("select",), ("retrain",), ("labels",), ("labels", "add", "other")):
        refused = alcli("-C", project, *command)
        assert refused.exit_code == 5, command
        assert "it does not know what step 6 did" in refused.stderr
        assert "alcli" in refused.stderr and "labels " + words[0] in refused.stderr and "undo 6" in refused.stderr
    undone = Path(shutil.copytree(project, project.parent / "undone"))
    mended = told(project, "labels", *words)
    assert mended["mended"] and mended["step"] is None and steps(project) == made
    assert parse(specification(project), "") == new
    succeed("-C", undone, "undo", "6")
    assert specification(undone) == old
    succeed("-C", undone, "status")


def test_a_disk_that_refuses_the_specification_is_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = os.replace

    def refuse(source: Path, target: Path) -> None:
        if Path(target).name == "alcli.toml":
            raise OSError(errno.EACCES, "no")
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refuse)
        refused = alcli("-C", project, "labels", "rename", "access", "logging in")
    assert refused.exit_code == 4 and "step 6 stands, but" in refused.stderr
    assert "labels rename access 'logging in'" in refused.stderr
    assert told(project, "labels", "rename", "access", "logging in")["mended"]


def test_a_long_project_keeps_it_in_its_snapshot(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "FEWEST", 2)
    succeed("-C", project, "labels", "split", "access", "password", "lockout")
    assert Project.open(project)._kept
    assert Project.open(project).state == Project(project, Vault(project).read()).state


def test_comments_of_the_specification_stay(project: Path) -> None:
    file = project / "alcli.toml"
    file.write_text(specification(project).replace("\n[labels]", "\n# ask Eve!\n[labels]"), encoding="utf-8")
    before = specification(project).splitlines()
    succeed("-C", project, "labels", "rename", "access", "logging in")
    lines = zip(before, specification(project).splitlines(), strict=True)
    assert sorted({old.split(" =")[0] for old, new in lines if old != new}) == ["classes", "guide", "rare"]
    assert "# ask Eve!" in specification(project)


def test_a_model_from_a_copy_that_does_not_know_is_not_taken(project: Path) -> None:
    copy = Path(shutil.copytree(project, project.parent / "copy"))
    succeed("-C", copy, "retrain")
    succeed("-C", project, "labels", "rename", "access", "logging in")
    refused = alcli("-C", project, "pull", copy)
    assert refused.exit_code == 4
    assert "the classes changed here in step 6" in refused.stderr
    succeed("-C", project, "undo")
    succeed("-C", project, "pull", copy)


def test_a_test_file_goes_along(tmp_path: Path) -> None:
    test = tmp_path / "test.csv"
    pool = write_pool(tmp_path / "pool.csv", range(40))
    lines = [f"x{row},{truth(f't{row:02d}')} invoice password parcel {row},{truth(f't{row:02d}')}" for row in range(30)]
    test.write_text("\n".join(["id,text,label", *lines]) + "\n")
    project = tmp_path / "p"
    succeed("init", project, "--pool", pool, "--text", "text", "--test", test)
    specify(project, "features.text", '"tfidf"')
    specify(project, "model", 'use = "naive_bayes"')
    play_round(project, 12)
    succeed("-C", project, "labels", "rename", "access", "logging in")
    succeed("-C", project, "labels", "split", "billing", "refund", "invoice")
    succeed("-C", project, "retrain")
    measured = told(project, "status")["measured"]
    assert (measured["source"], measured["n"]) == ("test", 20), "nobody has said what the ten rows of 'billing' are"
    assert "recall:logging in" in measured["estimates"]


def test_advance_tells_why_no_model_comes_of_it(project: Path) -> None:
    specify(project, "retrain.command", '"false"')
    succeed("-C", project, "labels", "merge", "billing", "access", "--into", "account")
    refused = alcli("-C", project, "advance")
    assert refused.exit_code == 4 and "[retrain] command failed" in refused.stderr


def test_where_there_is_no_class_none_can_change(tmp_path: Path) -> None:
    refused = alcli("-C", make_project(tmp_path), "labels", "retire", "access")
    assert refused.exit_code == 2 and "there is no class yet" in refused.stderr


def test_advance_learns_the_new_classes_and_goes_on(project: Path) -> None:
    succeed("-C", project, "labels", "merge", "billing", "access", "--into", "account")
    succeed("-C", project, "ingest", annotate(project / "round-002.csv", project.parent / "b.csv"))
    done = told(project, "advance")
    assert done["retrained"]["trained"] and len(done["selected"]) == 1
