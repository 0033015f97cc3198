"""Rows of features, dense or CSR: their lengths, their directions, one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from alcli.core.geometry import squared_norms

if TYPE_CHECKING:
    from alcli.contracts import Floats, Matrix


def over_lengths(rows: Matrix) -> Floats:
    """One over the length of each row of (n, d); 0 for a row of zeros.

    >>> over_lengths(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [0.2, 0.0]
    """
    lengths = np.sqrt(squared_norms(rows))
    return np.divide(1, lengths, out=np.zeros_like(lengths), where=lengths > 0)


def directions(rows: Matrix) -> Matrix:
    """The rows of (n, d) at length one; rows of zeros stay.

    >>> directions(np.array([[3.0, 4.0], [0.0, 0.0]])).round(3).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    factors = over_lengths(rows)[:, None]
    return rows * factors if isinstance(rows, np.ndarray) else rows.multiply(factors).tocsr()


def stacked(parts: Sequence[Matrix]) -> Matrix:
    """Matrices of equal width, all dense or all CSR, one below the other."""
    if isinstance(parts[0], np.ndarray):
        return np.vstack(parts)
    from scipy.sparse import vstack

    return vstack(parts, format="csr")
