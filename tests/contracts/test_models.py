"""Every model that is found keeps the contract; linear ones give the same probabilities as plain arrays."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from alcli import plugins
from alcli.core import dense_rows
from alcli.core.linear import Beside, Linear, from_fitted, half_product, used_columns
from alcli.errors import ConfigError

NAMES = plugins.names("models")
LINEAR = ["auto", "linear_svm", "logistic", "naive_bayes", "self_training"]
TAUGHT_BY_THE_POOL = ["auto", "self_training"]


def labelled(k: int, n: int = 60, d: int = 12) -> tuple[csr_matrix, np.ndarray]:
    rng = np.random.default_rng(k)
    y = np.arange(n) % k
    dense = rng.random((n, d)) * (rng.random((n, d)) < 0.4)
    dense[np.arange(n), y] += 1.0
    return csr_matrix(dense.astype(np.float32)), y


def test_these_models_are_found() -> None:
    assert NAMES == ["auto", "boosting", "forest", "linear_svm", "logistic", "naive_bayes", "self_training"]


@pytest.mark.parametrize("dense", [False, True], ids=["sparse", "dense"])
@pytest.mark.parametrize("k", [2, 5])
@pytest.mark.parametrize("name", NAMES)
def test_a_model_learns_and_says_how_sure_it_is(name: str, k: int, dense: bool) -> None:
    X, y = labelled(k)
    X = X.toarray() if dense else X
    fitted = plugins.load("models", name).build(y).fit(X, y)
    proba = fitted.predict_proba(X)
    assert proba.shape == (60, k)
    np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-5)
    assert (fitted.predict(X) == y).mean() > 0.9


@pytest.mark.parametrize("name", NAMES)
def test_a_class_of_one_label_and_a_row_twice_are_no_hindrance(name: str) -> None:
    X, y = labelled(3, n=12)
    X, y = X[[0, 3, 6, 6, 1, 4, 2]], y[[0, 3, 6, 6, 1, 4, 2]]
    proba = plugins.load("models", name).build(y).fit(X, y).predict_proba(X)
    assert proba.shape == (7, 3)
    assert np.isfinite(proba).all()


@pytest.mark.parametrize("name", NAMES)
def test_two_labels_are_enough_to_begin_with(name: str) -> None:
    X, y = labelled(2, n=2)
    assert plugins.load("models", name).build(y).fit(X, y).predict_proba(X).shape == (2, 2)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_labels_make_the_same_model(name: str) -> None:
    X, y = labelled(3)
    once, again = (plugins.load("models", name).build(y).fit(X, y).predict_proba(X) for _ in range(2))
    np.testing.assert_array_equal(once, again)


@pytest.mark.parametrize("k", [2, 5])
@pytest.mark.parametrize("name", LINEAR)
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
    np.testing.assert_allclose(linear.proba(wide.toarray().astype(np.float16)), expected, atol=2e-3)
    beside = Beside((wide[:, :13].toarray().astype(np.float16), wide[:, 13:14], wide[:, 14:]))
    np.testing.assert_allclose(linear.proba(beside), expected, atol=2e-3)


@pytest.mark.parametrize("dense", [False, True], ids=["sparse", "dense"])
@pytest.mark.parametrize("k", [2, 5])
@pytest.mark.parametrize("name", TAUGHT_BY_THE_POOL)
def test_a_model_that_learns_from_the_pool_is_kept_as_arrays_too(name: str, k: int, dense: bool) -> None:
    X, y = labelled(k)
    X = X.toarray() if dense else X
    model = plugins.load("models", name)
    assert model.unlabelled > 0
    fitted = model.build_beside(y[:20], X[20:]).fit(X[:20], y[:20])
    assert (fitted.predict(X) == y).mean() > 0.9
    linear = from_fitted(fitted, np.arange(12), 12)
    assert linear is not None
    np.testing.assert_allclose(linear.proba(X), fitted.predict_proba(X), atol=1e-5)


@pytest.mark.parametrize("name", ["boosting", "forest"])
def test_trees_are_no_linear_model(name: str) -> None:
    X, y = labelled(2)
    assert from_fitted(plugins.load("models", name).build(y).fit(X, y), used_columns(X), 12) is None


@pytest.mark.parametrize("k", [2, 3])
def test_one_class_against_the_rest_is_no_softmax(k: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As scikit-learn's logistic regression came to its probabilities up to 1.6, if told to."""
    monkeypatch.setattr(LogisticRegression, "predict_proba", LogisticRegression._predict_proba_lr)
    X, y = labelled(k)
    fitted = LogisticRegression(C=1000.0).fit(X, y)
    assert (from_fitted(fitted, np.arange(12), 12) is None) == (k > 2), "of two classes both are the same"


