"""Cluster-Margin (Citovsky et al. 2021)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.contracts import PoolView, Selection
from alcli.core.choosing import top, torn
from alcli.core.clusters import k_means, turns
from alcli.core.uncertainty import margin

if TYPE_CHECKING:
    from alcli.contracts import Floats

__all__ = ["ClusterMargin"]


@dataclass(frozen=True)
class ClusterMargin:
    """Ask where the two likeliest classes are nearly tied, a row from each cluster in turn (Citovsky et al. 2021).

    The `factor` times batch size candidates of smallest margin fall into as many clusters as the batch has rows: those
    of k-means, where the paper cuts a tree over all pairs of the pool.

    >>> rows, proba = np.array([[0.0], [0.1], [9.0]]), np.array([[0.5, 0.5], [0.6, 0.4], [0.7, 0.3]])
    >>> view = PoolView(np.arange(3), np.zeros(3), ("a", "b"), proba, rows)
    >>> ClusterMargin().select(view, 2, np.random.default_rng(0)).at.tolist()
    [0, 2]
    """

    factor: int = 10

    needs = frozenset({"proba"})
    batch_needs = frozenset({"features"})
    starts_cold = False

    def __post_init__(self) -> None:
        if self.factor < 1:
            raise ValueError("factor must be 1 or more")

    def utility(self, view: PoolView) -> Floats:
        """Minus the difference of the two greatest probabilities: 0 for a tie, -1 for certainty."""
        assert view.proba is not None
        return -margin(view.proba)

    def short_list(self, batch_size: int) -> int:
        """Some times as many nearly tied candidates as are chosen."""
        return self.factor * batch_size

    def select(self, view: PoolView, batch_size: int, rng: np.random.Generator) -> Selection:
        """The most torn of each cluster, then the next of each until the batch is whole.

        Utility is that of a candidate, less one for each row of its cluster that is chosen before it.
        """
        assert view.features is not None
        margins = self.utility(view)
        best_first = top(margins, view.lottery, len(view))
        cluster = k_means(view.features, batch_size, rng)
        utility = margins.astype(np.float64)
        utility[best_first] -= turns(cluster[best_first])
        at = top(utility, view.lottery, batch_size)
        sizes = np.bincount(cluster)[cluster[at]]
        like = (f"one of {size} like it" if size > 1 else "unlike the others" for size in sizes)
        reasons = (f"{why}; {others}" for why, others in zip(torn(view.take(at)), like, strict=True))
        return Selection(at, utility[at], tuple(reasons))
