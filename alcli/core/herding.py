"""Choosing rows that stand for the most other rows: greedy coverage of a reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from alcli.core.geometry import apart, gaussian, nearest, pieces, spacing
from alcli.core.uncertainty import margin

if TYPE_CHECKING:
    from alcli.contracts import Asked, Floats, Ints, Matrix

_BLOCK = 32  # gains looked at again in one go


class Covering(NamedTuple):
    """Candidates chosen, best first.

    `at` (n,) are their indices; `gain` (n,), never rising, is the weighted coverage each one added, and what it counts
    by itself; `share` (n,), in [0, 1], the part of all reference rows that it came to stand for.
    """

    at: Ints
    gain: Floats
    share: Floats


def herd(
    candidates: Matrix,
    reference: Matrix,
    weights: Floats,
    covered_by: Matrix | None,
    radius: float,
    n: int,
) -> Covering:
    """The n candidates (c, d) that add most to the soft coverage of the reference rows (r, d), chosen greedily.

    A reference row is covered as far as the Gaussian kernel of this radius reaches it from the nearest row asked
    (`covered_by`, (a, d)) or chosen; it counts by its weight (r,) >= 0. With weights of one this is MaxHerding (Bae et
    al. 2024), with uncertainties Uncertainty Herding (Bae et al. 2025). The fewer of n and c
    are chosen; ties go to the earlier candidate. Takes c times r numbers of memory.

    >>> rows = np.array([[0.0], [0.1], [0.2], [9.0], [9.1]])
    >>> herd(rows, rows, np.ones(5), None, radius=1.0, n=2).at.tolist()
    [1, 3]
    >>> herd(rows, rows, np.ones(5), rows[:1], radius=1.0, n=1).at.tolist()
    [3]
    """
    covered = np.zeros(reference.shape[0], np.float32)
    if covered_by is not None:
        covered = gaussian(nearest(reference, covered_by, apart), radius)
    return cover(gaussian(apart(candidates, reference), radius), covered, weights, n)


def cover(kernel: Floats, covered: Floats, weights: Floats, n: int, own: Floats | None = None) -> Covering:
    """The n candidates that add most to the coverage of the reference rows, chosen greedily.

    `kernel` (c, r), in [0, 1], says how far each candidate covers each reference row, `covered` (r,) how far each is
    covered already, `weights` (r,) >= 0 what each counts; `own` (c,) >= 0 is what a candidate counts by itself, covered
    or not. A gain can only fall while others are chosen, so an old gain is a bound, and only candidates whose bound is
    the greatest are looked at again (Minoux 1978).

    >>> kernel = np.array([[1, 1, 0, 0], [0, 1, 1, 1], [0, 0, 0, 1]], np.float32)
    >>> cover(kernel, np.zeros(4, np.float32), np.ones(4), 3)
    Covering(at=array([1, 0, 2]), gain=array([3., 1., 0.]), share=array([0.75, 0.25, 0.  ]))
    """
    weights = weights.astype(kernel.dtype)
    alone = np.zeros(len(kernel), kernel.dtype) if own is None else own.astype(kernel.dtype)

    def gains(at: Ints | slice) -> Floats:
        fresh = kernel[at] - covered
        np.maximum(fresh, 0, out=fresh)
        gain: Floats = fresh @ weights + alone[at]
        return gain

    bound = np.concatenate([gains(piece) for piece in pieces(*kernel.shape)])
    known = np.ones(len(kernel), bool)
    n = min(n, len(kernel))
    at, gain, share = np.empty(n, np.int64), np.empty(n), np.empty(n)
    for pick in range(n):
        while not known[best := int(np.argmax(bound))]:
            old = np.flatnonzero(~known)
            if len(old) > _BLOCK:
                old = np.append(old[np.argpartition(-bound[old], _BLOCK)[:_BLOCK]], best)
            bound[old], known[old] = gains(old), True
        at[pick], gain[pick] = best, bound[best]
        share[pick] = np.maximum(kernel[best] - covered, 0).mean()
        covered = np.maximum(covered, kernel[best])
        bound[best] = -np.inf
        known = bound <= 0  # no gain is less than 0; what is chosen is
    return Covering(at, np.minimum.accumulate(gain), share)


def doubt(proba: Floats) -> Floats:
    """(1 - margin)^2 of probabilities (n, k), k >= 2: from 0 for certainty to 1 for a tie."""
    doubts: Floats = (1 - margin(proba)) ** 2
    return doubts


def stands_for(share: float) -> str:
    """The reason that a share of the reference gives, in words.

    >>> stands_for(0.0137)
    'stands for 1.4% more of the pool'
    """
    if share < 0.0005:
        return "stands for little but itself"
    return f"stands for {share:.1%} more of the pool"


def reach(asked: Asked | None, reference: Matrix, n: int) -> float:
    """The radius to herd a batch of n with: the mean spacing of the rows asked, so it shrinks as labels grow.

    Before two rows are asked it is the mean spacing that n random rows of the pool have, the reference (r, d) being
    random rows of it.
    """
    if asked is not None and asked.features.shape[0] > 1:
        return spacing(asked.features)
    few = reference[np.linspace(0, reference.shape[0] - 1, max(2, min(n, reference.shape[0]))).astype(np.int64)]
    return spacing(few)
