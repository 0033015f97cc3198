"""The row space gives the same model."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix, random
from sklearn.linear_model import LogisticRegression

from alcli.core.row_space import RowSpaceLogistic


@pytest.mark.parametrize("k", [2, 4])
@pytest.mark.parametrize("shape", [(30, 200), (90, 40)], ids=["few rows", "many rows"])
@pytest.mark.parametrize("dense", [False, True])
def test_same_probabilities_as_scikit_learn(k: int, shape: tuple[int, int], dense: bool) -> None:
    X = csr_matrix(random(*shape, density=0.2, random_state=np.random.default_rng(k)).astype(np.float32))
    y = np.arange(shape[0]) % k
    X = X.toarray() if dense else X
    settings = {"C": 10.0, "tol": 1e-6, "max_iter": 5000, "class_weight": {c: 1.0 + c for c in range(k)}}
    ours, theirs = RowSpaceLogistic(**settings).fit(X, y), LogisticRegression(**settings).fit(X, y)
    assert ours.coef_.shape == theirs.coef_.shape
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=2e-3)


def test_equal_and_empty_rows_are_no_hindrance() -> None:
    X = csr_matrix(np.vstack([np.eye(4, 60), np.eye(4, 60), np.zeros((2, 60))]))
    y = np.array([0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
    ours = RowSpaceLogistic(C=10.0, tol=1e-6).fit(X, y)
    theirs = LogisticRegression(C=10.0, tol=1e-6).fit(X, y)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=2e-3)


def test_many_sparse_rows_are_fitted_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their n x n products would be more work than the few numbers they hold."""
    import alcli.core.row_space as row_space

    asked = []
    monkeypatch.setattr(row_space, "_factor", lambda X: asked.append(X.shape))
    y = np.arange(400) % 2
    X = csr_matrix(random(400, 1000, density=0.003, random_state=0)).astype(np.float32)
    RowSpaceLogistic(C=10.0).fit(X, y)
    assert asked == []
    RowSpaceLogistic(C=10.0).fit(X[:40], y[:40])
    RowSpaceLogistic(C=10.0).fit(X.toarray(), y)
    assert asked == [(40, 1000), (400, 1000)], "as dense numbers they are work either way"
