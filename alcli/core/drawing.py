"""Drawing of some of many: a simple random sample; by weight, shard by shard without replacement, or one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from alcli.contracts import Floats, Ints

_TINY = 1e-12


def simple(n: int, size: int, rng: np.random.Generator) -> Ints:
    """A simple random sample of the numbers below `n`, ascending: `size` of them, or all where there are no more."""
    return np.sort(rng.choice(n, min(n, size), replace=False))


def draw_keys(weights: Floats, lottery: Floats) -> Floats:
    """A number for each weight (n,) >= 0: those of the m greatest are m draws without replacement, by weight.

    `lottery` (n,) is uniform in [0, 1). A key depends on nothing but its own weight and lottery number, so the draw can
    be made piece by piece (Efraimidis and Spirakis 2006). Finite; weights of 0 come last.

    >>> draw_keys(np.array([1.0, 0.1]), np.array([0.5, 0.5])).round(3).tolist()
    [-0.693, -6.931]
    """
    keys: Floats = np.log(np.maximum(lottery, _TINY, dtype=np.float64)) / np.maximum(weights, _TINY, dtype=np.float64)
    return keys


def draw_one(weights: Floats, rng: np.random.Generator) -> int:
    """One index, drawn by its weight (n,) >= 0, of which not all are 0."""
    until = np.cumsum(weights, dtype=np.float64)
    return int(np.searchsorted(until, (1 - rng.random()) * until[-1]))  # above 0, up to all of it
