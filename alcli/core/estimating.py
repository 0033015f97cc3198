"""Figures of a classifier, with what they are worth."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from alcli.contracts import Ints, Matrix

FOLDS = 5


def cross_validated(build: Any, features: Matrix, y: Ints, seed: int) -> dict[str, float]:
    """Accuracy and macro-F1 of `build(y)` by stratified 5-fold cross-validation over the labelled rows.

    The labelled rows were selected, not drawn at random, so these figures are biased: they say how the model gets on
    with the rows that were asked about, mostly the hard ones. Empty where no class has two labels.
    """
    from sklearn.metrics import f1_score
    from sklearn.model_selection import StratifiedKFold

    folds = min(FOLDS, int(np.bincount(y).max()))
    if folds < 2:
        return {}
    said = np.full(len(y), -1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # classes with fewer labels than folds are meant to be there
        for train, test in StratifiedKFold(folds, shuffle=True, random_state=seed).split(np.zeros(len(y)), y):
            if len(np.unique(y[train])) < 2:
                said[test] = y[train][0]
                continue
            said[test] = build(y[train]).fit(features[train], y[train]).predict(features[test])
    return {
        "accuracy_cv": float(np.mean(said == y)),
        "macro_f1_cv": float(f1_score(y, said, average="macro", zero_division=0)),
    }
