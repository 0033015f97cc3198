"""Core-set choosing by greedy k-center (Sener and Savarese 2018)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.contracts import PoolView, Selection
from alcli.core.geometry import centred, distances_from, nearest, squared_norms

if TYPE_CHECKING:
    from alcli.contracts import Floats

__all__ = ["KCenter"]


@dataclass(frozen=True)
class KCenter:
    """Ask for what lies farthest from all that was asked, one by one (Sener and Savarese 2018).

    The batch is chosen from so many random candidates. Outliers come early: mean to cover a pool, not to learn fast.

    >>> from alcli.contracts import Asked
    >>> rows = np.array([[1.0], [2.0], [7.0], [9.0]])
    >>> view = PoolView(np.arange(4), np.zeros(4), features=rows, asked=Asked(np.zeros((1, 1)), np.zeros(1, int)))
    >>> KCenter().select(view, 2, np.random.default_rng(0)).at.tolist()
    [3, 1]
    """

    candidates: int = 10_000

    needs = frozenset[str]()
    batch_needs = frozenset({"features", "asked"})
    starts_cold = True

    def __post_init__(self) -> None:
        if self.candidates < 1:
            raise ValueError("candidates must be 1 or more")

    def utility(self, view: PoolView) -> Floats:
        """The lottery number: the short list is random."""
        return view.lottery

    def short_list(self, batch_size: int) -> int:
        """Enough candidates to cover the pool with, however large it is."""
        return max(self.candidates, batch_size)

    def select(self, view: PoolView, batch_size: int, rng: np.random.Generator) -> Selection:
        """The farthest from what was asked or is chosen, again and again; utility is that distance.

        Where nothing was asked, the first is the first of the short list.
        """
        assert view.features is not None and view.asked is not None
        left, features = nearest(view.features, view.asked.features), centred(view.features)
        norms = squared_norms(features)
        n = min(batch_size, len(view))
        at, distances = np.empty(n, np.int64), np.empty(n)
        for pick in range(n):
            best = int(np.argmax(left))
            at[pick], distances[pick] = best, left[best]
            np.minimum(left, distances_from(features, norms, best), out=left)
            left[at[: pick + 1]] = -1  # chosen
        utility = np.sqrt(distances)
        reasons = [f"far from all that was asked: the nearest is {u:.2f} away" for u in utility]
        if n and np.isinf(utility[0]):
            utility[0] = utility[1] if n > 1 else 0
            reasons[0] = "the first, from which the others lie far"
        return Selection(at, utility, tuple(reasons))
