"""Leading singular vectors, of matrices that need only be known by their products."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from alcli.contracts import Floats

_SPARE = 20  # directions beyond those wanted, and rounds of products: for precision
_ROUNDS = 2
_NOTHING = 1e-5  # of the greatest singular value: below lies what rounding makes


def leading(
    times: Callable[[Floats], Floats], turned: Callable[[Floats], Floats], shape: tuple[int, int], most: int
) -> tuple[Floats, Floats]:
    """The leading right singular vectors (m, d) of a matrix (n, m), and their singular values (d,), the largest first.

    `times` multiplies the matrix by columns (m, k), `turned` its transpose by columns (n, k). A random basis is turned
    towards the leading directions (Halko, Martinsson and Tropp 2011). There are as many vectors as the matrix spans, at
    most `most`.
    """
    basis = np.random.default_rng(0).standard_normal((shape[0], min(most + _SPARE, *shape)), np.float32)
    for _ in range(_ROUNDS):
        basis, _ = _orthonormal(times(turned(basis)))
    vectors, values = _orthonormal(turned(basis))
    return vectors[:, :most], values[:most]


def turn(rows: Floats) -> Floats:
    """The right singular vectors (m, d) of dense rows (n, m), as many as they span, of the largest value first.

    >>> abs(turn(np.array([[3.0, 4.0], [6.0, 8.0]]))).ravel().astype(float).round(2).tolist()
    [0.6, 0.8]
    """
    return _turned(rows)[0]


def _orthonormal(columns: Floats) -> tuple[Floats, Floats]:
    """Orthonormal combinations of these columns, as many as they span, and their lengths before; the longest first."""
    turned, lengths = _turned(columns)
    return columns @ turned / lengths, lengths


def _turned(rows: Floats) -> tuple[Floats, Floats]:
    exact = rows.astype(np.float64)
    squares, vectors = np.linalg.eigh(exact.T @ exact)
    del exact
    kept = np.flatnonzero(squares > squares[-1] * _NOTHING**2)[::-1]
    return vectors[:, kept].astype(np.float32), np.sqrt(squares[kept]).astype(np.float32)
