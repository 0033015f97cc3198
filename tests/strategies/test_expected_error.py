"""Expected doubt after a label."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from alcli import plugins
from alcli.contracts import Asked, PoolView
from alcli.errors import ConfigError

RNG = np.random.default_rng(0)
COVERED, OPEN = np.array([0.9, 0.1]), np.array([0.5, 0.5])


def h(p: np.ndarray) -> float:
    return float(-(p * np.log(p)).sum())


def groups(fits: list[int]) -> Callable[[Any, np.ndarray], Callable[[Any], np.ndarray]]:
    """A model that is 90% sure of the groups (columns) it has a label in, and knows nothing of the others."""

    def fit(X: Any, y: np.ndarray) -> Callable[[Any], np.ndarray]:
        fits.append(len(y))
        known = np.asarray(X.sum(axis=0)).ravel() > 0

        def proba(features: Any) -> np.ndarray:
            dense = features.toarray() if not isinstance(features, np.ndarray) else features
            return np.where((dense @ known > 0)[:, None], COVERED, OPEN)

        return proba

    return fit


def view(kind: Any, fits: list[int]) -> PoolView:
    """Of ten rows of the pool five are of a group with a label, four of a large one without, one of a small one."""
    pool = np.repeat(np.eye(3, dtype=np.float32), [5, 4, 1], axis=0)
    return PoolView(
        np.arange(3),
        np.zeros(3),
        ("a", "b"),
        np.full((3, 2), 0.5),
        kind(np.eye(3, dtype=np.float32)),
        asked=Asked(kind(np.eye(3, dtype=np.float32)[[0, 2]]), np.array([0, -1])),
        reference=PoolView(np.arange(10), np.zeros(10), features=kind(pool)),
        fit=groups(fits),
    )


@pytest.mark.parametrize("kind", [np.asarray, csr_matrix], ids=["dense", "sparse"])
def test_hand_worked(kind: Any) -> None:
    """A label in the large group lowers the doubt of four rows of ten from ln 2 to that of 90%."""
    fits: list[int] = []
    chosen = plugins.load("strategies", "expected_error").select(view(kind, fits), 3, RNG)
    assert chosen.at.tolist() == [1, 2, 0]
    by = h(OPEN) - h(COVERED)
    np.testing.assert_allclose(chosen.utility, [0.4 * by, 0.1 * by, 0], atol=1e-12)
    now = 0.5 * (h(OPEN) + h(COVERED))
    assert (
        chosen.reasons[0] == f"its label is expected to lower the model's doubt about the pool by {0.4 * by / now:.1%}"
    )
    assert fits == [1] + [2] * 6, "one fit as things stand, then each candidate with each of two classes"


def test_only_the_likeliest_classes_are_tried() -> None:
    fits: list[int] = []
    plugins.load("strategies", "expected_error", {"classes": 1}).select(view(np.asarray, fits), 3, RNG)
    assert len(fits) == 1 + 3


def test_labels_count_by_their_probability() -> None:
    """A label that settles all is worth what it is likely."""

    def fit(X: np.ndarray, y: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        settled = 1 in y
        return lambda features: np.tile([1.0, 0.0] if settled else [0.5, 0.5], (len(features), 1))

    one = np.ones((1, 1), np.float32)
    pool = PoolView(
        np.arange(2),
        np.zeros(2),
        ("a", "b"),
        np.array([[0.75, 0.25], [0.25, 0.75]]),
        np.ones((2, 1), np.float32),
        asked=Asked(one, np.array([0])),
        reference=PoolView(np.arange(1), np.zeros(1), features=one),
        fit=fit,
    )
    chosen = plugins.load("strategies", "expected_error").select(pool, 2, RNG)
    assert chosen.at.tolist() == [1, 0]
    np.testing.assert_allclose(chosen.utility, [0.75 * np.log(2), 0.25 * np.log(2)])


def test_bounds_are_one_or_more() -> None:
    for name in ("candidates", "classes", "reference"):
        with pytest.raises(ConfigError, match="must be 1 or more"):
            plugins.load("strategies", "expected_error", {name: 0})
