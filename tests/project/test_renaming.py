"""Models after the classes changed, and what became of a name: small histories worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from alcli.contracts import Estimate, Forecast
from alcli.core.handoff.labels import Former
from alcli.project.findings import Checked, Guarded, Measured
from alcli.project.records import (
    AnswerRow,
    AnswersIngested,
    BatchRow,
    BatchSelected,
    Entry,
    LabelsChanged,
    ModelRetrained,
    Payload,
    PoolAdded,
    Record,
    ShardRecord,
    Step,
)
from alcli.project.relabelling import described, former, outdated, typed, unlearned
from alcli.project.renaming import Relabelled, now_called
from alcli.project.state import State, replay

HALF = Estimate(0.5, 0.4, 0.6, 0.05, 100)
POOL = PoolAdded((ShardRecord("pool/part-0000.parquet", 0, 100),), 100)
MODEL = ModelRetrained(
    ("a", "b"),
    {"a": 2, "b": 1},
    {"accuracy_cv": 0.9},
    "",
    "",
    1,
    True,
    0.0,
    {},
    blind=("b", "a"),
    measured=Measured("audit", 100, {"accuracy": HALF, "precision:a": HALF, "recall:b": HALF}),
    stability={"kappa": 0.9},
    guarded=Guarded(1, 0, HALF, unlabelled=("a", "c")),
    forecast=Forecast("recall:a", 3, 0.9, 0.8, 1.0, 0.9, 1.0),
    checked=Checked(3, 1, unjudged=("a",)),
)


def state(*dids: Record | tuple[Record, Sequence[Any]]) -> State:
    entries = []
    for number, did in enumerate((POOL, *dids), 1):
        did, rows = did if isinstance(did, tuple) else (did, ())
        payload = {"pool/part-0000.parquet": Payload("sha", 1)} if number == 1 else {}
        made = Step(
            did=did, based_on=number - 1, time=f"2026-01-01T00:00:{number:02d}+00:00", version="0", payload=payload
        )
        entries.append(Entry(number, made, rows))
    return replay(entries)


def rename(old: str, new: str) -> LabelsChanged:
    return LabelsChanged("rename", (old,), (new,), new)


ADD = LabelsChanged("add", (), ("c",))
MERGE = LabelsChanged("merge", ("a",), (), "b")
SPLIT = LabelsChanged("split", ("a",), ("x", "y"))
LABELS = (AnswersIngested(3), [AnswerRow(row, f"id{row}", label) for row, label in enumerate("aab")])


def test_a_model_is_known_under_the_new_name_wherever_a_class_is_named() -> None:
    now = state(LABELS, MODEL, rename("a", "z"))
    assert now.model
    did = now.model.did
    assert (did.classes, did.blind, did.labels_by_class) == (("z", "b"), ("b", "z"), {"z": 2, "b": 1})
    assert did.measured and set(did.measured.estimates) == {"accuracy", "precision:z", "recall:b"}
    assert did.guarded and did.guarded.unlabelled == ("z", "c")
    assert did.checked and did.checked.unjudged == ("z",)
    assert did.forecast and did.forecast.metric == "recall:z"
    assert now.changed == frozenset(), "nothing is to be learned anew"
    assert (now.model.overtaken, outdated(now)) == ("", "")
    assert now.history(0.0).models[0].estimates.keys() == did.measured.estimates.keys()


@pytest.mark.parametrize("change", [MERGE, SPLIT, LabelsChanged("retire", ("a",), ())])
def test_a_model_of_classes_that_are_no_more_is_used_no_more(change: LabelsChanged) -> None:
    now = state(LABELS, MODEL, change)
    assert now.model is None and now.history(0.0).models == ()
    assert (now.models[0].overtaken, now.models[0].overtaken_in) == (change.change, 4)
    assert outdated(now) == "the classes changed in step 4, after the model of step 3"
    assert now.changed == {0, 1}


def test_a_class_that_the_model_never_knew_is_no_matter() -> None:
    now = state(LABELS, MODEL, ADD, LabelsChanged("retire", ("c",), ()))
    assert now.model and now.model.overtaken == "add", "but its figures are from before the class came"


def test_after_a_class_came_the_model_is_used_but_not_judged_by() -> None:
    now = state(LABELS, MODEL, ADD)
    assert now.model and now.model.overtaken == "add" and now.changed == frozenset()
    (seen,) = now.history(0.0).models
    assert (seen.n_labels, seen.estimates, seen.stability, seen.figures) == (3, {}, {}, {})
    assert state(LABELS, MODEL, ADD, SPLIT).models[0].overtaken == "split", "the graver change counts"
    assert state(LABELS, MODEL, SPLIT, ADD).models[0].overtaken_in == 4


def test_a_class_that_came_is_to_be_learned_once_all_rows_are_answered() -> None:
    def again(*rows: int) -> tuple[Record, Sequence[Any]]:
        return AnswersIngested(len(rows)), [AnswerRow(row, f"id{row}", "x") for row in rows]

    anew = ModelRetrained(("b",), {"b": 1}, {}, "", "", 1, True, 0.0, {})
    assert unlearned(state(LABELS, MODEL, SPLIT, anew)) == ""
    assert unlearned(state(LABELS, MODEL, SPLIT, anew, again(0))) == "", "row 1 waits"
    done = state(LABELS, MODEL, SPLIT, anew, again(0, 1))
    assert unlearned(done) == "2 labels of 'x', which the model of step 5 does not know"
    assert unlearned(state(LABELS, MODEL, SPLIT, anew, again(0, 1), anew)) == "", "once it was tried"
    assert unlearned(state(LABELS, MODEL, rename("a", "z"))) == ""


def test_what_the_model_foretold_is_compared_under_the_new_name() -> None:
    batch = BatchSelected(1, 2, "margin", "csv", "round.csv", model=3)
    rows = [BatchRow(f"k{row}", row, f"id{row}", None, "", predicted="a", confidence=0.9) for row in (5, 6)]
    answers = AnswersIngested(2), [AnswerRow(5, "id5", "z", key="k5"), AnswerRow(6, "id6", "b", key="k6")]
    seen = state(LABELS, MODEL, (batch, rows), rename("a", "z"), answers).history(0.0)
    assert (seen.n_predicted, seen.n_wrong) == (2, 1)


# --- names ----------------------------------------------------------------------------------------


def history(*changes: LabelsChanged) -> list[Relabelled]:
    return [Relabelled(step, "", round=step - 1, did=did) for step, did in enumerate(changes, 2)]


def test_what_became_of_a_name() -> None:
    assert former(history(rename("a", "z"))) == {"a": Former("'a' was renamed to 'z' in step 2", "z")}
    twice = former(history(rename("a", "y"), rename("y", "z")))
    assert (twice["a"].now, twice["y"].now) == ("z", "z")
    assert former(history(rename("a", "z"), rename("z", "a"))).keys() == {"z"}
    gone = former(history(rename("a", "z"), LabelsChanged("split", ("z",), ("x", "y"))))
    assert gone["a"].now is None
    assert gone["a"].said == (
        "'a' was renamed to 'z' in step 2; 'z' was split into 'x', 'y' in step 3: choose one of them"
    )
    assert former(history(LabelsChanged("retire", ("a",), ()), ADD, LabelsChanged("add", (), ("a",)))) == {}
    assert former(history(LabelsChanged("retire", ("a",), (), skipped=True)))["a"].skipped


def test_a_class_that_stays_for_the_rest_is_meant_as_before_in_the_rounds_before() -> None:
    stays = former(history(ADD, LabelsChanged("split", ("a",), ("x", "a"))))
    assert stays == {"a": Former("'a' was split into 'x', 'a' in step 3", "a", until=2)}
    assert former(history(LabelsChanged("split", ("a",), ("x", "a")), rename("a", "z")))["a"].now == "z"


def test_a_name_that_comes_back_by_a_split_is_of_a_narrower_class_than_it_was() -> None:
    """`files from before` say it of the whole."""
    part = former(history(rename("a", "b"), LabelsChanged("split", ("b",), ("a", "x"))))
    assert part["a"] == Former("'b' was split into 'a', 'x' in step 3", "a", until=2) and part["b"].now is None
    rest = former(history(LabelsChanged("split", ("a",), ("x", "y")), LabelsChanged("add", (), ("a",))))
    assert rest == {"a": Former("'a' was added in step 3", "a", until=2)}
    merged = former(history(LabelsChanged("split", ("a",), ("x", "a")), LabelsChanged("merge", ("x",), (), "a")))
    assert merged["a"].until == 1, "what was said before the split was said of more than this"


def test_a_name_is_followed_until_nothing_takes_its_place() -> None:
    changes = history(
        rename("a", "b"), LabelsChanged("merge", ("b", "c"), ("d",), "d"), LabelsChanged("add", (), ("a",))
    )
    assert [now_called(name, changes) for name in "abcde"] == ["d", "d", "d", "d", "e"]
    assert now_called("a", history(SPLIT)) is None


@pytest.mark.parametrize(
    ("did", "words"),
    [
        (ADD, "alcli labels add c"),
        (rename("a", "my class"), "alcli labels rename a 'my class'"),
        (MERGE, "alcli labels merge --into b a"),
        (SPLIT, "alcli labels split a x y"),
        (LabelsChanged("retire", ("a", "-b"), (), skipped=True), "alcli labels retire --skip -- a -b"),
    ],
)
def test_the_command_that_makes_a_change(did: LabelsChanged, words: str) -> None:
    assert typed(did) == words


def test_names_are_shown_inert() -> None:
    assert described(rename("a\x1b[31m", "b")) == "'a\\x1b[31m' was renamed to 'b'"
    assert described(LabelsChanged("merge", ("a", "b"), (), "c")) == "'a', 'b' were merged into 'c'"
