"""Logistic regression that learns from rows nobody labelled, too: its own guesses at them join the labels.

The guess at a row is its likeliest class (Scudder 1965; "pseudo-labels", Lee 2013). Where rows of a class lie close
together, a few labels are told on to their neighbours that way. Guesses together weigh a few times as much as the
labels while these are few, and less and less as they grow (Nigam et al. 2000): labels know better. Classes that are
guessed too often are guessed less (distribution alignment, Berthelot et al. 2020), or the common ones would swallow the
others. Where a few of many classes make up most of the pool, that goes too far: what little is known of the rare ones
would be told on to rows of the common ones. So guesses count for less there, down to next to nothing.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from alcli.core.class_weights import smoothed
from alcli.core.row_space import RowSpaceLogistic
from alcli.core.rows import stacked

if TYPE_CHECKING:
    from alcli.contracts import Floats, Ints, Matrix

ROUNDS = 3  # of guessing and learning from the guesses; more change little
STEPS = 15  # of the optimiser in each round, which goes on from the weights before
EVEN = 0.5  # the evenness of the classes from which on guesses are trusted in full
_RARELY = 1e-3  # a class guessed for no row is not raised without bound


@dataclass(frozen=True)
class SelfTaught:
    """A classifier for rows (n, d), to be fitted, that also learns from `unlabelled` rows (m, d).

    Guesses weigh `weight` times as much as the labels, all together, and half of that once a class has `fade` labels on
    average; less where the classes are uneven.
    """

    unlabelled: Matrix
    C: float = 10.0
    weight: float = 3.0
    fade: float = 5.0

    def fit(self, X: Matrix, y: Ints) -> Any:
        """scikit-learn's logistic regression, fitted to X (n, d), y (n,) and its own guesses."""
        from sklearn.linear_model import LogisticRegression

        n, (classes, places) = len(y), np.unique(y, return_inverse=True)
        began = RowSpaceLogistic(C=self.C, class_weight=smoothed(places), max_iter=1000).fit(X, places)
        model = LogisticRegression(C=self.C, max_iter=STEPS, warm_start=True)
        model.classes_, model.coef_, model.intercept_ = began.classes_, _single(began.coef_), _single(began.intercept_)
        together = stacked([X, self.unlabelled]).astype(np.float32)
        trust = min(1.0, evenness(model.predict_proba(self.unlabelled)) / EVEN) ** 3
        heard = trust * self.weight / (1 + n / (self.fade * len(classes)))
        counted = np.concatenate([np.ones(n), np.full(self.unlabelled.shape[0], trust)])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # few steps a round are meant not to converge
            for _ in range(ROUNDS):
                said = aligned(model.predict_proba(self.unlabelled))
                guesses, sure = said.argmax(axis=1), said.max(axis=1)
                target = np.concatenate([places, guesses])
                model.set_params(class_weight=smoothed(target, counted))
                model.fit(together, target, np.concatenate([np.ones(n), sure * (heard * n / sure.sum())]))
        model.classes_ = classes
        return model.set_params(warm_start=False)


def aligned(proba: Floats) -> Floats:
    """Probabilities (m, k) where common classes count for less: each is divided by the root of its share of all.

    >>> aligned(np.array([[0.9, 0.1], [0.72, 0.28]])).round(2).tolist()
    [[0.81, 0.19], [0.56, 0.44]]
    """
    raised = proba / np.sqrt(proba.mean(axis=0) + _RARELY)
    found: Floats = raised / raised.sum(axis=1, keepdims=True)
    return found


def evenness(proba: Floats) -> float:
    """How evenly rows (m, k) seem to be of the k classes: 1 if of all alike, 1 / k if all of one.

    It is the share of the classes that, all of one size, would be as likely as these are to be the same for two rows
    drawn at random (Simpson 1949; Hill 1973).

    >>> round(evenness(np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])), 2), round(evenness(np.array([[0.8, 0.2]])), 2)
    (0.67, 0.74)
    """
    shares = proba.mean(axis=0)
    return float(1 / (len(shares) * (shares**2).sum()))


def _single(numbers: Floats) -> Floats:
    return numbers.astype(np.float32)
