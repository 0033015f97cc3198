"""Expected error reduction (Roy and McCallum 2001)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.contracts import PoolView, Selection
from alcli.core.choosing import ByUtility, top
from alcli.core.rows import stacked
from alcli.core.uncertainty import entropy

if TYPE_CHECKING:
    from alcli.contracts import Fit, Floats, Ints, Matrix

__all__ = ["ExpectedError"]


@dataclass(frozen=True)
class ExpectedError(ByUtility):
    """Ask first whose label is expected to leave the model least in doubt about the pool (Roy and McCallum 2001).

    For each candidate and each label it may get, the model is fitted with that label added, and its doubt (log loss
    by its own belief) about random rows of the pool is measured. That costs `candidates` x `classes` fits: the default
    200 take a second with two classes and a hundred labels, minutes with thousands. Hence the bounds: so many random
    `candidates`, twice a batch at least, the `classes` that the model holds likeliest for each, and `reference` rows of
    the pool. For small batches; they are the best candidates one by one, with no eye to their likeness.

    >>> from sklearn.linear_model import LogisticRegression
    >>> from alcli.contracts import Asked
    >>> rows, asked = np.array([[0.0], [0.0], [9.0]]), Asked(np.array([[-1.0], [1.0]]), np.array([0, 1]))
    >>> proba = np.array([[0.5, 0.5], [0.5, 0.5], [0.0, 1.0]])
    >>> more = {"asked": asked, "reference": PoolView(np.arange(3), np.zeros(3), features=rows)}
    >>> more["fit"] = lambda X, y: LogisticRegression().fit(X, y).predict_proba
    >>> view = PoolView(np.arange(3), np.zeros(3), ("a", "b"), proba, rows, **more)
    >>> ExpectedError().select(view, 1, np.random.default_rng(0)).at.tolist()
    [0]
    """

    candidates: int = 100
    classes: int = 2
    reference: int = 500

    batch_needs = frozenset({"proba", "features", "asked", "reference", "fit"})

    def __post_init__(self) -> None:
        if min(self.candidates, self.classes, self.reference) < 1:
            raise ValueError("candidates, classes and reference must be 1 or more")

    def utility(self, view: PoolView) -> Floats:
        """The lottery number itself: the short list is drawn at random."""
        return view.lottery

    def short_list(self, batch_size: int) -> int:
        """The random candidates that models are fitted for, twice a batch at least."""
        return max(self.candidates, 2 * batch_size)

    def select(self, view: PoolView, batch_size: int, rng: np.random.Generator) -> Selection:
        """The candidates whose labels are expected to lower the doubt most, best first; utility in nats."""
        assert view.asked is not None
        X, y = view.asked.labelled
        if not len(y):
            at = top(view.lottery, view.lottery, batch_size)
            return Selection(at, np.zeros(len(at)), ("drawn at random: there is no label to learn from",) * len(at))
        pool = self._pool(view, rng)
        assert view.fit is not None
        now = _doubt(view.fit, X, y, pool)
        lowered = np.array([now - self._expected(view, i, X, y, pool) for i in range(len(view))])
        at = top(lowered, view.lottery, batch_size)
        return Selection(at, lowered[at], tuple(_in_words(by / max(now, 1e-12)) for by in lowered[at]))

    def _pool(self, view: PoolView, rng: np.random.Generator) -> Matrix:
        assert view.reference is not None and view.reference.features is not None
        n = len(view.reference)
        return view.reference.features[np.sort(rng.choice(n, min(n, self.reference), replace=False))]

    def _expected(self, view: PoolView, i: int, X: Matrix, y: Ints, pool: Matrix) -> float:
        """The doubt to expect once candidate i has a label."""
        assert view.proba is not None and view.features is not None and view.fit is not None
        longer, proba = stacked([X, view.features[i : i + 1]]), view.proba[i].astype(np.float64)
        likeliest = np.argsort(-proba, kind="stable")[: self.classes]
        doubts = [_doubt(view.fit, longer, np.append(y, c), pool) for c in likeliest]
        return float(np.average(doubts, weights=proba[likeliest]))


def _doubt(fit: Fit, X: Matrix, y: Ints, pool: Matrix) -> float:
    """The mean entropy in nats of what a model fitted on (X, y) believes of the pool's rows."""
    return float(entropy(fit(X, y)(pool)).mean())


def _in_words(share: float) -> str:
    verb = "lower" if share >= 0 else "raise"
    return f"its label is expected to {verb} the model's doubt about the pool by {abs(share):.1%}"
