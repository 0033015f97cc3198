"""Who is asked what, in a project whose annotators have answered before."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from alcli.campaign.choosing.dealing_out import deal
from alcli.campaign.handoff.filing import each_of
from alcli.project.config import Answers
from alcli.project.state import State


def test_rows_that_are_looked_at_again_go_to_one_who_has_not_answered_them() -> None:
    said = {row: {"ana": "x"} if row % 2 else {"ben": "x"} for row in range(40)}
    state = State(seed=1, n_rows=100, answers=said)
    rows = list(range(20, 60))
    again = set(range(20, 40))
    to = deal(state, Answers(annotators=("ana", "ben"), overlap=0.5), rows, again)
    for row, names in zip(rows, to, strict=True):
        if row in again:
            assert len(names) == 1
            assert names[0] not in said[row]
    assert sum(len(names) == 2 for names in to) == 10, "half of the new rows"
    load = Counter(name for names in to for name in names)
    assert load == {"ana": 25, "ben": 25}


@pytest.mark.parametrize("rows", [range(1), range(3)])
def test_a_row_looked_at_again_goes_to_another_though_each_new_one_is_asked_of_two(rows: range) -> None:
    for seed in range(8):
        state = State(seed=seed, answers={0: {"ana": "x", "ben": "x"}})
        (names, *_) = deal(state, Answers(annotators=("ana", "ben", "dan"), per_row=2), rows, [0])
        assert names == ("dan",)


def test_a_row_that_all_have_answered_is_dealt_all_the_same() -> None:
    state = State(answers={0: {"ana": "x", "ben": "y"}})
    (names,) = deal(state, Answers(annotators=("ana", "ben")), [0], [0])
    assert len(names) == 1


def test_one_seed_one_deal_and_another_each_round() -> None:
    answers = Answers(annotators=("ana", "ben", "dan"), overlap=0.3)
    first = deal(State(seed=3), answers, range(20))
    assert first == deal(State(seed=3), answers, range(20))
    assert first != deal(State(seed=4), answers, range(20))
    assert first != deal(State(seed=3, n_batches_ever=1), answers, range(20))
    assert deal(State(), Answers(), range(2)) == [(), ()]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["ana", "ben"], ["ana", "ben"]),
        (["a b", "a-b", "A/B"], ["a-b", "a-b-2", "a-b-3"]),
        (["ana", "ana-2", "ana!"], ["ana", "ana-2", "ana-3"]),
        (["../x", "..", "/"], ["x", "annotator", "annotator-2"]),
        (["Zoë Müller", "王芳", "नीरज"], ["zoë-müller", "王芳", "नीरज"]),
        (["n" * 300], ["n" * 60]),
        (["王" * 300, "𝒜" * 300], ["王" * 20, "𝒜" * 15]),
    ],
)
def test_names_as_parts_of_names_of_files(names: list[str], words: list[str]) -> None:
    found = each_of(Path("out/round-001.csv"), names)
    assert list(found) == names
    assert [str(path) for path in found.values()] == [f"out/round-001-{word}.csv" for word in words]
