"""Every model that is found keeps the contract; linear ones give the same probabilities as plain arrays."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from alcli import plugins
from alcli.core.linear import from_fitted, used_columns

NAMES = plugins.names("models")


def labelled(k: int, n: int = 60, d: int = 12) -> tuple[csr_matrix, np.ndarray]:
    rng = np.random.default_rng(k)
    y = np.arange(n) % k
    dense = rng.random((n, d)) * (rng.random((n, d)) < 0.4)
    dense[np.arange(n), y] += 1.0
    return csr_matrix(dense.astype(np.float32)), y


def test_these_models_are_found() -> None:
    assert NAMES == ["logistic", "naive_bayes"]


@pytest.mark.parametrize("k", [2, 5])
@pytest.mark.parametrize("name", NAMES)
def test_a_model_learns_and_says_how_sure_it_is(name: str, k: int) -> None:
    X, y = labelled(k)
    fitted = plugins.load("models", name).build(y).fit(X, y)
    proba = fitted.predict_proba(X)
    assert proba.shape == (60, k)
    np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-5)
    assert (fitted.predict(X) == y).mean() > 0.9


@pytest.mark.parametrize("k", [2, 5])
@pytest.mark.parametrize("name", NAMES)
def test_plain_arrays_give_the_same_probabilities(name: str, k: int) -> None:
    X, y = labelled(k)
    wide = csr_matrix((X.data, 3 * X.indices + 1, X.indptr), shape=(60, 40))  # columns never seen lie in between
    columns = used_columns(wide)
    fitted = plugins.load("models", name).build(y).fit(wide[:, columns], y)
    linear = from_fitted(fitted, columns, 40)
    assert linear is not None
    expected = fitted.predict_proba(wide[:, columns])
    np.testing.assert_allclose(linear.proba(wide), expected, atol=1e-5)
    np.testing.assert_allclose(linear.proba(wide.toarray()), expected, atol=1e-5)


def test_fitting_on_the_columns_that_occur_is_the_same_model() -> None:
    X, y = labelled(3)
    wide = csr_matrix((X.data, 3 * X.indices + 1, X.indptr), shape=(60, 40))
    columns = used_columns(wide)
    assert len(columns) < 40
    model = plugins.load("models", "logistic")
    narrow = model.build(y).set_params(tol=1e-8).fit(wide[:, columns], y)
    full = model.build(y).set_params(tol=1e-8).fit(wide, y)
    np.testing.assert_allclose(narrow.predict_proba(wide[:, columns]), full.predict_proba(wide), atol=1e-4)


def test_smoothed_class_weights_by_hand() -> None:
    """Six of a and two of b: the average is 4; a weighs 8 / 10, b 8 / 6."""
    weights = plugins.load("models", "logistic").build(np.array([0] * 6 + [1] * 2)).class_weight
    assert weights == pytest.approx({0: 0.8, 1: 4 / 3})


def test_any_scikit_learn_classifier_by_path() -> None:
    model = plugins.load("models", "sklearn.linear_model:LogisticRegression", {"C": 3.0})
    built = model.build(np.array([0, 1]))
    assert isinstance(built, LogisticRegression)
    assert built.C == 3.0
