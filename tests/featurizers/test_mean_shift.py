"""Rows moved towards their neighbours: by hand, and what must not move."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alcli.core.geometry import unit
from alcli.featurizers import _mean_shift as module
from alcli.featurizers._mean_shift import landmarks, shifted


def around(centre: int, n: int, spread: float, rng: np.random.Generator, d: int = 20) -> np.ndarray:
    return unit(np.eye(d)[centre] + spread * rng.standard_normal((n, d)))


def test_one_neighbour_by_hand() -> None:
    """The cosine is 0.8: its 16th power, 0.028, against a doubt of 0.1."""
    row, neighbour = np.array([[1.0, 0.0]]), np.array([[0.8, 0.6]])
    pull = 0.8**16 / (0.8**16 + 0.1)
    expected = 0.6 * row + 0.4 * pull * neighbour
    np.testing.assert_allclose(shifted(row, landmarks(neighbour)), expected / np.linalg.norm(expected))


def test_classes_come_apart() -> None:
    rng = np.random.default_rng(0)
    rows = np.vstack([around(0, 60, 0.2, rng), around(1, 60, 0.2, rng)])
    moved = shifted(rows, landmarks(rows))
    before, after = (np.mean(some[:60] @ some[:60].T) - np.mean(some[:60] @ some[60:].T) for some in (rows, moved))
    assert after > before + 0.05


@pytest.mark.parametrize("others", [[[0.0, 1.0]], [[1.0, 0.0]], [[0.0, 0.0]]], ids=["far off", "itself", "nothing"])
def test_a_row_without_neighbours_stays(others: list[list[float]]) -> None:
    row = np.array([[1.0, 0.0]])
    np.testing.assert_array_equal(shifted(row, landmarks(np.array(others))), row)


def test_nothing_stays_nothing() -> None:
    rows = np.array([[1.0, 0.0], [0.8, 0.6], [0.0, 0.0]])
    assert not shifted(rows, landmarks(rows))[2].any()
    assert shifted(rows[:0], landmarks(rows)).shape == (0, 2)


def test_neighbours_are_found_among_many_cells() -> None:
    """As if every landmark had been looked at: what lies in cells far off counts for next to nothing."""
    rng = np.random.default_rng(1)
    rows = np.vstack([around(c, 80, 0.1, rng) for c in range(20)])
    state = landmarks(rows)
    assert len(state["cells"]) > 30
    every = {"landmarks": state["landmarks"], "cells": np.array([0, len(rows)])}
    assert (shifted(rows, state) * shifted(rows, every)).sum(axis=1).min() > 0.99


@given(st.integers(1, 90), st.integers(0, 90), st.integers(0, 9))
def test_however_the_rows_are_cut(n: int, cut: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = around(0, n, 0.3, rng, d=3)
    state = landmarks(rows)
    apart = np.vstack([shifted(rows[:cut], state), shifted(rows[cut:], state)])
    np.testing.assert_allclose(apart, shifted(rows, state), atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(apart, axis=1), 1)


def test_a_large_pool_is_known_by_a_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LANDMARKS", 50)
    rows = around(0, 200, 0.3, np.random.default_rng(0))
    state = landmarks(rows)
    assert state["landmarks"].shape == (50, 20)
    assert shifted(rows, state).shape == rows.shape
