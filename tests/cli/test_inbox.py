"""The inbox: what is taken from it, what is refused, what is left alone; nothing that was put there is ever lost."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import pytest
from campaign import alcli, annotate, specify, succeed
from test_advance import answer, everything, small, told, turn, verbs

from alcli.campaign.handoff import inbox
from alcli.project.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return small(tmp_path)


def test_the_same_answers_again_are_nothing_new_and_are_kept_all_the_same(project: Path) -> None:
    turn(project)
    answer(project, 1)
    turn(project)
    steps = verbs(project)
    answer(project, 1)
    assert told(project)["taken"][0]["ingest"]["unchanged"] == 6
    assert verbs(project) == steps
    kept = {path.name for path in (project / "inbox" / "done").iterdir()}
    assert kept == {"round-001.csv", "round-001-2.csv"}


def test_a_refused_file_is_put_aside_with_its_reasons_and_the_turn_goes_on(project: Path) -> None:
    specify(project, "labels.classes", '["billing", "access", "delivery"]')
    turn(project)
    bad = annotate(project / "outbox" / "round-001.csv", project / "inbox" / "a.csv", lambda name: "biling")
    os.utime(bad, (1, 1))
    sent = bad.read_bytes()
    answer(project, 1)
    result = alcli("-C", project, "advance", "--settle", "0")
    assert result.exit_code == 3
    assert verbs(project) == ["init", "select", "ingest", "retrain", "select"]
    refused = project / "inbox" / "refused"
    assert (refused / "a.csv").read_bytes() == sent
    report = (refused / "a.csv.why.txt").read_text()
    for row in Path(project / "outbox" / "round-001.csv").read_text().splitlines()[1:]:
        assert f"id {row.split(',')[1].strip(chr(34))}" in report
    assert "line 2, id" in report
    assert "nearest: billing" in report
    assert "(biling)" in report
    assert "put it into the inbox again" in report
    assert "a.csv was refused" in result.stderr
    assert turn(project).output == "", "it is told once"


def test_a_mended_file_is_refused_or_taken_under_its_own_name_again(project: Path) -> None:
    turn(project)
    refused = project / "inbox" / "refused"
    for junk in ("first", "second"):
        (project / "inbox" / "a.csv").write_text(junk)
        assert alcli("-C", project, "advance", "--settle", "0").exit_code == 3
        assert (refused / "a.csv").read_text() == junk
        (refused / "a.csv").unlink()
    (refused / "a.csv").write_text("still here")
    (project / "inbox" / "a.csv").write_text("third")
    assert alcli("-C", project, "advance", "--settle", "0").exit_code == 3
    assert (refused / "a.csv").read_text() == "still here"
    assert (refused / "a-2.csv").read_text() == "third"
    assert (refused / "a-2.csv.why.txt").exists()


def test_copies_under_way_are_not_read(project: Path) -> None:
    turn(project)
    whole = answer(project, 1)
    names = [".round.csv", "round.csv.tmp", "round.csv.part", "round.CSV.crdownload", "round.csv~", "~$round.csv"]
    for name in names:
        shutil.copy(whole, whole.with_name(name))
    whole.unlink()
    (project / "inbox" / "folder").mkdir()
    shutil.copy(whole.with_name(names[0]), project / "inbox" / "folder" / "a.csv")
    assert turn(project).output == ""
    assert {path.name for path in (project / "inbox").iterdir()} == {*names, "folder"}


def test_a_file_is_left_to_settle(project: Path) -> None:
    turn(project)
    file = answer(project, 1)
    assert succeed("-C", project, "advance").output == ""
    before = time.time() - 11
    os.utime(file, (before, before))
    assert "Took in 6 new labels" in succeed("-C", project, "advance").stdout


def test_a_clock_that_is_ahead_keeps_no_file_waiting(project: Path) -> None:
    turn(project)
    file = answer(project, 1)
    ahead = time.time() + 3600
    os.utime(file, (ahead, ahead))
    assert "Took in 6 new labels" in succeed("-C", project, "advance").stdout


def test_the_later_of_two_answers_counts(project: Path) -> None:
    turn(project)
    handoff = project / "outbox" / "round-001.csv"
    for name, label, at in (("a.csv", "delivery", 2_000), ("b.csv", "billing", 1_000)):
        os.utime(annotate(handoff, project / "inbox" / name, lambda _, label=label: label), (at, at))
    turn(project)
    assert set(Project.open(project).state.labels.values()) == {"delivery"}


def test_what_is_no_file_is_put_aside_unread(project: Path, tmp_path: Path) -> None:
    turn(project)
    box, secret = project / "inbox", tmp_path / "secret"
    secret.write_text("secret,text\n")
    (box / "link.csv").symlink_to(secret)
    os.mkfifo(box / "pipe.csv")
    outcome = told(project, code=3)
    assert [taken["fault"] for taken in outcome["taken"]] == [
        "this is a link: put the file itself here",
        "this is not a regular file",
    ]
    assert (box / "refused" / "link.csv").is_symlink()
    assert "secret" not in (box / "refused" / "link.csv.why.txt").read_text().replace("link.csv", "")
    assert secret.exists()
    assert turn(project).output == ""


def test_a_name_of_any_bytes_holds_nothing_up(project: Path) -> None:
    turn(project)
    (project / "inbox" / os.fsdecode(b"caf\xe9.csv")).write_text("x")
    (project / "inbox" / "two\nlines.csv").write_text("x")
    answer(project, 1)
    assert [taken["refused"] for taken in told(project, code=3)["taken"]] == [True, True, False]


def test_a_file_that_changes_while_it_is_read_stays(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("first")
    (arrival,) = inbox.ready(tmp_path, 0, time.time())
    file.write_text("second, longer")
    assert inbox.put(arrival, tmp_path / "done") is None
    assert inbox.refuse(arrival, tmp_path / "refused", [], "now") is None
    assert file.read_text() == "second, longer"
    assert not list((tmp_path / "refused").iterdir())


@pytest.mark.parametrize(
    ("key", "folder"), [("inbox", '""'), ("inbox", '".."'), ("inbox", '".alcli/steps"'), ("outbox", '"inbox"')]
)
def test_an_inbox_with_other_files_in_it_is_refused(project: Path, key: str, folder: str) -> None:
    specify(project, f"handoff.{key}", folder)
    before = everything(project)
    outcome = told(project, code=5)
    assert "inbox" in outcome["error"]["message"]
    assert everything(project) == before


def test_folders_may_lie_elsewhere(project: Path, tmp_path: Path) -> None:
    specify(project, "handoff.inbox", json.dumps(str(tmp_path / "shared" / "in")))
    specify(project, "handoff.outbox", '"../shared/out"')
    turn(project)
    annotate(tmp_path / "shared" / "out" / "round-001.csv", tmp_path / "shared" / "in" / "a.csv")
    turn(project)
    assert (tmp_path / "shared" / "out" / "round-002.csv").exists()
    assert (tmp_path / "shared" / "in" / "done" / "a.csv").exists()
