"""The specification's model in the shape of a scikit-learn classifier."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

if TYPE_CHECKING:
    from alcli.contracts import Fit, Floats, Ints, Matrix


class Standin(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A classifier that fits the specification's model when it is first asked; `y` are class numbers below `n_classes`.

    With a `member` number it is one of a committee: it learns from rows drawn with replacement, by that seed, among
    them one of each class. It fits late so that a fit that fails is told: scikit-activeml takes such a classifier
    for one that has seen no labels.
    """

    def __init__(self, model: Fit, n_classes: int, member: int | None = None) -> None:
        self.model = model
        self.n_classes = n_classes
        self.member = member

    def fit(self, X: Matrix, y: Ints, sample_weight: None = None) -> Standin:
        """Keep the rows (l, d) and their classes (l,)."""
        self.classes_ = np.arange(self.n_classes)
        self._rows = X, np.asarray(y, np.int64)
        self._proba: Callable[[Any], Floats] | None = None
        return self

    def predict_proba(self, X: Matrix) -> Floats:
        """Probabilities (n, n_classes)."""
        if self._proba is None:
            self._proba = self.model(*self._drawn())
        return self._proba(X)

    def predict(self, X: Matrix) -> Ints:
        """The likeliest classes (n,)."""
        best: Ints = self.predict_proba(X).argmax(axis=1)
        return best

    def _drawn(self) -> tuple[Matrix, Ints]:
        X, y = self._rows
        if self.member is None:
            return X, y
        _, firsts = np.unique(y, return_index=True)
        others = np.random.default_rng(self.member).choice(len(y), len(y) - len(firsts))
        at = np.concatenate([firsts, others])
        return X[at], y[at]
