"""Intervals at 95% confidence around shares and differences of shares."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from alcli.contracts import Estimate
from alcli.core.estimates.bounds import Z, wilson

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from alcli.contracts import Floats, Ints


def effective_size(weights: Floats) -> float:
    """How many rows of equal weight tell as much as these (n,), not all of which are 0 (Kish 1965).

    >>> effective_size(np.array([1.0, 1.0, 1.0])), effective_size(np.array([2.0, 1.0, 1.0]))
    (3.0, 2.6666666666666665)
    """
    return float(weights.sum() ** 2 / (weights**2).sum())


def share_of(right: NDArray[np.bool_], weights: Floats | None = None) -> Estimate:
    """The share of rows (n,) that are `right`, each counted by its weight (n,) or once; Wilson's interval."""
    weights = np.ones(len(right)) if weights is None else weights
    share = float(np.average(right, weights=weights))
    return replace(share_seen(share, effective_size(weights)), n=int(np.count_nonzero(weights)))


def share_seen(share: float, n: float) -> Estimate:
    """A share that was seen in `n` > 0 rows, with Wilson's interval.

    The error is that which the interval stands for: half its width in units of `Z`, so it is not 0 where all are right.
    """
    low, high = wilson(share, n)
    return Estimate(share, low, high, (high - low) / (2 * Z), int(n))


def paired(difference: Ints, spread: float = 1.0) -> Estimate:
    """The mean of what pairs (n,) say: 1 where the one was right and the other wrong, -1 the other way, else 0.

    Two rows that speak for either side are added for the interval, so that it has a width where none differs
    (Bonett and Price 2012). `spread` >= 1 widens it for doubt that the rows do not show.
    """
    n = len(difference)
    ahead, behind = (int(np.count_nonzero(difference == sign)) for sign in (1, -1))
    one, other = (ahead + 1) / (n + 2), (behind + 1) / (n + 2)
    middle, error = one - other, spread * math.sqrt((one + other - (one - other) ** 2) / (n + 2))
    return Estimate(float(np.mean(difference)), max(-1.0, middle - Z * error), min(1.0, middle + Z * error), error, n)
