"""Distances between rows of features: dense or CSR, a bounded piece at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from alcli.contracts import Floats, Matrix

_ROOM = 1 << 21  # distances held at a time: 8 MB
_SPACED = 1_000  # points that a mean spacing is measured at
_TINY = 1e-19
# Norms are taken this much short, so that rounding cannot set two equal rows apart.
_SHORT = np.float32(1 - 2**-20)


def products(a: Matrix, b: Matrix) -> Floats:
    """The inner products of the rows of a (n, d) with those of b (m, d), both dense or both CSR: (n, m), dense."""
    product: Floats = a @ b.T if isinstance(a, np.ndarray) else (a @ b.T).toarray()
    return product


def squared_norms(points: Matrix) -> Floats:
    """The squared length of each row of (n, d)."""
    if isinstance(points, np.ndarray):
        norms: Floats = np.einsum("nd,nd->n", points, points)
        return norms
    return np.asarray(points.multiply(points).sum(axis=1)).ravel()


def squared_distances(a: Matrix, b: Matrix) -> Floats:
    """The squared distances of the rows of a (n, d) from those of b (m, d): (n, m), never below 0; 0 for equal rows.

    >>> squared_distances(np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[0.0, 4.0]])).round(3).tolist()
    [[16.0], [9.0]]
    """
    a, b = _about(a, b)
    distances = products(a, b)
    distances *= -2
    distances += _SHORT * squared_norms(a)[:, None]
    distances += _SHORT * squared_norms(b)
    return np.maximum(distances, 0, out=distances)


def centred(points: Matrix) -> Matrix:
    """The points (n, d) with nought in their midst: all distances stay, rounding counts for less. CSR ones as they are.

    >>> centred(np.array([[5.0], [7.0]])).tolist()
    [[-1.0], [1.0]]
    """
    return _about(points, points)[1]


def _about(a: Matrix, b: Matrix) -> tuple[Matrix, Matrix]:
    """Both less the mean of b, where dense: rows close together, far from nought, have squares that round to one."""
    if not isinstance(a, np.ndarray) or not isinstance(b, np.ndarray) or not len(b):
        return a, b
    middle = np.full(len(b), 1 / len(b), b.dtype) @ b
    return a - middle, b - middle


def unit(rows: Floats) -> Floats:
    """The rows (n, d) brought to length 1, in their place; rows of zeros stay.

    >>> unit(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    rows /= np.maximum(np.sqrt(squared_norms(rows)), np.finfo(np.float32).tiny)[:, None]
    return rows


def apart(a: Matrix, b: Matrix) -> Floats:
    """Squared distances (n, m); where features are directions, infinite between a row of zeros and any other row.

    They are taken for such where nine in ten of the other rows have the same length. A row of zeros, an empty text, has
    no direction. Yet it is nearer to every other row than those are to one another: it would pass for the most typical.

    >>> apart(np.array([[0.0, 0.0], [0.0, 1.0]]), np.array([[0.0, 0.0], [1.0, 0.0]])).round(3).tolist()
    [[0.0, inf], [inf, 2.0]]
    """
    distances = squared_distances(a, b)
    lengths = squared_norms(a), squared_norms(b)
    if a.shape[1] > 1 and _alike(np.concatenate([some[some > 0] for some in lengths])):
        distances[(lengths[0] == 0)[:, None] != (lengths[1] == 0)] = np.inf
    return distances


def _alike(squared: Floats) -> bool:
    """Whether nine in ten of these squared lengths (n,) are the same but for rounding."""
    return len(squared) > 0 and bool(np.subtract(*np.quantile(squared, (0.95, 0.05))) <= 0.02 * np.median(squared))


def products_with(points: Matrix, at: int) -> Floats:
    """The inner products (n,) of the points (n, d) with the one at this index."""
    one = points[at] if isinstance(points, np.ndarray) else points[[at]].toarray().ravel()
    product: Floats = points @ one
    return product


def distances_from(points: Matrix, norms: Floats, at: int) -> Floats:
    """The squared distances (n,) of the points (n, d) from the one at this index; `norms` are their squared lengths.

    Points that are all far from nought should be `centred` first.
    """
    distances = products_with(points, at)
    distances *= -2
    distances += _SHORT * norms
    distances += _SHORT * norms[at]
    return np.maximum(distances, 0, out=distances)


def nearest(points: Matrix, others: Matrix, between: Callable[[Matrix, Matrix], Floats] = squared_distances) -> Floats:
    """The squared distance of each point (n, d) from the nearest of the others (m, d); infinite where m = 0.

    `between` may be `apart`.

    >>> nearest(np.array([[0.0], [5.0]]), np.array([[1.0], [3.0]])).round(3).tolist()
    [1.0, 4.0]
    """
    found = np.full(points.shape[0], np.inf, np.float32)
    if others.shape[0]:
        for piece in pieces(points.shape[0], others.shape[0]):
            found[piece] = between(points[piece], others).min(axis=1)
    return found


def spacing(points: Matrix) -> float:
    """The mean distance of a point (n, d) from its nearest neighbour, n >= 2; measured at 1,000 of them at most.

    >>> round(spacing(np.array([[0.0], [1.0], [4.0]])), 3)
    1.667
    """
    n = points.shape[0]
    if n < 2:
        raise ValueError("one point has no neighbour")
    at = np.linspace(0, n - 1, min(n, _SPACED)).astype(np.int64)
    found = np.empty(len(at))
    for piece in pieces(len(at), n):
        distances = squared_distances(points[at[piece]], points)
        distances[np.arange(len(distances)), at[piece]] = np.inf
        found[piece] = np.sqrt(distances.min(axis=1))
    return float(found.mean())


def gaussian(squared: Floats, radius: float) -> Floats:
    """The Gaussian kernel exp(-(distance / radius)^2) of squared distances, in their place.

    >>> gaussian(np.array([0.0, 4.0, np.inf]), radius=2.0).round(3).tolist()
    [1.0, 0.368, 0.0]
    """
    squared *= -1 / max(radius * radius, _TINY)
    return np.exp(squared, out=squared)


def pieces(n: int, m: int) -> Iterator[slice]:
    """Slices of n rows, each small enough for an (n, m) table of it to be held."""
    step = max(1, _ROOM // max(1, m))
    return (slice(first, first + step) for first in range(0, n, step))
