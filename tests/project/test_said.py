"""What was said of each row: against a replay that follows one row at a time, and by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alcli.core.labelling.answers import Resolution, Rule, Standing, resolve
from alcli.project.records import (
    AnswerRow,
    AnswersIngested,
    BatchRow,
    BatchSelected,
    ConsensusRow,
    Entry,
    LabelsChanged,
    ModelRetrained,
    Record,
    Step,
)
from alcli.project.said import Said


def entry(did: Record, rows: Sequence[Any] = ()) -> Entry:
    return Entry(1, Step(did=did, based_on=0, time="", version="0"), rows)


def asked(*rows: int, wanted: int = 1) -> Entry:
    batch = [BatchRow(f"k{row}", row, f"id{row}", None, "", wanted=wanted) for row in rows]
    return entry(BatchSelected(1, len(rows), "random", "csv", "round.csv"), batch)


def answered(row: int, label: str | None, who: str = "", *, settles: bool = False, key: str = "k") -> Entry:
    return entry(AnswersIngested(1), [AnswerRow(row, f"id{row}", label, who, key=key, settles=settles)])


def rename(old: str, new: str) -> Entry:
    return entry(LabelsChanged("rename", (old,), (new,), new))


def merge(*names: str, into: str) -> Entry:
    return entry(LabelsChanged("merge", names, (into,), into))


def split(name: str, *into: str) -> Entry:
    return entry(LabelsChanged("split", (name,), into))


def retire(*names: str, skipped: bool = False) -> Entry:
    return entry(LabelsChanged("retire", names, (), skipped=skipped))


def after(*entries: Entry, rule: Rule = Rule.MAJORITY) -> Said:
    said = Said(rule)
    for each in entries:
        said.take(each)
    return said


# --- by hand --------------------------------------------------------------------------------------


def test_another_name_changes_nothing_but_the_name() -> None:
    said = after(answered(1, "a", "ana"), answered(1, "b", "ben"), answered(2, "a"), rename("a", "z"))
    assert said.answers == {1: {"ana": "z", "ben": "b"}, 2: {"": "z"}}
    assert said.labels() == {2: "z"} and not said.queued
    assert list(said.classes) == ["z", "b"], "in the place of the old one"


def test_a_merge_settles_what_was_in_conflict_about_its_classes_alone() -> None:
    said = after(answered(1, "a", "ana"), answered(1, "b", "ben"), merge("a", "b", into="c"))
    assert said.labels() == {1: "c"}


def test_a_row_of_a_split_class_is_asked_again_whatever_a_minority_said() -> None:
    three = [answered(1, label, who) for who, label in (("ana", "a"), ("ben", "a"), ("cai", "b"))]
    said = after(*three, answered(2, "b"), split("a", "x", "y"))
    assert said.queued == {1: "a"}
    assert 1 not in said.answers and said.labels() == {2: "b"}
    assert list(said.classes) == ["b", "x", "y"]


def test_a_minority_for_a_split_class_is_void_and_the_label_stays() -> None:
    three = [answered(1, label, who) for who, label in (("ana", "a"), ("ben", "b"), ("cai", "b"))]
    said = after(*three, split("a", "x", "y"))
    assert said.answers == {1: {"ben": "b", "cai": "b"}}
    assert said.labels() == {1: "b"} and not said.queued


def test_a_row_in_conflict_about_a_retired_class_is_asked_again() -> None:
    said = after(answered(1, "a", "ana"), answered(1, "b", "ben"), retire("a"))
    assert said.queued == {1: "a"} and 1 not in said.answers


def test_a_class_retired_with_skip_cannot_be_labelled() -> None:
    said = after(answered(1, "a"), answered(2, "a", "ana"), answered(2, "b", "ben"), retire("a", skipped=True))
    assert said.resolved() == {1: Resolution(Standing.SKIPPED), 2: Resolution(Standing.LABELLED, "b")}
    assert not said.queued


def test_what_was_settled_goes_over_or_is_void() -> None:
    settled = [answered(1, "b", "ana"), answered(1, "a", "eve", settles=True)]
    assert after(*settled, rename("a", "z")).labels() == {1: "z"}
    assert after(*settled, split("a", "x", "y")).queued == {1: "a"}
    kept = after(answered(1, "a", "ana"), answered(1, "b", "eve", settles=True), split("a", "x", "y"))
    assert kept.labels() == {1: "b"} and not kept.queued


def test_what_was_settled_by_one_who_had_said_otherwise_before_is_void_all_the_same() -> None:
    """An older file of theirs, handed in again, changes what they say, and not what they settled."""
    settled = [answered(1, "b", "eve"), answered(1, "a", "eve", settles=True), answered(1, "b", "eve")]
    assert after(*settled, split("a", "x", "y")).queued == {1: "a"}
    kept = after(*settled, retire("b"))
    assert kept.labels() == {1: "a"} and not kept.queued


def test_the_class_itself_may_stay_and_its_rows_are_asked_again_all_the_same() -> None:
    said = after(answered(1, "other"), split("other", "new", "other"))
    assert said.queued == {1: "other"}
    assert list(said.classes) == ["new", "other"]
    said.take(answered(1, "other"))
    assert not said.queued and said.labels() == {1: "other"}


def test_a_row_that_was_given_with_its_label_is_given_no_more() -> None:
    said = after(answered(1, "a", key=""), split("a", "x", "y"))
    assert not said.seeds
    said.take(asked(1))
    said.take(answered(1, "x"))
    assert not said.seeds and said.labels() == {1: "x"}


def test_a_row_that_is_out_is_awaited_still() -> None:
    said = after(asked(1, wanted=2), answered(1, "a", "ana"), split("a", "x", "y"))
    assert said.heard == {1: frozenset({"ana"})} and said.queued == {1: "a"}
    said.take(answered(1, "x", "ben"))
    assert not said.heard and not said.queued and said.labels() == {1: "x"}


CONSENSUS = ConsensusRow(1, "b", {"ana": "a", "ben": "b"})


@pytest.mark.parametrize(
    ("change", "label"),
    [
        (rename("b", "z"), "z"),
        (merge("b", into="c"), "c"),
        (rename("a", "z"), "b"),
        (split("a", "x", "y"), "b"),
    ],
)
def test_a_consensus_goes_over_with_the_names(change: Entry, label: str) -> None:
    made = entry(ModelRetrained(("a", "b"), {}, {}, "", "", 1, True, 0.0, {}, consensus=1), [CONSENSUS])
    said = after(answered(1, "a", "ana"), answered(1, "b", "ben"), made, change, rule=Rule.CROWDLAB)
    assert said.labels() == {1: label}


def test_a_consensus_on_a_class_that_nobody_alone_is_left_for_is_void() -> None:
    made = entry(
        ModelRetrained(("a", "b"), {}, {}, "", "", 1, True, 0.0, {}, consensus=1),
        [ConsensusRow(1, "c", {"ana": "a", "ben": "a"})],
    )
    said = after(answered(1, "a", "ana"), answered(1, "a", "ben"), made, split("a", "x", "y"), rule=Rule.CROWDLAB)
    assert said.queued == {1: "a"} and 1 not in said.answers


def test_a_consensus_in_the_old_sense_of_a_name_is_no_consensus_in_the_new() -> None:
    made = entry(ModelRetrained(("a", "b"), {}, {}, "", "", 1, True, 0.0, {}, consensus=1), [CONSENSUS])
    differing = [answered(1, "a", "ana"), answered(1, "b", "ben")]
    said = after(*differing, made, split("a", "x", "a"), *differing, rule=Rule.CROWDLAB)
    assert said.resolved()[1].standing is Standing.CONFLICT


# --- against a replay that follows one row at a time ----------------------------------------------

NAMES = ("a", "b", "c", "d")
ROWS, PEOPLE = range(4), ("ana", "ben", "cai")
Change = tuple[Literal["change"], LabelsChanged]
Answer = tuple[Literal["answer"], int, str, str | None, bool]


@st.composite
def changes(draw: st.DrawFn) -> Change:
    name, other = draw(st.permutations(NAMES))[:2]
    kind = draw(st.sampled_from(["rename", "merge", "split", "stays", "retire", "skip", "add"]))
    did = {
        "rename": LabelsChanged("rename", (name,), (other,), other),
        "merge": LabelsChanged("merge", (name,), (), other),
        "split": LabelsChanged("split", (name,), (other, "e")),
        "stays": LabelsChanged("split", (name,), ("e", name)),
        "retire": LabelsChanged("retire", (name, other), ()),
        "skip": LabelsChanged("retire", (name,), (), skipped=True),
        "add": LabelsChanged("add", (), (other,)),
    }
    return "change", did[kind]


ANSWERS = st.tuples(
    st.just("answer"),
    st.sampled_from(ROWS),
    st.sampled_from(PEOPLE),
    st.sampled_from([*NAMES, None]),
    st.sampled_from([False, False, False, True]),
)


@dataclass
class OneRow:
    """What became of one row, event by event."""

    votes: dict[str, str | None] = field(default_factory=dict)
    final: list[str | None] = field(default_factory=list)
    waits: bool = False

    def resolution(self, rule: Rule) -> Resolution | None:
        if self.final:
            return resolve(self.final, rule)
        return resolve(self.votes.values(), rule) if self.votes else None

    def hear(self, who: str, label: str | None, settles: bool) -> None:
        self.votes[who] = label
        self.waits = False
        if settles:
            self.final = [label]

    def change(self, did: LabelsChanged, rule: Rule) -> None:
        if set(did.of).isdisjoint([*self.votes.values(), *self.final]):
            return
        if did.becomes or did.skipped:
            self.votes = {who: did.becomes if said in did.of else said for who, said in self.votes.items()}
            self.final = [did.becomes if said in did.of else said for said in self.final]
            return
        was = self.resolution(rule)
        assert was
        if was.label in did.of or was.standing is Standing.CONFLICT:
            self.votes, self.final, self.waits = {}, [], True
        else:
            self.votes = {who: said for who, said in self.votes.items() if said not in did.of}


@given(
    st.lists(st.one_of(ANSWERS, ANSWERS, changes()), max_size=25),
    st.sampled_from([Rule.MAJORITY, Rule.UNANIMOUS]),
)
def test_all_rows_at_once_are_each_row_by_itself(events: list[Answer | Change], rule: Rule) -> None:
    said, alone = Said(rule), {row: OneRow() for row in ROWS}
    for event in events:
        if event[0] == "answer":
            _, row, who, label, settles = event
            said.take(answered(row, label, who, settles=settles))
            alone[row].hear(who, label, settles)
        else:
            said.take(entry(event[1]))
            for each in alone.values():
                each.change(event[1], rule)
    assert said.resolved() == {row: was for row, each in alone.items() if (was := each.resolution(rule))}
    assert set(said.queued) == {row for row, each in alone.items() if each.waits}
    assert said.queued.keys().isdisjoint(said.answers)
    only = Said(rule, only={1})
    for event in events:
        only.take(
            answered(*event[1:2], event[3], event[2], settles=event[4]) if event[0] == "answer" else entry(event[1])
        )
    assert only.resolved().get(1) == said.resolved().get(1)
