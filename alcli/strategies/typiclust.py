"""TypiClust (Hacohen, Dekel and Weinshall 2022)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.contracts import PoolView, Selection
from alcli.core.clusters import k_means, turns
from alcli.core.geometry import pieces, squared_distances
from alcli.core.rows import stacked

if TYPE_CHECKING:
    from alcli.contracts import Floats, Matrix

__all__ = ["TypiClust"]

_SMALLEST = 5  # rows of a cluster below which they are outliers
_NEIGHBOURS = 20


@dataclass(frozen=True)
class TypiClust:
    """Ask for the most typical row of each cluster that nothing was asked of yet, the largest first (Hacohen 2022).

    There are as many clusters as rows asked, the batch included, `clusters` at most. The batch is chosen from so many
    random candidates. For the first few batches: it knows no model.

    >>> from alcli.contracts import Asked
    >>> rows = np.array([[0.0], [0.1], [0.2], [0.3], [0.5], [9.0], [9.1], [9.2], [9.3], [9.5], [9.6]])
    >>> view = PoolView(np.arange(11), np.zeros(11), features=rows, asked=Asked(np.empty((0, 1)), np.empty(0, int)))
    >>> TypiClust().select(view, 2, np.random.default_rng(0)).at.tolist()
    [7, 2]
    """

    candidates: int = 10_000
    clusters: int = 500

    needs = frozenset[str]()
    batch_needs = frozenset({"features", "asked"})
    starts_cold = True

    def __post_init__(self) -> None:
        if self.candidates < 1 or self.clusters < 1:
            raise ValueError("candidates and clusters must be 1 or more")

    def utility(self, view: PoolView) -> Floats:
        """The lottery number: the short list is random."""
        return view.lottery

    def short_list(self, batch_size: int) -> int:
        """Enough candidates to see the pool's clusters, however large it is."""
        return max(self.candidates, batch_size)

    def select(self, view: PoolView, batch_size: int, rng: np.random.Generator) -> Selection:
        """The most typical of the cluster least asked of, then largest, again and again.

        Utility is the number of rows in the cluster, less that of all rows for each one asked or chosen in it before.
        """
        assert view.features is not None and view.asked is not None
        n, n_asked = len(view), view.asked.features.shape[0]
        points = stacked([view.features, view.asked.features])
        cluster = k_means(points, min(n_asked + batch_size, self.clusters), rng)
        sizes = np.bincount(cluster)
        asked = np.bincount(cluster[n:], minlength=len(sizes))
        asked[sizes < _SMALLEST] += n_asked + batch_size  # outliers come after all others
        worth = (sizes - len(cluster) * asked)[cluster[:n]] - len(cluster) * turns(cluster[:n])
        at = np.argsort(-worth, kind="stable")[:batch_size]
        utility = worth[at].astype(np.float64)
        reasons = tuple(f"typical of {s} rows like it" if s > 1 else "alone of its kind" for s in sizes[cluster[at]])
        for c in np.unique(cluster[at]):  # so many of each cluster: now which
            members = np.flatnonzero(cluster == c)
            typical = members[np.argsort(-typicality(points[members]), kind="stable")]
            here = cluster[at] == c
            at[here] = typical[typical < n][: here.sum()]
        return Selection(at, utility, reasons)


def typicality(points: Matrix) -> Floats:
    """One over the mean distance of each point (n, d) from its 20 nearest neighbours."""
    n = points.shape[0]
    near = min(_NEIGHBOURS, n - 1)
    if not near:
        return np.zeros(1)
    mean = np.empty(n)
    for piece in pieces(n, n):
        distances = np.sqrt(squared_distances(points[piece], points))
        # a point is its own nearest, at 0, and counts for nothing in the sum
        mean[piece] = np.partition(distances, near, axis=1)[:, : near + 1].sum(axis=1) / near
    typical: Floats = 1 / np.maximum(mean, 1e-12)
    return typical
