"""A linear support vector machine that says how sure it is, however few labels a class has.

Platt's calibration, as scikit-learn offers it, fits a curve for each class and so wants several labels of each. Here
one number serves them all: the probabilities are the softmax of the decision values times the scale at which they
explain held-out rows best (Guo et al. 2017). So the whole stays a softmax of linear scores.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.svm import LinearSVC

from alcli.core.estimates.estimating import cross_fitted
from alcli.core.linear import softmax

if TYPE_CHECKING:
    from alcli.contracts import Floats, Ints, Matrix

_FOLDS = 3


class UnscaledSVC(LinearSVC):  # type: ignore[misc]  # scikit-learn has no types
    def predict_proba(self, X: Matrix) -> Floats:
        """Probabilities (n, k) of X (n, d): the softmax of the decision values, of two classes 0 and the one there."""
        values: Floats = self.decision_function(X)
        return softmax(np.column_stack([np.zeros_like(values), values]) if values.ndim == 1 else values.copy())


class SoftmaxSVC(UnscaledSVC):
    """scikit-learn's linear SVM; once fitted, its weights are those of the probabilities."""

    def fit(self, X: Matrix, y: Ints, sample_weight: Any = None) -> SoftmaxSVC:
        """Fit on X (n, d) and y (n,), class numbers 0..k-1."""
        super().fit(X, y, sample_weight)
        held_out = cross_fitted(lambda _: UnscaledSVC(**self.get_params()), X, y, seed=0, folds=_FOLDS)
        scale = 1 / held_out.temperature if held_out else 1.0
        self.coef_: Any = self.coef_ * scale
        self.intercept_: Any = self.intercept_ * scale
        return self
