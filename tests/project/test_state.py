"""Replay: small histories worked out by hand. No disk."""

from __future__ import annotations

import pytest

from alcli.core.labelling.answers import Resolution, Rule, Standing, resolve
from alcli.errors import ProjectError
from alcli.project.records import (
    AnswerRow,
    AnswersIngested,
    BatchRow,
    BatchSelected,
    Entry,
    ModelRetrained,
    Payload,
    PoolAdded,
    Record,
    ShardRecord,
    Step,
    StepUndone,
)
from alcli.project.state import State, replay
from alcli.project.undoing import undoable

Rows = tuple[AnswerRow, ...] | tuple[BatchRow, ...]
POOL = {"pool/part-0000.parquet": Payload("sha of part 0", 1)}


class History:
    """Steps put down one after the other; each verb returns the number of its step."""

    def __init__(self, *seeds: AnswerRow) -> None:
        self.entries: list[Entry] = []
        self.n_batches = 0
        self.pool(first=0, rows=100, seeds=seeds)

    @property
    def state(self) -> State:
        return replay(self.entries)

    def put(self, did: Record, rows: Rows = (), based_on: int | None = None) -> int:
        number = len(self.entries) + 1
        step = Step(
            did=did,
            based_on=number - 1 if based_on is None else based_on,
            time=f"2026-01-01T00:00:{number:02d}+00:00",
            version="0",
            seed=7,
            payload=POOL if isinstance(did, PoolAdded) else {},
        )
        self.entries.append(Entry(number, step, rows))
        return number

    def pool(self, first: int, rows: int, seeds: tuple[AnswerRow, ...] = (), duplicates: int = 0) -> int:
        shard = ShardRecord("pool/part-0000.parquet", first, rows)
        return self.put(PoolAdded((shard,), rows, duplicates, labels=len(seeds), project="name"), seeds)

    def select(self, *rows: int) -> int:
        self.n_batches += 1
        asked = tuple(BatchRow(f"r{self.n_batches}-{row}", row, f"id{row}", None, "") for row in rows)
        return self.put(BatchSelected(self.n_batches, len(rows), "random", "csv", "round.csv"), asked)

    def ingest(self, *answers: AnswerRow) -> int:
        return self.put(AnswersIngested(accepted=len(answers)), answers)

    def retrain(self, based_on: int | None = None) -> int:
        n = len(self.state.labels)
        return self.put(ModelRetrained(("a", "b"), {"a": n}, {}, "", "", 1, True, 0.0, {}), based_on=based_on)

    def undo(self, step: int | None = None) -> int:
        return self.put(StepUndone(undoable(self.entries, step).number))


def said(row: int, label: str | None, who: str = "", batch: int = 1, corrects: bool = False) -> AnswerRow:
    """An answer to a row of a batch; batch 0: the row was never handed out."""
    return AnswerRow(row, f"id{row}", label, who, key=f"r{batch}-{row}" if batch else "", corrects=corrects)


def blank(row: int) -> AnswerRow:
    return AnswerRow(row, f"id{row}", blank=True)


# --- what the answers to a row resolve to ---------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "wanted"),
    [
        ([], Resolution(Standing.SKIPPED)),
        ([None, None], Resolution(Standing.SKIPPED)),
        (["a"], Resolution(Standing.LABELLED, "a")),
        (["a", None, None], Resolution(Standing.LABELLED, "a")),
        (["a", "b", "b"], Resolution(Standing.LABELLED, "b")),
        (["a", "b"], Resolution(Standing.CONFLICT)),
        (["a", "b", "c"], Resolution(Standing.CONFLICT)),
        (["a", "a", "b", "b", "c"], Resolution(Standing.CONFLICT)),
        (["a", "a", "b", "c"], Resolution(Standing.LABELLED, "a")),
    ],
)
def test_the_majority_counts_and_a_tie_stays_open(answers: list[str | None], wanted: Resolution) -> None:
    assert resolve(answers) == wanted
    assert resolve(reversed(answers)) == wanted, "the order of the annotators plays no part"


# --- replay ---------------------------------------------------------------------------------------


def test_no_steps_are_an_empty_state() -> None:
    assert replay([]) == State()


