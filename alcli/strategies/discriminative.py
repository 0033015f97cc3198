"""Discriminative active learning (Gissin and Shalev-Shwartz 2019)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.contracts import PoolView, Selection
from alcli.core.choosing import ByUtility, top
from alcli.core.rows import stacked

if TYPE_CHECKING:
    from alcli.contracts import Floats, Ints, Matrix

__all__ = ["Discriminative"]


@dataclass(frozen=True)
class Discriminative(ByUtility):
    """Ask first what is told most easily from all that was asked so far (Gissin and Shalev-Shwartz 2019).

    A logistic regression learns to tell rows asked from random `candidates`; those it holds surest not to be asked are
    chosen, the batch in so many `parts`: what is chosen counts as asked for the next part. The aim is that what was
    asked looks like the pool. It asks no model, and while nothing was asked its first part is drawn at random.

    >>> from alcli.contracts import Asked
    >>> rows, asked = np.array([[1.0], [3.0], [2.0]]), Asked(np.array([[0.0], [1.0]]), np.array([0, 1]))
    >>> view = PoolView(np.arange(3), np.zeros(3), features=rows, asked=asked)
    >>> Discriminative(parts=1).select(view, 2, np.random.default_rng(0)).at.tolist()
    [1, 2]
    """

    candidates: int = 10_000
    parts: int = 10

    batch_needs = frozenset({"features", "asked"})
    starts_cold = True

    def __post_init__(self) -> None:
        if self.candidates < 1 or self.parts < 1:
            raise ValueError("candidates and parts must be 1 or more")

    def utility(self, view: PoolView) -> Floats:
        """The lottery number itself: the short list is drawn at random."""
        return view.lottery

    def short_list(self, batch_size: int) -> int:
        """The random candidates, at least a batch."""
        return max(self.candidates, batch_size)

    def select(self, view: PoolView, batch_size: int, rng: np.random.Generator) -> Selection:
        """The batch, part by part; utility is the probability of not being asked, no more than of one chosen before."""
        assert view.features is not None and view.asked is not None
        rows = stacked([view.asked.features, view.features])
        unasked = np.repeat([0, 1], [len(view.asked.y), len(view)])
        candidates = slice(len(view.asked.y), None)
        n = min(batch_size, len(view))
        parts = np.array_split(np.arange(n), min(self.parts, n))
        at, surely = np.empty(n, np.int64), np.empty(n)
        for part in parts:
            proba = _unasked(rows, unasked)[candidates]
            proba[unasked[candidates] == 0] = -np.inf
            at[part] = top(proba, view.lottery, len(part))
            surely[part] = proba[at[part]]
            unasked[candidates][at[part]] = 0
        at_random = len(parts[0]) if not len(view.asked.y) else 0
        reasons = ["drawn at random: nothing was asked before"] * at_random
        reasons += [f"{p:.0%} sure to be unlike the rows asked before" for p in surely[at_random:]]
        return Selection(at, np.minimum.accumulate(surely), tuple(reasons))


def _unasked(rows: Matrix, unasked: Ints) -> Floats:
    """The probability (n,) of each of the rows (n, d) to be one not asked; 1 where none is."""
    if unasked.all():
        return np.ones(len(unasked))
    from sklearn.linear_model import LogisticRegression

    # balanced, or a few rows asked among many candidates would be lost on the classifier
    classifier = LogisticRegression(class_weight="balanced", max_iter=1000).fit(rows, unasked)
    proba: Floats = classifier.predict_proba(rows)[:, 1]
    return proba
