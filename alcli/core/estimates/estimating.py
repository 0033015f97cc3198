"""Figures of a classifier, with what they are worth."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from alcli.core.estimates import calibrating

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from alcli.contracts import Floats, Ints, Matrix

FOLDS = 5


@dataclass(frozen=True)
class OutOfFold:
    """What is said of each labelled row by a model that did not see it.

    `proba` (n, k), 0 for classes that this model did not know; `known` (n,): whether it knew the row's own, `y` (n,).
    """

    proba: Floats
    known: NDArray[np.bool_]
    y: Ints

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether the likeliest class is the row's own (n,)."""
        right: NDArray[np.bool_] = self.proba.argmax(axis=1) == self.y
        return right

    @cached_property
    def temperature(self) -> float:
        """The temperature that calibrates the probabilities, from the rows whose class was known; 1 if they are few."""
        return calibrating.temperature(self.proba[self.known], self.y[self.known])

    @property
    def calibrated(self) -> Floats:
        """The probabilities (n, k) at their temperature."""
        return calibrating.tempered(self.proba, self.temperature)

    @property
    def figures(self) -> dict[str, float]:
        """Accuracy and macro-F1; from 50 rows on also the calibration error, as it was (`ece_raw_cv`) and calibrated.

        The labelled rows were selected, not drawn at random, so these figures are biased: they say how the model gets
        on with the rows that were asked about, mostly the hard ones.
        """
        from sklearn.metrics import f1_score

        found = {
            "accuracy_cv": float(np.mean(self.right)),
            "macro_f1_cv": float(f1_score(self.y, self.proba.argmax(axis=1), average="macro", zero_division=0)),
        }
        if self.known.sum() >= calibrating.FEWEST_ROWS:
            found["ece_cv"] = calibrating.calibration_error(self.calibrated, self.y)
            found["ece_raw_cv"] = calibrating.calibration_error(self.proba, self.y)
        return found


def cross_fitted(build: Any, features: Matrix, y: Ints, seed: int, folds: int = FOLDS) -> OutOfFold | None:
    """Probabilities of each row of features (n, d) by `build(y)` fitted on the other folds (stratified).

    The same seed makes the same folds, whatever the features. None where no class has two labels.
    """
    from sklearn.model_selection import StratifiedKFold

    folds = min(folds, int(np.bincount(y).max()))
    if folds < 2:
        return None
    splits = StratifiedKFold(folds, shuffle=True, random_state=seed).split(np.zeros(len(y)), y)
    return foretold(build, features, y, splits)


def foretold(build: Any, features: Matrix, y: Ints, splits: Iterable[tuple[Ints, Ints]]) -> OutOfFold:
    """Probabilities of rows of features (n, d), fold by fold, by `build(y)` fitted on others.

    `splits` are pairs of the rows to train on, which are not none, and the rows to predict. A row in no fold stays 0.
    """
    k = int(y.max()) + 1
    proba, known = np.zeros((len(y), k)), np.zeros(len(y), bool)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # classes with fewer labels than folds are meant to be there
        for train, test in splits:
            known[test] = np.isin(y[test], y[train])
            proba[test] = taught(build, features[train], y[train], k)(features[test])
    return OutOfFold(proba, known, y)


def taught(build: Any, features: Matrix, y: Ints, k: int) -> Callable[[Matrix], Floats]:
    """`build(y)` fitted on features (n, d), as a function from features to probabilities of k classes, 0 for those not
    in `y` (n,). Where all are of one class, that is what everything is."""
    classes = np.unique(y)
    model = build(y).fit(features, y) if len(classes) > 1 else None

    def proba(rows: Matrix) -> Floats:
        found = np.zeros((rows.shape[0], k))
        found[:, classes if model is None else model.classes_] = 1.0 if model is None else model.predict_proba(rows)
        return found

    return proba
