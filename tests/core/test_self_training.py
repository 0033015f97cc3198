"""Learning from rows without a label: guesses are told on to neighbours, and labels keep the last word."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix, issparse

from alcli.core.class_weights import smoothed
from alcli.core.linear import from_fitted
from alcli.core.row_space import RowSpaceLogistic
from alcli.core.self_training import SelfTaught, aligned, evenness


def clouds(n: int, k: int = 2, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Points (n, 30) of length 1 around k centres, and whose they are (n,)."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % k
    X = rng.normal(0, 1, (k, 30))[y] + rng.normal(0, 1.2, (n, 30))
    return (X / np.linalg.norm(X, axis=1, keepdims=True)).astype(np.float32), y


def right(model: Any, X: np.ndarray, y: np.ndarray) -> float:
    return float(np.mean(model.predict(X) == y))


def test_few_labels_are_told_on_to_the_rows_around_them() -> None:
    for seed in range(5):
        X, y = clouds(1_000, 5, seed)
        plain = RowSpaceLogistic(C=10.0).fit(X[:10], y[:10])
        taught = SelfTaught(X[500:]).fit(X[:10], y[:10])
        wrong_before, wrong_now = 1 - right(plain, X, y), 1 - right(taught, X, y)
        assert wrong_now < wrong_before / 2


def test_labels_keep_the_last_word_once_they_are_many() -> None:
    X, y = clouds(2_000)
    unlike = X[1_000:] + 0.5 * X[1_001:1_002]  # most of which look like one class
    few, many = (
        SelfTaught(unlike, fade=5.0).fit(X[:n], y[:n]).predict_proba(X[1_500:])
        - RowSpaceLogistic(C=10.0).fit(X[:n], y[:n]).predict_proba(X[1_500:])
        for n in (20, 1_000)
    )
    assert np.abs(many).mean() < np.abs(few).mean() / 3


@pytest.mark.parametrize("classes", [(0, 1), (3, 7), (0, 2, 5)])
def test_classes_keep_their_numbers(classes: tuple[int, ...]) -> None:
    X, of = clouds(200, len(classes))
    y = np.array(classes)[of[:30]]
    model = SelfTaught(X[30:]).fit(X[:30], y)
    assert model.classes_.tolist() == list(classes)
    assert model.predict_proba(X).shape == (200, len(classes))
    assert set(model.predict(X)) <= set(classes)
    assert right(model, X[:30], y) > 0.9


def test_sparse_rows_give_the_same_model() -> None:
    X, y = clouds(400)
    dense = SelfTaught(X[40:]).fit(X[:40], y[:40])
    sparse = SelfTaught(csr_matrix(X[40:])).fit(csr_matrix(X[:40]), y[:40])
    assert issparse(csr_matrix(X))
    assert np.abs(dense.predict_proba(X) - sparse.predict_proba(X)).max() < 0.05


def test_the_model_is_kept_as_plain_arrays() -> None:
    X, y = clouds(300)
    model = SelfTaught(X[30:]).fit(X[:30], y[:30])
    linear = from_fitted(model, np.arange(30), 30)
    assert linear is not None
    assert np.allclose(linear.proba(X), model.predict_proba(X), atol=1e-5)


def test_the_same_labels_make_the_same_model() -> None:
    X, y = clouds(300)
    first, again = (SelfTaught(X[30:]).fit(X[:30], y[:30]) for _ in range(2))
    assert (first.coef_ == again.coef_).all()


def test_where_few_of_many_classes_make_up_the_pool_guesses_do_no_harm() -> None:
    """Two large classes and 18 small ones, as many labels of each: guesses would make the large ones look rare."""
    for seed in range(5):
        X, y = clouds(4_000, 20, seed)
        rng = np.random.default_rng(seed)
        pool = np.concatenate([np.flatnonzero((y < 2) & (np.arange(4_000) < 3_900)), np.flatnonzero(y >= 2)[:200]])
        labelled = np.concatenate([np.flatnonzero(y == k)[-3:] for k in range(20)])
        more = np.concatenate([labelled, rng.permutation(pool)[:40]])
        plain = RowSpaceLogistic(C=10.0, class_weight=smoothed(y[more])).fit(X[more], y[more])
        taught = SelfTaught(X[pool]).fit(X[more], y[more])
        assert right(taught, X[pool], y[pool]) > right(plain, X[pool], y[pool]) - 0.01


def test_evenness_is_a_share_of_the_classes() -> None:
    """Shares .7, .2, .1, 0: 1 / (.49 + .04 + .01) = 1.85 classes' worth of four."""
    assert evenness(np.array([[0.7, 0.2, 0.1, 0.0]])) == pytest.approx(1 / 0.54 / 4)
    assert evenness(np.eye(5)) == pytest.approx(1)


def test_common_classes_are_guessed_less() -> None:
    said = aligned(np.array([[0.9, 0.1, 0.0], [0.8, 0.2, 0.0], [0.7, 0.3, 0.0]]))
    # shares .8 and .2: the second one gains by the root of 4, so .3 * 2 against .7
    assert said[2, 1] / said[2, 0] == pytest.approx(2 * 0.3 / 0.7, rel=0.01)
    assert np.allclose(said.sum(axis=1), 1)
    assert np.isfinite(said).all()
