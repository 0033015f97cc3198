"""Fisher's exact test: whether one share lies below another by more than chance."""

from __future__ import annotations

import math


def fisher(right: int, n: int, others_right: int, others_n: int) -> float:
    """The chance of `right` or fewer of `n`, given how many of both together are right (Fisher's exact test).

    >>> round(fisher(1, 4, 4, 4), 4)  # 4 of the 56 ways to take 5 of 8 take but one of the first four
    0.0714
    """
    total, drawn = n + others_n, right + others_right
    of_all = _ways(total, drawn)
    least = max(0, drawn - others_n)
    return min(1.0, sum(math.exp(_ways(n, x) + _ways(others_n, drawn - x) - of_all) for x in range(least, right + 1)))


def _ways(n: int, k: int) -> float:
    """The logarithm of how many ways there are to take k of n."""
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
