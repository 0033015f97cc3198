"""Views of a pool as query strategies get them: plain functions that any test may use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, issparse

from alcli.contracts import Asked, PoolView, QueryStrategy

WORDS = {"proba", "committee", "features", "asked", "reference", "fit"}
WIDTH = 5


def sealed(array: Any) -> Any:
    """As a plug-in gets it: writing raises."""
    for part in (array.data, array.indices, array.indptr) if issparse(array) else (array,):
        part.flags.writeable = False
    return array


def centroids(X: Any, y: np.ndarray, k: int) -> Callable[[Any], np.ndarray]:
    """A model that is fitted in no time: nearness to the mean of each class."""
    dense = X.toarray() if issparse(X) else X
    known = np.unique(y)
    means = np.stack([dense[y == c].mean(axis=0) for c in known])

    def proba(features: Any) -> np.ndarray:
        rows = features.toarray() if issparse(features) else features
        near = np.exp(-((rows[:, None] - means) ** 2).sum(axis=2)) + 1e-6
        found = np.zeros((len(rows), k), np.float32)
        found[:, known] = near / near.sum(axis=1, keepdims=True)
        return found

    return proba


def view(
    n: int = 40,
    k: int = 3,
    seed: int = 0,
    *,
    kind: str = "mixed",
    sparse: bool = False,
    asked: int = 12,
    cold: bool = False,
) -> PoolView:
    """Candidates with all that a strategy may need; "same": all alike, "empty": all features 0, "twins": in pairs."""
    rng = np.random.default_rng([seed, n, k])

    def features(rows: int) -> np.ndarray:
        return np.abs(rng.normal(size=(rows, WIDTH))) * (rng.random((rows, WIDTH)) < 0.6)

    def matrix(rows: np.ndarray) -> Any:
        rows = rows.astype(np.float32)
        return sealed(csr_matrix(rows) if sparse else rows)

    def beliefs(*shape: int) -> np.ndarray:
        return rng.dirichlet(np.full(k, 0.7), shape).astype(np.float32)

    own, pool = features(n), features(30)
    proba, votes = beliefs(n), beliefs(n, 5)
    if kind == "same":
        own, proba, votes = np.repeat(own[:1], n, 0), np.full_like(proba, 1 / k), np.full_like(votes, 1 / k)
    elif kind == "empty":
        own, pool = np.zeros_like(own), np.zeros_like(pool)
    elif kind == "twins":
        pairs = np.arange(n) // 2
        own, proba, votes = own[pairs], proba[pairs], votes[pairs]
    classes = tuple(f"c{c}" for c in range(k))
    y = np.where(np.arange(asked) < 2 * k, np.arange(asked) % k, -1)
    reference = PoolView(
        rows=sealed(np.arange(30)),
        lottery=sealed(rng.random(30)),
        classes=classes,
        proba=None if cold else sealed(beliefs(30)),
        features=matrix(pool),
    )
    return PoolView(
        rows=sealed(np.sort(rng.choice(10 * n, n, replace=False))),
        lottery=sealed(rng.random(n)),
        classes=() if cold else classes,
        proba=None if cold else sealed(proba),
        features=matrix(own),
        committee=None if cold else sealed(votes),
        asked=Asked(matrix(features(asked)), sealed(np.full(asked, -1) if cold else y)),
        reference=replace(reference, classes=()) if cold else reference,
        fit=None if cold else lambda X, y: centroids(X, y, k),
        rare=() if cold else ("c1",),
    )


def only(strategy: QueryStrategy, pool: PoolView, words: frozenset[str]) -> PoolView:
    """The view with nothing but what the strategy named."""
    return replace(pool, **{word: None for word in WORDS - words})


def utilities(strategy: QueryStrategy, pool: PoolView) -> np.ndarray:
    return np.asarray(strategy.utility(only(strategy, pool, strategy.needs)))


def check(strategy: QueryStrategy, pool: PoolView, batch_size: int) -> None:
    """The batch is whole, distinct, explained, best first, and the same again."""
    utility = utilities(strategy, pool)
    assert utility.shape == (len(pool),)
    assert np.isfinite(utility).all()
    seen = only(strategy, pool, strategy.needs | strategy.batch_needs)
    chosen = strategy.select(seen, batch_size, np.random.default_rng(1))
    again = strategy.select(seen, batch_size, np.random.default_rng(1))
    at = np.asarray(chosen.at)
    assert at.shape == np.unique(at).shape == (min(batch_size, len(pool)),)
    assert at.min() >= 0
    assert at.max() < len(pool)
    assert at.tolist() == np.asarray(again.at).tolist()
    assert len(chosen.utility) == len(chosen.reasons) == len(at)
    assert np.isfinite(chosen.utility).all()
    assert (np.diff(chosen.utility) <= 1e-6).all(), "best first"
    assert all(reason.strip() and "\n" not in reason for reason in chosen.reasons)
    assert list(chosen.reasons) == list(again.reasons)
