"""ProbCover (Yehuda, Dekel, Hacohen and Weinshall 2022)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.contracts import FEWEST_CLASSES, PoolView, Selection
from alcli.core.clusters import k_means
from alcli.core.geometry import apart, nearest
from alcli.core.herding import cover, stands_for

if TYPE_CHECKING:
    from alcli.contracts import Floats, Ints, Matrix

__all__ = ["ProbCover"]


@dataclass(frozen=True)
class ProbCover:
    """Ask for rows whose neighbourhoods cover the most of the pool not covered yet (Yehuda et al. 2022).

    The neighbourhoods are balls, as large as can be with a share `purity` of them within one cluster; there are as many
    clusters as classes, or `clusters` while fewer than two are known. The batch is chosen from so many random
    candidates. For the first few batches: it knows no model.

    >>> from alcli.contracts import Asked
    >>> rows = np.array([[0.0], [0.1], [0.2], [9.0], [9.1]])
    >>> asked, reference = Asked(np.empty((0, 1)), np.empty(0, int)), PoolView(np.arange(5), np.zeros(5), features=rows)
    >>> view = PoolView(np.arange(5), np.zeros(5), ("a", "b"), features=rows, asked=asked, reference=reference)
    >>> ProbCover().select(view, 2, np.random.default_rng(0)).utility.tolist()
    [3.0, 2.0]
    """

    candidates: int = 3_000
    purity: float = 0.95
    clusters: int = 20

    needs = frozenset[str]()
    batch_needs = frozenset({"features", "asked", "reference"})
    starts_cold = True

    def __post_init__(self) -> None:
        if self.candidates < 1 or self.clusters < 2:
            raise ValueError("candidates must be 1 or more, clusters 2 or more")
        if not 0 < self.purity < 1:
            raise ValueError("purity must lie between 0 and 1")

    def utility(self, view: PoolView) -> Floats:
        """The lottery number: the short list is random."""
        return view.lottery

    def short_list(self, batch_size: int) -> int:
        """Enough candidates to cover the pool with, however large it is."""
        return max(self.candidates, 2 * batch_size)

    def select(self, view: PoolView, batch_size: int, rng: np.random.Generator) -> Selection:
        """The greatest cover, chosen greedily; utility is the number of reference rows that each newly covers."""
        assert view.features is not None and view.asked is not None and view.reference is not None
        reference = view.reference.features
        assert reference is not None
        k = len(view.classes) if len(view.classes) >= FEWEST_CLASSES else self.clusters
        squared = squared_radius(reference, k_means(reference, k, rng), self.purity)
        balls = (apart(view.features, reference) <= squared).astype(np.float32)
        covered = (nearest(reference, view.asked.features, apart) <= squared).astype(np.float32)
        at, gain, share = cover(balls, covered, np.ones(len(covered)), batch_size)
        return Selection(at, gain, tuple(map(stands_for, share)))


def squared_radius(points: Matrix, cluster: Ints, purity: float) -> float:
    """The greatest squared radius at which a share `purity` of the balls around points (n, d) lie in one cluster (n,).

    A ball is pure as long as it does not reach the nearest point of another cluster, so no radius need be tried. Where
    all points are of one cluster they are all the same: 0.
    """
    if (cluster == cluster[0]).all():
        return 0.0
    reached = np.empty(points.shape[0])
    for c in np.unique(cluster):
        within = cluster == c
        reached[within] = nearest(points[within], points[~within])
    shortest = np.quantile(reached, 1 - purity, method="lower")
    return float(np.nextafter(shortest, 0, dtype=np.float32))  # just not there
