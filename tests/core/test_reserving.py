"""The audit sample's rows: how many, which, in which order, and where in a batch."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alcli.core.reserving import draw, drawn_below, due, in_order, scattered


@pytest.mark.parametrize(("rows", "reserved"), [(10, 2), (1_000, 200), (2_500, 500), (25_000, 500), (10**6, 20_000)])
def test_five_hundred_rows_or_a_fiftieth_but_never_over_a_fifth(rows: int, reserved: int) -> None:
    assert round(rows * drawn_below(rows)) == reserved


def test_draws_are_in_the_order_of_their_numbers_and_below_the_bound() -> None:
    draws = draw(100, 1_000, 0.3, np.random.default_rng(0))
    assert (np.diff(draws["number"]) > 0).all()
    assert draws["number"].max() < 0.3
    assert draws["row"].min() >= 100 and draws["row"].max() < 1_100
    assert 250 < len(draws) < 350


def test_rows_that_join_later_are_as_likely_to_be_asked_first_as_the_first_ones() -> None:
    """The pool grows from 100 rows to 400 before anything is asked: the first ten of the order are of all of it."""
    asked = np.zeros(400)
    for seed in range(4_000):
        rng = np.random.default_rng(seed)
        draws = np.concatenate([draw(0, 100, 0.2, rng), draw(100, 300, 0.2, rng)])
        draws = draws[np.argsort(draws["number"])]
        asked[in_order(draws, [])[:10]] += 1
    expected, error = 4_000 * 10 / 400, np.sqrt(4_000 * 10 / 400)
    assert abs(asked[:100].mean() - expected) < 3 * error / np.sqrt(100)
    assert asked.min() > expected - 4.5 * error
    assert asked.max() < expected + 4.5 * error


def test_a_row_that_was_drawn_twice_is_asked_once_and_never_again() -> None:
    draws = draw(0, 6, 1.0, np.random.default_rng(0))
    draws["row"] = [4, 2, 4, 1, 2, 0]
    assert in_order(draws, []).tolist() == [4, 2, 1, 0]
    assert in_order(draws, [4, 0]).tolist() == [2, 1]


@given(st.integers(1, 300), st.floats(0, 1), st.integers(0, 300), st.integers(0, 10))
def test_a_batch_has_its_share_and_one_row_at_least(size: int, share: float, waiting: int, seed: int) -> None:
    n = due(size, share, waiting, np.random.default_rng(seed))
    assert 0 <= n <= min(size, waiting)
    if share == 0:
        assert n == 0
    elif size > 1 and waiting >= size:
        assert n == max(1, round(share * size))


def test_batches_of_one_row_are_drawn_as_often_as_the_share_says() -> None:
    drawn = sum(due(1, 0.2, 100, np.random.default_rng(seed)) for seed in range(2_000))
    assert 320 < drawn < 480


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 1_000))
def test_scattering_keeps_either_order(chosen: int, drawn: int, seed: int) -> None:
    order = scattered(chosen, drawn, np.random.default_rng(seed)).tolist()
    assert [at for at in order if at < chosen] == list(range(chosen))
    assert [at for at in order if at >= chosen] == list(range(chosen, chosen + drawn))


def test_no_place_tells_what_was_drawn() -> None:
    places = np.zeros(20)
    for seed in range(3_000):
        order = scattered(18, 2, np.random.default_rng(seed))
        places[np.flatnonzero(order >= 18)] += 1
    assert abs(places - 300).max() < 4.5 * np.sqrt(300)
