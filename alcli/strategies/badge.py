"""BADGE (Ash, Zhang, Krishnamurthy, Langford and Agarwal 2020)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.contracts import PoolView, Selection
from alcli.core.choosing import torn
from alcli.core.drawing import draw_keys, draw_one
from alcli.core.geometry import products_with, squared_norms

if TYPE_CHECKING:
    from alcli.contracts import Floats

__all__ = ["Badge"]


@dataclass(frozen=True)
class Badge:
    """Ask for rows that would change the model much, and in different directions (Ash et al. 2020).

    Were a row's likeliest class its label, the gradient of a linear model would be the outer product of its error, the
    probabilities less one for that class, and its features. k-means++ draws rows whose gradients are long and far
    apart. The batch is drawn from so many candidates, themselves drawn by the length of their error.

    >>> rows, proba = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), np.array([[0.5, 0.5], [0.6, 0.4], [0.7, 0.3]])
    >>> view = PoolView(np.arange(3), np.zeros(3), ("a", "b"), proba, rows)
    >>> Badge().select(view, 2, np.random.default_rng(0)).at.tolist()
    [0, 2]
    """

    candidates: int = 10_000

    needs = frozenset({"proba"})
    batch_needs = frozenset({"features"})
    starts_cold = False

    def __post_init__(self) -> None:
        if self.candidates < 1:
            raise ValueError("candidates must be 1 or more")

    def utility(self, view: PoolView) -> Floats:
        """Keys of a draw by squared error, without replacement."""
        assert view.proba is not None
        return draw_keys(squared_norms(errors(view.proba)), view.lottery)

    def short_list(self, batch_size: int) -> int:
        """Enough candidates to find different directions among."""
        return max(self.candidates, batch_size)

    def select(self, view: PoolView, batch_size: int, rng: np.random.Generator) -> Selection:
        """k-means++ draws, the longest gradient first; utility is the squared distance from those drawn before.

        Gradients are never made: the inner product of two is that of their errors times that of their features.
        """
        assert view.proba is not None and view.features is not None
        error = errors(view.proba)
        lengths = squared_norms(error) * squared_norms(view.features)
        left, free = lengths.astype(np.float64), np.ones(len(view), bool)
        n = min(batch_size, len(view))
        at, utility = np.empty(n, np.int64), np.empty(n)
        for pick in range(n):
            drawn = pick and left.any()
            best = draw_one(left, rng) if drawn else int(np.argmax(np.where(free, lengths, -1)))
            at[pick], utility[pick] = best, left[best]
            product = (error @ error[best]) * products_with(view.features, best)
            distances = np.maximum(lengths + lengths[best] - 2 * product, 0)
            left = np.minimum(left, distances) if pick else distances.astype(np.float64)
            free[best] = False
            left[~free] = 0
        return Selection(at, np.minimum.accumulate(utility), tuple(torn(view.take(at))))


def errors(proba: Floats) -> Floats:
    """The probabilities (n, k) less one for the likeliest class of each row."""
    error = proba.copy()
    error[np.arange(len(error)), error.argmax(axis=1)] -= 1
    return error
