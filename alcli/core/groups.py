"""Groups of rows: whether a model does worse on one, whether labels pass one by, and what each gets of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from alcli.core.estimates.fisher import fisher

if TYPE_CHECKING:
    from alcli.contracts import Floats, Ints

LEVEL = 0.05  # of false alarms, over all groups of a column
FEW = 0.5  # of its share


def behind(right: Sequence[int], rows: Sequence[int]) -> list[bool]:
    """Whether the model is worse on a group than on the rest of the audit sample, and not by chance.

    Of each group's `rows` so many are `right`. Fisher's exact test, one-sided, at 5% over all groups (Bonferroni).

    >>> behind([18, 90], [30, 100]), behind([25, 90], [30, 100])
    ([True, False], [False, False])
    """
    tested = sum(n > 0 for n in rows)
    every, all_right = sum(rows), sum(right)
    return [
        0 < n < every and fisher(r, n, all_right - r, every - n) < LEVEL / tested
        for r, n in zip(right, rows, strict=True)
    ]


def passed_by(labels: Sequence[int], shares: Sequence[float]) -> list[bool]:
    """Whether a group has less than half of its share of the labels, and labels drawn evenly would not do that.

    By the binomial distribution, one-sided, at 5% over all groups (Bonferroni).

    >>> passed_by([4, 96], [0.2, 0.8]), passed_by([1, 9], [0.2, 0.8])
    ([True, False], [False, False])
    """
    from scipy.special import bdtr

    n = sum(labels)
    return [
        n > 0 and have < FEW * share * n and float(bdtr(have, n, share)) < LEVEL / len(labels)
        for have, share in zip(labels, shares, strict=True)
    ]


def dues(shares: Floats, n: int, quota: float, lot: float) -> Ints:
    """How many of `n` rows are each group's due: `quota` times its share (g,), rounded up or down by `lot` in [0, 1).

    A group that is due 0.3 rows a batch gets one in three batches of ten; together they get no more than quota x n,
    rounded up (systematic rounding, Madow 1949).

    >>> dues(np.array([0.7, 0.25, 0.05]), 10, 0.5, lot=0.2).tolist()  # of 3.5, 1.25 and 0.25
    [3, 1, 1]
    """
    # rounded and cut, so that whole numbers stay whole
    until = np.floor(np.round(np.cumsum(quota * n * shares), 9) + min(lot, 1 - 1e-6))
    due: Ints = np.diff(until, prepend=0.0).astype(np.int64)
    return due


def trimmed(groups: Sequence[Ints], least: Sequence[Ints], n: int) -> list[int]:
    """Which of the rows (m,) of a batch that has become too long stay, so that it has `n`: the last go first.

    `groups` says, for each column, the group of each row; `least` how many of each group must stay. Where no row can be
    spared, the last goes all the same.
    """
    kept = list(range(len(groups[0]) if groups else n))
    have = [np.bincount(of, minlength=len(due)) for of, due in zip(groups, least, strict=True)]
    while len(kept) > n:
        spare = (
            at
            for at in reversed(kept)
            if all(h[of[at]] > due[of[at]] for h, of, due in zip(have, groups, least, strict=True))
        )
        gone = next(spare, kept[-1])
        kept.remove(gone)
        for h, of in zip(have, groups, strict=True):
            h[of[gone]] -= 1
    return kept