def test_a_first_round() -> None:
    history = History()
    history.select(3, 5, 8, 9)
    history.ingest(said(3, "a"), said(5, None), blank(8))
    state = history.state
    assert (state.last, state.seed, state.project) == (3, 7, "name")
    assert state.started == "2026-01-01T00:00:01+00:00"
    assert (state.n_rows, state.n_batches_ever) == (100, 1)
    assert state.labels == {3: "a"} and state.standing(Standing.SKIPPED) == [5]
    assert state.out == {8, 9}, "a row left blank is still out"
    assert state.blank == {8} and state.seeds == set()
    assert state.ids[3] == "id3"
    seen = state.history(now=0.0)
    assert (seen.n_labels, seen.n_out, seen.n_rounds, seen.n_candidates) == (1, 2, 1, 96)


def test_labels_of_the_pool_are_the_seed_set() -> None:
    history = History(said(1, "b", batch=0), said(2, "a", batch=0))
    history.select(3)
    history.ingest(said(3, "c"), said(50, "a", batch=0))
    assert history.state.seeds == {1, 2, 50}
    assert history.state.labels == {1: "b", 2: "a", 3: "c", 50: "a"}


def test_classes_keep_the_order_in_which_they_appeared_unless_they_are_fixed() -> None:
    history = History(said(1, "b", batch=0))
    history.ingest(said(2, "a"), said(3, "c"), said(4, "b"))
    assert history.state.classes(()) == ("b", "a", "c")
    assert history.state.classes(("z", "a")) == ("z", "a")
    assert history.state.labels_by_class() == {"b": 2, "a": 1, "c": 1}


def test_the_last_answer_of_each_annotator_counts() -> None:
    history = History()
    history.select(3)
    history.ingest(said(3, "a", "ann"), said(3, "b", "bob"))
    assert history.state.standing(Standing.CONFLICT) == [3] and history.state.labels == {}
    assert history.state.out == set(), "a row in conflict has been answered"
    history.ingest(said(3, "a", "bob", corrects=True))
    assert history.state.answers == {3: {"ann": "a", "bob": "a"}}
    assert history.state.labels == {3: "a"}


def test_a_row_left_blank_and_answered_later_is_no_longer_blank() -> None:
    history = History()
    history.select(3)
    history.ingest(blank(3))
    history.ingest(said(3, None))
    assert history.state.blank == set() and history.state.out == set()


def test_pools_add_up() -> None:
    history = History()
    history.pool(first=100, rows=20, duplicates=4)
    state = history.state
    assert (state.n_rows, state.n_duplicates) == (120, 4)
    assert [(shard.step, shard.record.first) for shard in state.shards] == [(1, 0), (2, 100)]
    assert state.history(0.0).n_candidates == 116


def test_the_newest_model_is_in_use() -> None:
    history = History(said(1, "a", batch=0), said(2, "b", batch=0))
    history.retrain()
    newest = history.retrain()
    state = history.state
    assert state.model is not None and state.model.step == newest and len(state.models) == 2


# --- what counts as changed since the last model --------------------------------------------------


def test_every_label_is_a_change_until_there_is_a_model() -> None:
    history = History(said(1, "a", batch=0))
    history.select(2, 3, 4)
    history.ingest(said(2, "a"), said(3, None), blank(4))
    assert history.state.changed == {1, 2}, "skipped and blank rows teach a model nothing"
    history.retrain()
    assert history.state.changed == set()


def test_a_correction_is_a_change_also_when_it_takes_the_label_away() -> None:
    history = History()
    history.select(2, 3, 4)
    history.ingest(said(2, "a"), said(3, "b"), said(4, "a"))
    history.retrain()
    history.ingest(said(2, "b", corrects=True), said(3, None, corrects=True))
    assert history.state.changed == {2, 3}


def test_answers_that_came_in_while_a_model_was_trained_are_changes() -> None:
    history = History()
    history.select(2, 3)
    stood_on = history.ingest(said(2, "a"))
    history.ingest(said(3, "b"))
    history.retrain(based_on=stood_on)
    assert history.state.changed == {3}


def test_taking_answers_back_is_a_change_if_the_model_knew_them() -> None:
    history = History()
    history.select(2, 3)
    known = history.ingest(said(2, "a"))
    history.retrain()
    unknown = history.ingest(said(3, "b"))
    history.undo(unknown)
    assert history.state.changed == history.state.taken_back == set(), "the model never saw them"
    history.undo(known)
    assert history.state.changed == history.state.taken_back == {2}
    history.ingest(said(2, "a"))
    assert history.state.taken_back == set(), "it was said again"
    history.undo()
    history.retrain()
    assert history.state.changed == history.state.taken_back == set()


