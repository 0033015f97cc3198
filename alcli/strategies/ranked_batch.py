"""Ranked batch-mode sampling (Cardoso et al. 2017)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.contracts import PoolView, Selection
from alcli.core.choosing import ByUtility, top, torn
from alcli.core.geometry import nearest, squared_distances
from alcli.core.rows import directions
from alcli.core.uncertainty import margin

if TYPE_CHECKING:
    from alcli.contracts import Floats

__all__ = ["RankedBatch"]


@dataclass(frozen=True)
class RankedBatch(ByUtility):
    """Ask what is doubtful and unlike all that was asked or chosen before, one by one (Cardoso et al. 2017).

    From the `candidates` most doubtful each place goes to the greatest alpha (1 - likeness) + (1 - alpha) doubt:
    likeness is the cosine to the nearest row asked or chosen, doubt one minus the margin of the two likeliest classes,
    and alpha the share of the candidates among candidates and rows asked. So variety counts first, doubt later.

    >>> rows = np.array([[1., 0.], [1., .1], [0., 1.]], np.float32)
    >>> proba = np.array([[.5, .5], [.5, .5], [.6, .4]])
    >>> view = PoolView(np.arange(3), np.array([.9, .5, .1]), ("a", "b"), proba, rows)
    >>> RankedBatch().select(view, 3, np.random.default_rng(0)).at.tolist()
    [0, 2, 1]
    """

    candidates: int = 2_000

    needs = frozenset({"proba"})
    batch_needs = frozenset({"features", "asked"})

    def __post_init__(self) -> None:
        if self.candidates < 1:
            raise ValueError("candidates must be 1 or more")

    def utility(self, view: PoolView) -> Floats:
        """The doubt: one minus the difference of the two greatest probabilities, in [0, 1]."""
        assert view.proba is not None
        utility: Floats = 1 - margin(view.proba)
        return utility

    def short_list(self, batch_size: int) -> int:
        """The most doubtful candidates, twice a batch at least."""
        return max(self.candidates, 2 * batch_size)

    def select(self, view: PoolView, batch_size: int, rng: np.random.Generator) -> Selection:
        """The batch, one by one; a choice only makes others less wanted, so the best come first."""
        assert view.features is not None
        rows, n_asked = directions(view.features), 0
        unlike = np.ones(len(view), np.float32)  # half the squared distance of two directions is one minus their cosine
        if view.asked is not None and (n_asked := len(view.asked.y)):
            np.minimum(unlike, nearest(rows, directions(view.asked.features)) / 2, out=unlike)
        alpha = len(view) / (len(view) + n_asked)
        doubt = (1 - alpha) * self.utility(view)
        n = min(batch_size, len(view))
        at, utility, likeness = np.empty(n, np.int64), np.empty(n), np.empty(n)
        for place in range(n):
            wanted = alpha * unlike + doubt
            best = int(top(wanted, view.lottery, 1)[0])
            at[place], utility[place], likeness[place] = best, wanted[best], 1 - unlike[best]
            np.minimum(unlike, squared_distances(rows, rows[best : best + 1]).ravel() / 2, out=unlike)
            doubt[best] = -np.inf
        reasons = (
            f"{why}; at most {share:.0%} like a row asked before"
            for why, share in zip(torn(view.take(at)), likeness, strict=True)
        )
        return Selection(at, utility, tuple(reasons))
