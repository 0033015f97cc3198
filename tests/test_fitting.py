"""Fitting: models shown some of the classes only, few labels of many classes, features that a model cannot take."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from alcli.campaign.learning.fitting import fit
from alcli.campaign.learning.partial import fit_shown
from alcli.errors import ConfigError
from alcli.project.config import Config, Part, Pool

CLASSES = ("refund", "login", "bug", "other")


@pytest.mark.parametrize("sparse", [False, True])
def test_a_class_that_a_model_was_not_shown_gets_nothing(sparse: bool) -> None:
    X = np.eye(3, dtype=np.float32)[[0, 0, 2, 2]]
    rows = csr_matrix(X) if sparse else X
    partial = fit_shown(Path(), Config(model=Part("logistic")), rows, np.array([0, 0, 2, 2]), CLASSES, 0)
    proba = partial.proba(rows)
    assert (proba.shape, proba.dtype) == ((4, 4), np.float32)
    assert not proba[:, [1, 3]].any()
    assert proba.argmax(axis=1).tolist() == [0, 0, 2, 2]
    np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("model", ["logistic", "auto", "linear_svm", "sklearn.naive_bayes:GaussianNB"])
def test_few_labels_of_many_classes_are_nothing_to_be_warned_of(model: str) -> None:
    X = np.random.default_rng(0).random((26, 4)).astype(np.float32)
    names = [chr(ord("a") + n) for n in (*range(20), *range(6))]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fitted = fit(Path(), Config(model=Part(model)), X, names, tuple(sorted(set(names))), 0)
        assert fitted.figures
        assert fitted.proba(X).shape == (26, 20)


def test_class_weights_of_a_foreign_model_go_by_the_names_of_classes() -> None:
    X = np.random.default_rng(0).random((40, 3)).astype(np.float32)
    names = ["bug"] * 2 + ["login", "refund"] * 19
    classes = ("bug", "login", "refund")
    given = {"class_weight": {"login": 5.0, "bug": 2, "unheard": 3.0}}
    config = Config(model=Part("sklearn.linear_model:LogisticRegression", given))
    fitted = fit(Path(), config, X, names, classes, 0)
    number = np.array([classes.index(name) for name in names])
    alone = LogisticRegression(class_weight={0: 2.0, 1: 5.0}, random_state=0).fit(X, number)
    np.testing.assert_allclose(fitted.proba(X), alone.predict_proba(X), atol=1e-4)
    shown = number > 0  # bugs have no label here
    some = fit_shown(Path(), config, X[shown], number[shown], classes, 0)
    alone = LogisticRegression(class_weight={1: 5.0}, random_state=0).fit(X[shown], number[shown])
    np.testing.assert_allclose(some.proba(X)[:, 1:], alone.predict_proba(X), atol=1e-4)


@pytest.mark.parametrize("model", ["naive_bayes", "sklearn.naive_bayes:MultinomialNB"])
@pytest.mark.parametrize(
    ("pool", "hint"),
    [(Pool(text=("body",)), 'text = "tfidf"'), (Pool(text=("body",), columns=("age",)), "another [model]")],
)
@pytest.mark.parametrize("sparse", [False, True])
def test_negative_features_for_a_model_that_takes_none(model: str, pool: Pool, hint: str, sparse: bool) -> None:
    X = np.array([[1.0, -0.5], [0.5, 1.0]], np.float32)
    with pytest.raises(ConfigError) as refusal:
        fit(Path(), Config(pool=pool, model=Part(model)), csr_matrix(X) if sparse else X, ["a", "b"], ("a", "b"), 0)
    assert refusal.value.message == f"the model {model} takes no negative features, and these have some"
    assert hint in refusal.value.hint


def test_any_other_fault_of_a_model_is_told_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "class Picky:\n    def predict_proba(self, X): ...\n    def fit(self, X, y): raise ValueError('no mondays')\n"
    )
    with pytest.raises(ConfigError, match=r"the model mine\.py:Picky failed: ValueError: no mondays"):
        fit(tmp_path, Config(model=Part("mine.py:Picky")), np.eye(2, dtype=np.float32), ["a", "b"], ("a", "b"), 0)