def test_taking_a_model_back_brings_back_what_it_had_learned() -> None:
    history = History(said(1, "a", batch=0))
    history.retrain()
    history.select(2)
    history.ingest(said(2, "b"))
    history.retrain()
    history.undo()
    assert history.state.changed == {2}


def test_taking_back_a_batch_that_nobody_answered_changes_no_label() -> None:
    history = History(said(1, "a", batch=0))
    batch = history.select(2, 3)
    history.retrain()
    history.undo(batch)
    assert history.state.changed == set()


def test_taking_back_skipped_and_blank_rows_changes_no_label() -> None:
    history = History(said(1, "a", batch=0))
    history.select(2, 3, 4)
    answers = history.ingest(said(2, None), blank(3), said(4, "b"))
    history.retrain()
    history.undo(answers)
    assert history.state.changed == {4}


def test_another_rule_is_a_change_of_the_labels_that_it_changes() -> None:
    history = History()
    history.select(2, 3)
    history.ingest(*(said(2, label, who) for who, label in (("ana", "a"), ("ben", "b"), ("cai", "a"))), said(3, "a"))
    history.retrain()
    assert replay(history.entries, Rule.MAJORITY).changed == set()
    assert replay(history.entries, Rule.UNANIMOUS).changed == {2}, "the model learned it, and it has no label now"
    history.entries[-1].step.settings["answers"] = {"resolve": "unanimous"}
    assert replay(history.entries, Rule.UNANIMOUS).changed == set()
    assert replay(history.entries, Rule.MAJORITY).changed == {2}


# --- undo -----------------------------------------------------------------------------------------


def test_an_undone_step_counts_as_never_made() -> None:
    history = History()
    history.select(2, 3)
    before = history.state
    history.ingest(said(2, "a"), said(3, "b"))
    history.undo()
    after = history.state
    assert (after.labels, after.out, after.blank, after.classes_seen) == ({}, before.out, set(), ())
    assert after.undone == {3} and after.last == 4


def test_undoing_a_correction_brings_the_first_answer_back() -> None:
    history = History()
    history.select(2)
    history.ingest(said(2, "a"))
    history.ingest(said(2, "b", corrects=True))
    history.undo()
    assert history.state.labels == {2: "a"}


def test_undo_after_undo_goes_further_back_and_round_numbers_are_never_used_again() -> None:
    history = History()
    history.select(2)
    history.select(3)
    assert undoable(history.entries, None).number == 3
    history.undo()
    assert undoable(history.entries, None).number == 2
    history.undo()
    state = history.state
    assert state.batches == () and state.out == set() and state.n_batches_ever == 2
    with pytest.raises(ProjectError, match="step 1 made the project"):
        undoable(history.entries, None)


def test_what_a_later_step_needs_stays() -> None:
    history = History()
    batch = history.select(2)
    other = history.select(3)
    answers = history.ingest(said(2, "a"))
    assert undoable(history.entries, other).number == other
    needs = rf"step {answers} \(ingest\) needs step {batch} \(select\)"
    with pytest.raises(ProjectError, match=needs) as refusal:
        undoable(history.entries, batch)
    assert refusal.value.hint == f"alcli undo {answers}"
    history.undo(answers)
    assert undoable(history.entries, batch).number == batch


@pytest.mark.parametrize("later", ["select", "ingest", "pool", "retrain"])
def test_added_rows_stay_while_anything_stands_on_them(later: str) -> None:
    history = History(said(1, "a", batch=0))
    added = history.pool(first=100, rows=20)
    history.select(5)
    assert undoable(history.entries, added).number == added, "row 5 is of the first pool"
    needs = {
        "select": lambda: history.select(5, 110),
        "ingest": lambda: history.ingest(said(119, "a", batch=0)),
        "pool": lambda: history.pool(first=120, rows=5),
        "retrain": lambda: history.retrain(),
    }[later]()
    with pytest.raises(ProjectError, match=f"step {needs} .* needs step {added}"):
        undoable(history.entries, added)
    history.undo(needs)
    assert undoable(history.entries, added).number == added


def test_what_cannot_be_undone_is_refused_with_the_reason() -> None:
    history = History()
    history.select(2)
    undo = history.undo()
    reasons = {9: "there is no step 9", undo: "itself an undo", 2: "already undone", 1: "made the project"}
    for step, reason in reasons.items():
        with pytest.raises(ProjectError, match=reason):
            undoable(history.entries, step)
