"""Information density (Settles and Craven 2008)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.contracts import PoolView
from alcli.core.choosing import ByUtility, torn
from alcli.core.rows import over_lengths
from alcli.core.uncertainty import margin

if TYPE_CHECKING:
    from alcli.contracts import Floats, Matrix

__all__ = ["Density"]


@dataclass(frozen=True)
class Density(ByUtility):
    """Ask first what is both doubtful and typical of the pool (Settles and Craven 2008).

    The paper's product of uncertainty, here one minus the margin of the two likeliest classes, and of the mean
    cosine similarity to the pool, to the power of `beta`. Outliers, which are doubtful and teach little, come last;
    but what is typical is alike, and nothing here keeps a batch from asking the same thing twice.

    >>> rows = np.array([[1., 0.], [1., 0.], [1., 0.], [0., 1.]])
    >>> pool = PoolView(np.arange(4), np.zeros(4), features=rows)
    >>> view = PoolView(np.arange(4), np.zeros(4), ("a", "b"), np.full((4, 2), .5), rows, reference=pool)
    >>> Density().utility(view).tolist()
    [0.75, 0.75, 0.75, 0.25]
    """

    beta: float = 1.0

    needs = frozenset({"proba", "features", "reference"})

    def __post_init__(self) -> None:
        if not 0 <= self.beta < np.inf:
            raise ValueError("beta must be a number from 0 on")

    def utility(self, view: PoolView) -> Floats:
        """Uncertainty times typicality to the power of beta, in [0, 1]."""
        assert view.proba is not None and view.features is not None
        utility: Floats = (1 - margin(view.proba)) * _typicality(view.features, _centre(view)) ** self.beta
        return utility

    def reasons(self, view: PoolView) -> list[str]:
        """The two likeliest classes, and how much of the pool is less typical."""
        assert view.features is not None and view.reference is not None and view.reference.features is not None
        centre = _centre(view)
        pool = np.sort(_typicality(view.reference.features, centre))
        below = np.searchsorted(pool, _typicality(view.features, centre)) / max(1, len(pool))
        return [
            f"{why}; more typical than {share:.0%} of the pool" for why, share in zip(torn(view), below, strict=True)
        ]


def _centre(view: PoolView) -> Floats:
    """The mean (d,) of the reference's rows, each of length one: a product with it is a mean of cosines."""
    assert view.reference is not None and view.reference.features is not None
    rows = view.reference.features
    mean: Floats = over_lengths(rows) @ rows / max(1, rows.shape[0])
    return mean


def _typicality(rows: Matrix, centre: Floats) -> Floats:
    """The mean cosine similarity (n,) of rows (n, d) to the pool; 0 for empty rows and for what points away from it."""
    similarity: Floats = np.clip((rows @ centre) * over_lengths(rows), 0, 1)
    return similarity
