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
