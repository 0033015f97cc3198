"""Clusters of rows of features, dense or CSR."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from alcli.core.drawing import draw_one
from alcli.core.geometry import centred, distances_from, pieces, products, squared_norms

if TYPE_CHECKING:
    from alcli.contracts import Ints, Matrix


def k_means(points: Matrix, k: int, rng: np.random.Generator, rounds: int = 10) -> Ints:
    """The cluster (n,) of each point (n, d), 0 to k - 1 or fewer, none of them empty (Lloyd 1982).

    The first centres are points drawn far from one another (k-means++, Arthur and Vassilvitskii 2007). Centres of CSR
    points stay CSR, so a wide vocabulary costs no more memory than the points themselves.

    >>> k_means(np.array([[0.0], [9.0], [0.1], [9.2]]), 2, np.random.default_rng(0)).tolist()
    [1, 0, 1, 0]
    """
    n, points = points.shape[0], centred(points)
    centres = points[plus_plus(points, k, rng)]
    cluster = np.full(n, -1)
    for _ in range(rounds):
        before, cluster = cluster, np.unique(_nearest_centre(points, centres), return_inverse=True)[1]
        if (before == cluster).all():
            break
        centres = means(points, cluster)
    return cluster


def means(points: Matrix, cluster: Ints) -> Matrix:
    """The mean (k, d) of the points (n, d) of each cluster (n,), of which none is without a point.

    >>> means(np.array([[0.0], [2.0], [9.0]]), np.array([0, 0, 1])).tolist()
    [[1.0], [9.0]]
    """
    from scipy.sparse import csr_matrix

    parts = (1 / np.bincount(cluster)[cluster]).astype(points.dtype)
    found: Matrix = csr_matrix((parts, (cluster, np.arange(len(cluster))))) @ points
    return found


def plus_plus(points: Matrix, k: int, rng: np.random.Generator) -> Ints:
    """The indices of k of the points (n, d), drawn one by one by their squared distance from those drawn before.

    The first is drawn evenly. Fewer than k where the points have fewer different values.

    >>> sorted(plus_plus(np.array([[0.0], [0.0], [1.0]]), 3, np.random.default_rng(0)).tolist())[-1]
    2
    """
    chosen = [int(rng.integers(points.shape[0]))]
    norms = squared_norms(points)
    left = distances_from(points, norms, chosen[0])
    while len(chosen) < k and left.any():
        chosen.append(draw_one(left, rng))
        np.minimum(left, distances_from(points, norms, chosen[-1]), out=left)
    return np.array(chosen)


def turns(cluster: Ints) -> Ints:
    """How many rows before each one (n,) belong to the same cluster.

    >>> turns(np.array([3, 1, 3, 3, 1])).tolist()
    [0, 0, 1, 2, 1]
    """
    order = np.argsort(cluster, kind="stable")
    sizes = np.bincount(cluster)
    turn = np.empty(len(cluster), np.int64)
    turn[order] = np.arange(len(cluster)) - (np.cumsum(sizes) - sizes)[cluster[order]]
    return turn


def _nearest_centre(points: Matrix, centres: Matrix) -> Ints:
    found = np.empty(points.shape[0], np.int64)
    half = squared_norms(centres) / 2
    for piece in pieces(points.shape[0], centres.shape[0]):
        near = products(points[piece], centres)
        near -= half  # half the squared distance, but for its sign and for what is the same for all centres
        found[piece] = near.argmax(axis=1)
    return found
