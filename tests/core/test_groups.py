"""Groups compared, against chances worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alcli.core.groups import behind, dues, passed_by, trimmed


def test_behind_is_fishers_exact_test_one_sided() -> None:
    # 4 rows of 8 are right; that a group of 4 has none of them: 1 / C(8, 4) = 1/70 = 0.014 < 0.05 / 2
    assert behind([0, 4], [4, 4]) == [True, False]
    # 3 of 6; a group of 3 with none: 1 / 20 = 0.05, not below 0.025
    assert behind([0, 3], [3, 3]) == [False, False]


def test_with_many_groups_more_is_wanted_of_each() -> None:
    assert behind([0, 4, 0, 0], [4, 4, 0, 0]) == [True, False, False, False]  # those without rows are not tested
    assert not any(behind([0, 1, 1, 1, 1], [4, 1, 1, 1, 1]))  # the same 0.014, but wanted is 0.05 / 5


def test_nothing_is_behind_where_there_is_nothing_to_compare_with() -> None:
    assert behind([0], [50]) == [False]
    assert behind([], []) == []
    assert behind([0, 0], [0, 0]) == [False, False]


def test_passed_by_is_binomial_and_below_half() -> None:
    # none of 20 labels at a share of 0.2: 0.8^20 = 0.0115 < 0.05 / 2; of 10: 0.107
    assert passed_by([0, 20], [0.2, 0.8]) == [True, False]
    assert passed_by([0, 10], [0.2, 0.8]) == [False, False]
    assert passed_by([3_000, 5_000], [0.5, 0.5]) == [False, False]  # fewer, beyond chance, but not far below
    assert passed_by([0, 0], [0.5, 0.5]) == [False, False]


def test_what_is_due_comes_true_over_the_rounds() -> None:
    share = np.array([0.66, 0.31, 0.03])
    spent = np.array([dues(share, 10, 0.5, lot) for lot in np.linspace(0, 1, 1_000, endpoint=False)])
    assert spent.mean(axis=0) == pytest.approx(5 * share, abs=0.01)
    assert set(spent.sum(axis=1)) == {5}
    assert set(spent[:, 2]) == {0, 1}


@given(
    st.lists(st.integers(1, 1_000), min_size=1, max_size=21),
    st.integers(1, 500),
    st.floats(0, 1),
    st.floats(0, 1, exclude_max=True),
)
def test_each_is_due_its_part_rounded_and_all_no_more_than_the_batch(
    sizes: list[int], n: int, quota: float, lot: float
) -> None:
    exact = quota * n * np.array(sizes) / sum(sizes)
    due = dues(np.array(sizes) / sum(sizes), n, quota, lot)
    assert (due >= np.floor(exact - 1e-6)).all() and (due <= np.ceil(exact + 1e-6)).all()
    assert due.sum() <= np.ceil(quota * n)


def test_the_last_rows_of_groups_with_more_than_their_due_go() -> None:
    batch = np.array([0, 0, 0, 0, 1, 2])  # the last two were added
    assert trimmed([batch], [np.array([2, 1, 1])], 4) == [0, 1, 4, 5]
    assert trimmed([batch], [np.array([0, 0, 0])], 4) == [0, 1, 2, 3]


def test_what_one_column_needs_the_other_does_not_take() -> None:
    language, source = np.array([0, 0, 0, 1]), np.array([0, 1, 0, 0])
    assert trimmed([language, source], [np.array([1, 1]), np.array([0, 1])], 3) == [0, 1, 3]


def test_where_no_row_can_be_spared_the_last_goes() -> None:
    assert trimmed([np.array([0, 1, 2])], [np.array([1, 1, 1])], 2) == [0, 1]
    assert trimmed([], [], 3) == [0, 1, 2]
