"""Doubtful and unlike what was asked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from alcli import plugins
from alcli.contracts import Asked, PoolView
from alcli.errors import ConfigError

KINDS = pytest.mark.parametrize("kind", [np.asarray, csr_matrix], ids=["dense", "sparse"])
RNG = np.random.default_rng(0)


def view(kind: Any, rows: list[list[float]], doubt: list[float], asked: list[list[float]]) -> PoolView:
    """Candidates of these features and doubts, two classes; rows asked of these features, without labels."""
    first = 1 - np.array(doubt) / 2
    before = np.array(asked, np.float32).reshape(len(asked), len(rows[0]))
    return PoolView(
        np.arange(len(rows)),
        np.linspace(0.9, 0.1, len(rows)),
        ("a", "b"),
        np.stack([first, 1 - first], axis=1),
        kind(np.array(rows, np.float32)),
        asked=Asked(kind(before), np.full(len(asked), -1)),
    )


@KINDS
def test_hand_worked(kind: Any) -> None:
    """Three candidates, one row asked, along the first: alpha is 3/4.

    First: 3/4 (0, 1, 1 - 0.8) + 1/4 (1, 0.2, 0.4) = .25, .80, .25. The second is chosen; the third's cosine to it is
    0.6, less than its 0.8 to the row asked, so it stays at .25, and the lottery gives the tie to the first.
    """
    pool = view(kind, [[2, 0], [0, 1], [4, 3]], [1.0, 0.2, 0.4], asked=[[1, 0]])
    chosen = plugins.load("strategies", "ranked_batch").select(pool, 3, RNG)
    assert chosen.at.tolist()[0] == 1
    np.testing.assert_allclose(chosen.utility, [0.8, 0.25, 0.25], atol=1e-5)


@KINDS
def test_a_row_like_one_just_chosen_waits(kind: Any) -> None:
    pool = view(kind, [[1, 0, 0], [1, 0.01, 0], [0, 1, 0]], [0.92, 0.9, 0.5], asked=[[0, 0, 1]])
    assert plugins.load("strategies", "ranked_batch").select(pool, 2, RNG).at.tolist() == [0, 2]


@KINDS
def test_empty_rows_are_like_one_another(kind: Any) -> None:
    """Rows without any known word are one question, not many."""
    pool = view(kind, [[0, 0], [0, 0], [1, 0], [0, 0]], [0.9, 0.9, 0.1, 0.9], asked=[])
    assert plugins.load("strategies", "ranked_batch").select(pool, 2, RNG).at.tolist() == [0, 2]


@KINDS
def test_doubt_counts_for_more_as_rows_are_asked(kind: Any) -> None:
    """A doubtful row half like what was asked, against a certain one unlike it."""
    rows, doubt = [[1, 1.7320508, 0], [0, 0, 1]], [1.0, 0.0]
    early = view(kind, rows, doubt, asked=[[1, 0, 0]])  # alpha 2/3: 1/3 + 1/3 against 2/3
    late = view(kind, rows, doubt, asked=[[1, 0, 0]] * 6)  # alpha 1/4: 1/8 + 3/4 against 1/4
    utility = plugins.load("strategies", "ranked_batch").select(early, 2, RNG).utility
    np.testing.assert_allclose(utility, [2 / 3, 2 / 3], atol=1e-5)
    chosen = plugins.load("strategies", "ranked_batch").select(late, 2, RNG)
    assert chosen.at.tolist() == [0, 1]
    np.testing.assert_allclose(chosen.utility, [7 / 8, 1 / 4], atol=1e-5)
    assert chosen.reasons[0] == "torn between a and b: 50% / 50%; at most 50% like a row asked before"


@pytest.mark.parametrize("sparse", [False, True])
def test_it_is_the_greedy_choice(sparse: bool) -> None:
    """Against the paper's loop written out, on random rows."""
    rng = np.random.default_rng(3)
    rows, before = rng.random((60, 8)) ** 4, rng.random((10, 8)) ** 4
    doubt = rng.random(60)
    pool = view(csr_matrix if sparse else np.asarray, rows.tolist(), doubt.tolist(), before.tolist())
    alpha, have, wanted = 60 / 70, list(before), []
    for _ in range(12):
        likeness = [max(row @ other / np.linalg.norm(row) / np.linalg.norm(other) for other in have) for row in rows]
        score = alpha * (1 - np.array(likeness)) + (1 - alpha) * doubt
        score[wanted] = -1
        wanted.append(int(np.argmax(score)))
        have.append(rows[wanted[-1]])
    assert plugins.load("strategies", "ranked_batch").select(pool, 12, RNG).at.tolist() == wanted


def test_candidates_are_one_or_more() -> None:
    with pytest.raises(ConfigError, match="candidates must be 1 or more"):
        plugins.load("strategies", "ranked_batch", {"candidates": 0})