def test_every_finite_half_is_read_exactly() -> None:
    every = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    halves = every[np.isfinite(every)].reshape(-1, 32)
    np.testing.assert_array_equal(half_product(halves, np.eye(32, dtype=np.float32)), halves.astype(np.float32))


def test_more_rows_than_are_widened_at_a_time() -> None:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((9, 100_000)).astype(np.float16)
    weights = rng.standard_normal((100_000, 2)).astype(np.float32)
    np.testing.assert_allclose(half_product(X, weights), X.astype(np.float32) @ weights, rtol=1e-3, atol=1e-2)
    nothing = Linear(np.arange(3), np.ones((3, 2), np.float32), np.zeros(2, np.float32), 3)
    assert nothing.proba(np.empty((0, 3), np.float16)).shape == (0, 2)


def test_fitting_on_the_columns_that_occur_is_the_same_model() -> None:
    X, y = labelled(3)
    wide = csr_matrix((X.data, 3 * X.indices + 1, X.indptr), shape=(60, 40))
    columns = used_columns(wide)
    assert len(columns) < 40
    model = plugins.load("models", "logistic")
    narrow = model.build(y).set_params(tol=1e-8).fit(wide[:, columns], y)
    full = model.build(y).set_params(tol=1e-8).fit(wide, y)
    np.testing.assert_allclose(narrow.predict_proba(wide[:, columns]), full.predict_proba(wide), atol=1e-4)


@pytest.mark.parametrize("name", ["auto", "boosting", "forest", "linear_svm", "logistic", "self_training"])
def test_smoothed_class_weights_by_hand(name: str) -> None:
    """Six of a and two of b: the average is 4; a weighs 8 / 10, b 8 / 6."""
    weights = plugins.load("models", name).build(np.array([0] * 6 + [1] * 2)).class_weight
    assert weights == pytest.approx({0: 0.8, 1: 4 / 3})


def test_boosting_in_pieces_is_boosting_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = labelled(3)
    fitted = plugins.load("models", "boosting").build(y).fit(X, y)
    at_once = fitted.predict_proba(X)
    monkeypatch.setattr(dense_rows, "NUMBERS_AT_A_TIME", 7 * 12)
    np.testing.assert_array_equal(fitted.predict_proba(X), at_once)


def test_boosting_refuses_what_would_not_fit_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = labelled(2)
    monkeypatch.setattr(dense_rows, "MOST_NUMBERS", 700)
    boosting = plugins.load("models", "boosting").build(y)
    with pytest.raises(ValueError, match="60 rows of 12 sparse features"):
        boosting.fit(X, y)
    boosting.fit(X.toarray(), y)


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("self_training", {"weight": 0.0}),
        ("self_training", {"unlabelled": 0}),
        ("boosting", {"rounds": 0}),
        ("boosting", {"learning_rate": 0.0}),
        ("forest", {"trees": 0}),
        ("linear_svm", {"C": 0.0}),
        ("logistic", {"C": -1.0}),
        ("naive_bayes", {"alpha": 0.0}),
        *((name, {"C": float(word)}) for name in ("linear_svm", "logistic") for word in ("inf", "nan")),
        *(("self_training", {key: float("inf")}) for key in ("C", "weight", "fade")),
        ("naive_bayes", {"alpha": float("inf")}),
    ],
)
def test_parameters_that_make_no_sense_are_refused(name: str, params: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match=next(iter(params))):
        plugins.load("models", name, params)


def test_any_scikit_learn_classifier_by_path() -> None:
    model = plugins.load("models", "sklearn.linear_model:LogisticRegression", {"C": 3.0})
    built = model.build(np.array([0, 1]))
    assert isinstance(built, LogisticRegression)
    assert built.C == 3.0


@pytest.mark.parametrize(
    ("roles", "text", "rival"),
    [
        (["text"], "lsa", ("", "tfidf")),
        (["text", "columns"], "embeddings", ("", "tfidf")),
        (["columns"], "lsa", ("forest", "")),
        (["text"], "tfidf", None),
        (["vectors"], "lsa", None),
        (["columns", "vectors"], "lsa", None),
    ],
)
def test_what_auto_tries(roles: list[str], text: str, rival: tuple[str, str] | None) -> None:
    found = plugins.load("models", "auto").rival(roles, text)
    assert (found and (found.model, found.beside)) == rival
