"""Gradient boosting that takes sparse features, some rows at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

if TYPE_CHECKING:
    from alcli.contracts import Floats, Ints, Matrix

MOST_NUMBERS = 1 << 26  # of a dense copy of the labelled rows: 0.5 GB
NUMBERS_AT_A_TIME = 1 << 22


class DenseBoosting(HistGradientBoostingClassifier):  # type: ignore[misc]  # scikit-learn has no types
    """scikit-learn's boosting over histograms; sparse features are made dense: all to fit, in pieces to predict."""

    def fit(self, X: Matrix, y: Ints) -> DenseBoosting:
        """Fit on X (n, d) and y (n,); raises `ValueError` where a dense copy of X would be too large."""
        n, d = X.shape
        if n * d > MOST_NUMBERS and not isinstance(X, np.ndarray):
            raise ValueError(f"{n} rows of {d} sparse features are too many for it: it reads dense ones, such as lsa")
        super().fit(_dense(X), y)
        return self

    def predict_proba(self, X: Matrix) -> Floats:
        """Probabilities (n, k) of X (n, d)."""
        step = max(1, NUMBERS_AT_A_TIME // X.shape[1])
        pieces = [
            super(DenseBoosting, self).predict_proba(_dense(X[at : at + step])) for at in range(0, X.shape[0], step)
        ]
        return np.vstack(pieces)

    def predict(self, X: Matrix) -> Ints:
        """The likeliest class (n,) of X (n, d)."""
        likeliest: Ints = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return likeliest


def _dense(X: Matrix) -> Floats:
    return X if isinstance(X, np.ndarray) else X.toarray()
