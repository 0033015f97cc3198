"""Who is asked what: everybody as much, with everybody as often, and no row is anybody's by right."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alcli.core.dealing import dealt

SOME = ["ana", "bo", "cy", "di", "eve", "fay", "gus"]
WISHES = st.integers(1, 7).flatmap(
    lambda people: st.tuples(
        st.just(SOME[:people]),
        st.integers(1, people),  # per_row
        st.integers(0, 90),  # rows
        st.floats(0, 1),  # overlap
        st.integers(0, 2**32 - 1),
    )
)


def times(rows: list[tuple[str, ...]], size: int, people: list[str]) -> Counter[tuple[str, ...]]:
    """How often these people, one by one or by twos, share a row."""
    found = Counter(dict.fromkeys(combinations(people, size), 0))
    for row in rows:
        found.update(combinations(row, size))
    return found


def spread(found: Counter[tuple[str, ...]]) -> int:
    return max(found.values()) - min(found.values())


@given(WISHES)
def test_every_row_is_asked_of_as_many_as_were_wished(wishes: tuple[list[str], int, int, float, int]) -> None:
    people, per_row, n, overlap, seed = wishes
    rows = dealt(n, people, np.random.default_rng(seed), overlap=overlap, per_row=per_row)
    sizes = Counter(len(row) for row in rows)
    assert len(rows) == n and set(sizes) <= {per_row, per_row + 1}
    assert all(len(set(row)) == len(row) and set(row) <= set(people) for row in rows)
    assert all(list(row) == sorted(row, key=people.index) for row in rows)
    wanted = n * overlap if per_row < len(people) else 0
    assert abs(sizes[per_row + 1] - wanted) < 1


@given(WISHES)
def test_nobody_gets_two_rows_more_than_another(wishes: tuple[list[str], int, int, float, int]) -> None:
    people, per_row, n, overlap, seed = wishes
    rows = dealt(n, people, np.random.default_rng(seed), overlap=overlap, per_row=per_row)
    assert spread(times(rows, 1, people)) <= 1
    assert spread(times([row for row in rows if len(row) > per_row], 1, people)) <= 1


@given(WISHES.filter(lambda wishes: len(wishes[0]) > 1))
def test_any_two_share_about_as_many_rows_as_any_other_two(wishes: tuple[list[str], int, int, float, int]) -> None:
    people, per_row, n, overlap, seed = wishes
    rows = dealt(n, people, np.random.default_rng(seed), overlap=overlap, per_row=per_row)
    assert spread(times(rows, 2, people)) <= (1 if len(people) <= 3 else 4)


@given(WISHES)
def test_the_same_seed_deals_the_same(wishes: tuple[list[str], int, int, float, int]) -> None:
    people, per_row, n, overlap, seed = wishes
    one, other = (dealt(n, people, np.random.default_rng(seed), overlap=overlap, per_row=per_row) for _ in range(2))
    assert one == other


def test_a_share_of_a_row_comes_true_over_the_rounds() -> None:
    """5 rows of which 0.3 overlap: 1.5 rows, one or two a round; 600 in 400 rounds, within five standard errors."""
    rng = np.random.default_rng(0)
    overlaps = [sum(len(row) == 2 for row in dealt(5, ["ana", "bo"], rng, overlap=0.3)) for _ in range(400)]
    assert set(overlaps) == {1, 2}
    assert abs(sum(overlaps) - 600) <= 5 * np.sqrt(400 * 0.25)


def test_any_row_may_be_anybodys_and_may_be_of_the_overlap() -> None:
    """The best rows come first in a batch: nobody gets them, and the overlap does not either, more than by chance."""
    rng, trials, people = np.random.default_rng(1), 2_000, ["ana", "bo", "cy"]
    batches = [dealt(4, people, rng, overlap=0.25) for _ in range(trials)]
    for row in range(4):
        asked = Counter(name for batch in batches for name in batch[row])
        # a row is asked of one, of a second with probability 1/4: each has 5/12
        tolerance = 5 * np.sqrt(trials * 5 / 12 * 7 / 12)
        assert all(abs(asked[name] - trials * 5 / 12) <= tolerance for name in people)
        twice = sum(len(batch[row]) == 2 for batch in batches)
        assert abs(twice - trials / 4) <= 5 * np.sqrt(trials * 3 / 16)


def test_four_people_who_overlap_pair_off_in_every_way() -> None:
    """Six rows asked of two each, and six pairs: one row a pair."""
    rows = dealt(6, SOME[:4], np.random.default_rng(3), overlap=1.0)
    assert sorted(rows) == list(combinations(SOME[:4], 2))


def test_one_alone_gets_everything_and_there_is_nobody_to_overlap_with() -> None:
    assert dealt(3, ["ana"], np.random.default_rng(0), overlap=1.0) == [("ana",)] * 3


@pytest.mark.parametrize(
    ("people", "overlap", "per_row", "because"),
    [
        ([], 0.0, 1, "nobody to ask"),
        (["ana", " "], 0.0, 1, "blank"),
        (["Ana", "bo", "ana"], 0.0, 1, "'Ana' and 'ana'"),
        (["ana", "bo"], 0.0, 3, "there are 2: not of 3"),
        (["ana"], 0.0, 2, "there is 1: not of 2"),
        (["ana", "bo"], 0.0, 0, "not of 0"),
        (["ana", "bo"], 1.2, 1, r"0 to 1, not 1\.2"),
        (["ana", "bo"], -0.1, 1, r"0 to 1, not -0\.1"),
        (["ana", "bo"], float("nan"), 1, "not nan"),
    ],
)
def test_wishes_that_cannot_be_met_are_refused(people: list[str], overlap: float, per_row: int, because: str) -> None:
    with pytest.raises(ValueError, match=because):
        dealt(4, people, np.random.default_rng(0), overlap=overlap, per_row=per_row)
