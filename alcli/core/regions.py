"""Blind spots: regions of the pool that no label has come from, and how common a class may be that nobody has seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.core.clusters import k_means, means
from alcli.core.geometry import pieces, squared_distances

if TYPE_CHECKING:
    from alcli.contracts import Floats, Ints, Matrix

REGIONS, ROWS_EACH = 50, 20  # at the most; rows that a region has on average at the least
MISSED = 3.0  # labels that even chance would miss only once in 20 times: exp(-3)
BIG = 0.05  # of the pool
EXAMPLES = 3
_SURE = 0.95


@dataclass(frozen=True)
class Spot:
    """A region without a label: its rows among the points, and of these the most typical, `at` (3,) or fewer.

    `expected` are the labels it would have, were they spread over the pool evenly.
    """

    n: int
    expected: float
    at: Ints


@dataclass(frozen=True)
class Regions:
    """How many regions there are, how many are `empty` of labels, and the points in these; the empty ones that tell.

    An empty region tells something if three labels or more would be expected in it, or if it is big: a twentieth of
    the pool. That small regions are empty while labels are few is chance, and no more than a count.
    """

    k: int
    empty: int
    n_empty: int
    spots: tuple[Spot, ...]


def regions(points: Matrix, labelled: Matrix, rng: np.random.Generator) -> Regions:
    """The regions of a pool, of which `points` (n, d) are a simple random sample, seen from its labelled rows (l, d).

    Regions are k-means clusters: 50 of them, of some 2% of the pool each, and fewer of a pool of less than 1,000 rows.
    The largest spots come first.
    """
    n = points.shape[0]
    centres = means(points, k_means(points, max(1, min(REGIONS, n // ROWS_EACH)), rng))
    region, distance = _nearest(points, centres)
    sizes = np.bincount(region, minlength=centres.shape[0])
    labels = np.bincount(_nearest(labelled, centres)[0], minlength=centres.shape[0])
    empty = np.flatnonzero((sizes > 0) & (labels == 0))
    expected = sizes / n * labelled.shape[0]
    telling = [r for r in empty.tolist() if expected[r] >= MISSED or sizes[r] >= BIG * n]
    typical = np.argsort(distance, kind="stable")
    return Regions(
        k=int(np.count_nonzero(sizes)),
        empty=len(empty),
        n_empty=int(sizes[empty].sum()),
        spots=tuple(
            Spot(int(sizes[r]), float(expected[r]), typical[region[typical] == r][:EXAMPLES])
            for r in sorted(telling, key=lambda r: -sizes[r])
        ),
    )


def unseen_below(n: int) -> float:
    """With 95% confidence a class holds less than this share of the pool, if none of `n` rows drawn from it is of it.

    For n from 30 on it is about 3 / n, the rule of three (Hanley and Lippman-Hand 1983).

    >>> round(unseen_below(100), 4), unseen_below(0)
    (0.0295, 1.0)
    """
    return float(1 - (1 - _SURE) ** (1 / n)) if n else 1.0


def _nearest(points: Matrix, centres: Matrix) -> tuple[Ints, Floats]:
    """The nearest centre of each point (n,), and its squared distance."""
    n = points.shape[0]
    at, distance = np.empty(n, np.int64), np.empty(n)
    for piece in pieces(n, centres.shape[0]):
        distances = squared_distances(points[piece], centres)
        at[piece], distance[piece] = distances.argmin(axis=1), distances.min(axis=1)
    return at, distance
