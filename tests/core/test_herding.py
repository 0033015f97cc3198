"""Greedy coverage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from alcli.contracts import Asked
from alcli.core.herding import cover, herd, reach, stands_for


def one_by_one(
    kernel: np.ndarray, covered: np.ndarray, weights: np.ndarray, own: np.ndarray, n: int
) -> tuple[list[int], list[float]]:
    """The same, every gain looked at anew for every choice."""
    at: list[int] = []
    gains: list[float] = []
    for _ in range(min(n, len(kernel))):
        gain = (np.maximum(kernel - covered, 0) * weights).sum(axis=1) + own
        gain[at] = -1
        at.append(int(gain.argmax()))
        gains.append(float(gain.max()))
        covered = np.maximum(covered, kernel[at[-1]])
    return at, gains


@settings(deadline=None)
@given(
    c=st.integers(1, 90),
    r=st.integers(1, 20),
    n=st.integers(1, 100),
    seed=st.integers(0, 50),
    hard=st.booleans(),
    plain=st.booleans(),
)
def test_the_lazy_choice_is_the_greedy_one(c: int, r: int, n: int, seed: int, hard: bool, plain: bool) -> None:
    """In numbers that add up without rounding, so that ties are ties."""
    rng = np.random.default_rng(seed)
    kernel = rng.integers(0, 2 if hard else 9, size=(c, r)) / (1 if hard else 8)
    covered = rng.integers(0, 5, size=r) / 8
    weights = np.ones(r) if plain else rng.integers(0, 5, size=r) / 4
    own = np.zeros(c) if plain else rng.integers(0, 5, size=c) / 2
    found = cover(kernel, covered, weights, n, None if plain else own)
    at, gains = one_by_one(kernel, covered, weights, own, n)
    assert found.at.tolist() == at
    assert found.gain.tolist() == gains
    assert ((found.share >= 0) & (found.share <= 1)).all()


def test_what_a_candidate_counts_by_itself_turns_the_choice() -> None:
    kernel = np.array([[1, 1, 0, 0], [0, 0, 1, 0]], np.float32)
    covered, weights = np.zeros(4, np.float32), np.ones(4)
    assert cover(kernel, covered, weights, 1).at.tolist() == [0]
    chosen = cover(kernel, covered, weights, 1, np.array([0.0, 1.5]))
    assert (chosen.at.tolist(), chosen.gain.tolist(), chosen.share.tolist()) == ([1], [2.5], [0.25])


def test_herding_by_hand() -> None:
    """The middle of three stands for 1 + 2/e of them; 9 alone for 1; what is asked already stands for its like."""
    rows = np.array([[0.0], [1.0], [2.0], [9.0]])
    for wrap in (np.asarray, csr_matrix):
        chosen = herd(wrap(rows), wrap(rows), np.ones(4), None, radius=1.0, n=2)
        assert chosen.at.tolist() == [1, 3]
        np.testing.assert_allclose(chosen.gain, [1 + 2 / np.e, 1], atol=1e-4)
        np.testing.assert_allclose(chosen.share, [(1 + 2 / np.e) / 4, 1 / 4], atol=1e-4)
        after = herd(wrap(rows), wrap(rows), np.ones(4), wrap(rows[1:2]), radius=1.0, n=1)
        assert after.at.tolist() == [3]


def test_what_does_not_count_is_not_covered() -> None:
    rows = np.array([[0.0], [0.1], [0.2], [9.0]])
    assert herd(rows, rows, np.array([0, 0, 0, 1.0]), None, radius=1.0, n=1).at.tolist() == [3]


def test_a_narrow_kernel_follows_the_weights_a_wide_one_the_heap() -> None:
    rows = np.array([[0.0], [0.1], [0.2], [9.0]])
    weights = np.array([0.5, 0.6, 0.5, 1.0])
    assert herd(rows, rows, weights, None, radius=0.01, n=1).at.tolist() == [3]
    assert herd(rows, rows, weights, None, radius=1.0, n=1).at.tolist() == [1]


def test_the_reach_is_the_spacing_of_the_rows_asked_or_of_random_ones() -> None:
    reference = np.arange(100, dtype=np.float32)[:, None]
    asked = Asked(np.array([[0.0], [5.0], [9.0]]), np.zeros(3, int))  # nearest: 5, 4, 4
    assert reach(asked, reference, 10) == pytest.approx(13 / 3, rel=1e-3)
    alone = Asked(np.array([[3.0]]), np.zeros(1, int))
    for before in (None, alone, Asked(np.empty((0, 1)), np.empty(0, int))):
        assert reach(before, reference, 10) == pytest.approx(11, rel=1e-2)
        assert reach(before, reference, 500) == pytest.approx(1, rel=0.1)
    assert reach(None, reference[:1], 10) == 0


def test_what_it_stands_for_in_words() -> None:
    assert stands_for(0.25) == "stands for 25.0% more of the pool"
    assert stands_for(0.0) == "stands for little but itself"
