"""The audit sample in a campaign: drawn first, asked in order, unseen by what chooses, and what is told of it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from campaign import CLASSES, alcli, annotate, make_project, play_round, specify, succeed, truth, write_pool

from alcli.campaign.choosing.situation import Situation
from alcli.campaign.reserving import Reserve
from alcli.project.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path, rows=200)


def told(project: Path, *words: str) -> dict:
    return json.loads(succeed("-C", project, *words, "--json").stdout)


def rounds(project: Path, n: int, batch_size: int = 20) -> None:
    for _ in range(n):
        play_round(project, batch_size)
        succeed("-C", project, "retrain")


def test_every_batch_has_the_next_rows_of_the_draw(project: Path) -> None:
    waiting = Situation.of(opened := Project.open(project), opened.config, reissue=False).reserve.tolist()
    assert 25 <= len(waiting) <= 55, "a fifth of 200 rows, drawn one by one"
    asked: list[int] = []
    for _ in range(3):
        play_round(project, 20)
        batch = Project.open(project).state.batches[-1]
        assert batch.did.n_audit == 2
        asked += [row.row for row in batch.rows if row.audit]
    assert sorted(asked) == sorted(waiting[:6])


def test_a_strategy_never_chooses_a_reserved_row(project: Path) -> None:
    reserved = Reserve.of(Project.open(project)).rows
    rounds(project, 3)
    chosen = {row.row for batch in Project.open(project).state.batches for row in batch.rows if not row.audit}
    assert chosen
    assert not chosen & reserved


def test_annotators_cannot_tell_drawn_rows_from_chosen_ones(project: Path) -> None:
    play_round(project, 20)
    succeed("-C", project, "retrain")
    batch = told(project, "select", "-n", "20")
    with open(batch["files"][0], encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["alcli_id", "id", "text", "label", "comment"]
    assert [row[1] for row in rows] == [row["id"] for row in batch["rows"]]
    assert sum(row["audit"] for row in batch["rows"]) == 2
    assert {row["reason"] for row in batch["rows"] if row["audit"]} == {"drawn at random, to measure by"}


def test_what_chooses_has_not_seen_the_audit_sample_but_the_model_has(project: Path) -> None:
    rounds(project, 2)
    opened = Project.open(project)
    situation = Situation.of(opened, opened.config, reissue=False)
    audit = opened.state.audit
    assert len(audit) == 4
    assert not audit & situation.asked.keys()
    assert audit <= set(situation.taken.tolist())
    trained = opened.state.model
    assert trained and trained.did.n_labels == 40
    assert (opened.folder(trained.step) / "blind-linear.npz").exists()

    # the same labels without the audit sample's give the very model that chooses
    from alcli.campaign.learning.lesson import Lesson

    rows = sorted(opened.state.labels)
    matrix = situation.features.matrix(opened.shards[0])[rows]
    lesson = Lesson(rows, [opened.state.labels[row] for row in rows], trained.did.classes, matrix, audit)
    blind = lesson.blind(project, opened.config, opened.state.seed)
    assert blind and situation.model
    shown = situation.features.matrix(opened.shards[0])
    assert np.allclose(situation.model.proba(shown), blind.proba(shown), atol=1e-5)


def test_one_wrong_label_in_the_audit_sample_does_not_change_what_is_chosen(tmp_path: Path) -> None:
    """Two campaigns that differ in the labels of drawn rows alone choose the same rows."""
    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir()
    chosen = []
    for folder, lies in ((tmp_path / "a", False), (tmp_path / "b", True)):
        project = make_project(folder, rows=200)
        for _ in range(2):
            batch = told(project, "select", "-n", "20")
            drawn = {row["id"] for row in batch["rows"] if row["audit"]}
            wrong = {name: CLASSES[(CLASSES.index(truth(name)) + 1) % 3] for name in drawn} if lies else {}
            file = Path(batch["files"][0])
            returned = annotate(file, folder / "b.csv", lambda name, wrong=wrong: wrong.get(name, truth(name)))
            succeed("-C", project, "ingest", returned)
            succeed("-C", project, "retrain")
        chosen.append([row["id"] for row in told(project, "select", "-n", "20")["rows"]])
    assert chosen[0] == chosen[1]


def test_a_model_is_measured_by_the_rows_that_were_drawn_alone(project: Path) -> None:
    rounds(project, 3)
    measured = told(project, "status")["measured"]
    assert (measured["source"], measured["n"], measured["skipped"]) == ("audit", 6, 0)
    accuracy = measured["estimates"]["accuracy"]
    assert accuracy["n"] == 6
    assert accuracy["low"] < accuracy["value"] <= accuracy["high"]
    shown = succeed("-C", project, "status").stdout
    assert "on 6 rows drawn at random" in shown
    assert "18 more drawn rows would halve the interval" in shown
    assert "cannot tell yet" in shown
    assert "biased" not in shown


def test_skipped_rows_of_the_sample_are_counted(project: Path) -> None:
    batch = told(project, "select", "-n", "20")
    drawn = [row["id"] for row in batch["rows"] if row["audit"]]
    file = Path(batch["files"][0])
    succeed("-C", project, "ingest", annotate(file, file, lambda name: "skip" if name == drawn[0] else truth(name)))
    succeed("-C", project, "retrain")
    measured = told(project, "status")["measured"]
    assert (measured["n"], measured["skipped"]) == (1, 1)
    assert "1 skipped" in succeed("-C", project, "status").stdout


def test_without_exploring_nothing_is_drawn_and_figures_are_called_biased(project: Path) -> None:
    specify(project, "select.explore", "0.0")
    rounds(project, 1)
    assert not Project.open(project).state.audit
    assert told(project, "status")["measured"] is None
    assert "biased" in succeed("-C", project, "status").stdout


def test_reserved_rows_are_asked_when_nothing_else_is_left(tmp_path: Path) -> None:
    project = make_project(tmp_path, rows=30)
    specify(project, "select.explore", "0.0")
    assert len(told(project, "select", "-n", "30")["rows"]) == 30


def test_added_rows_are_reserved_in_the_same_proportion(project: Path, tmp_path: Path) -> None:
    before = Reserve.of(Project.open(project))
    succeed("-C", project, "add", write_pool(tmp_path / "more.csv", range(200, 2_200)))
    after = Reserve.of(Project.open(project))
    fresh = after.draws[after.draws["row"] >= 200]
    assert len(fresh) / 2_000 == pytest.approx(0.2, abs=0.04)
    assert (np.diff(after.draws["number"]) > 0).all()
    assert before.rows <= after.rows
    assert after.additions == {0: 200, 200: 2_000}


def test_until_added_rows_have_caught_up_each_addition_counts_for_its_share(project: Path, tmp_path: Path) -> None:
    rounds(project, 2)
    old = sorted(Project.open(project).state.audit)
    succeed("-C", project, "add", write_pool(tmp_path / "more.csv", range(200, 800)))
    rounds(project, 2)
    state = (opened := Project.open(project)).state
    new = [row for row in state.audit if row >= 200]
    assert new, "the draw of the new rows comes first until it has caught up"
    weights = Reserve.of(opened).weights(state.audit)
    total = sum(weights.values())
    assert sum(weights[row] for row in old) / total == pytest.approx(200 / 800)
    assert total == pytest.approx(len(state.audit))


def test_a_row_whose_content_was_drawn_again_counts_as_often(tmp_path: Path) -> None:
    pool = tmp_path / "pool.csv"
    texts = [f"text number {n // 5}" for n in range(500)]  # a hundred contents, five times each
    pool.write_text("id,text\n" + "".join(f"t{n},{text}\n" for n, text in enumerate(texts)), encoding="utf-8")
    project = tmp_path / "p"
    succeed("init", project, "--pool", pool, "--text", "text")
    reserve = Reserve.of(Project.open(project))
    assert all(row % 5 == 0 for row in reserve.rows), "the first with the content is asked"
    rows = reserve.draws["row"].tolist()
    last = max(rows.index(row) for row in reserve.rows)  # by then every row has been asked
    weights = reserve.weights(reserve.rows)
    counts = {row: rows[: last + 1].count(row) for row in reserve.rows}
    assert max(counts.values()) > 1
    scale = sum(weights.values()) / sum(counts.values())
    assert all(weights[row] == pytest.approx(scale * counts[row]) for row in reserve.rows)


def test_labels_the_pool_carries_are_not_drawn(tmp_path: Path) -> None:
    pool = write_pool(tmp_path / "pool.csv", range(100))
    lines = pool.read_text(encoding="utf-8").splitlines()
    labelled = [f"{line},{truth(f't{n:02d}') if n < 50 else ''}" for n, line in enumerate(lines[1:])]
    pool.write_text("\n".join([f"{lines[0]},topic", *labelled, ""]), encoding="utf-8")
    project = tmp_path / "p"
    succeed("init", project, "--pool", pool, "--text", "text", "--label-column", "topic")
    assert min(Reserve.of(Project.open(project)).rows) >= 50


def test_selecting_has_ended_when_the_rule_says_so(project: Path) -> None:
    specify(project, "stop.any", '[{ use = "budget", labels = 20 }]')
    rounds(project, 1)
    refused = alcli("-C", project, "select")
    assert refused.exit_code == 4
    assert "20 of 20 labels spent (budget)" in refused.stderr
    assert "--anyway" in refused.stderr
    assert told(project, "status")["because"] == "20 of 20 labels spent (budget)"
    assert len(told(project, "select", "-n", "5", "--anyway")["rows"]) == 5


def test_a_stopping_rule_that_was_changed_is_said_to_be(project: Path) -> None:
    assert told(project, "status")["amended"] == ""
    specify(project, "stop.any", '[{ use = "budget", labels = 50 }]')
    assert "for the next step" in told(project, "status")["amended"]
    rounds(project, 1)
    shown = succeed("-C", project, "status").stdout.replace("\n", " ")
    assert "the rule was changed: since step 2" in shown


def test_rows_of_the_sample_on_which_people_disagree_are_counted(project: Path, tmp_path: Path) -> None:
    batch = told(project, "select", "-n", "20")
    drawn = [row["id"] for row in batch["rows"] if row["audit"]]
    file = Path(batch["files"][0])
    succeed("-C", project, "ingest", annotate(file, tmp_path / "anna.csv"), "--annotator", "anna")
    other = {drawn[0]: CLASSES[(CLASSES.index(truth(drawn[0])) + 1) % 3]}
    returned = annotate(file, tmp_path / "ben.csv", lambda name: other.get(name, truth(name)))
    succeed("-C", project, "ingest", returned, "--annotator", "ben")
    succeed("-C", project, "retrain")
    measured = told(project, "status")["measured"]
    assert (measured["n"], measured["skipped"]) == (1, 1)


def test_a_row_in_conflict_may_be_asked_again_by_its_id(project: Path, tmp_path: Path) -> None:
    batch = told(project, "select", "-n", "5")
    file, name = Path(batch["files"][0]), batch["rows"][0]["id"]
    succeed("-C", project, "ingest", annotate(file, tmp_path / "anna.csv"), "--annotator", "anna")
    wrong = annotate(file, tmp_path / "ben.csv", lambda row: CLASSES[(CLASSES.index(truth(row)) + 1) % 3])
    succeed("-C", project, "ingest", wrong, "--annotator", "ben")
    (tmp_path / "ids.txt").write_text(f"{name}\n", encoding="utf-8")
    assert [row["id"] for row in told(project, "select", "--ids", str(tmp_path / "ids.txt"))["rows"]] == [name]


def test_training_again_on_the_same_labels_ends_nothing(project: Path) -> None:
    rounds(project, 2)
    for _ in range(5):
        succeed("-C", project, "retrain")
    now = told(project, "status")
    assert not now["stopped"]
    assert {verdict["name"]: verdict["because"] for verdict in now["stop"]}["plateau"].startswith("2 of the 4 models")
