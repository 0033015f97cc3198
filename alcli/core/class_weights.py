"""How much each class counts in training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from alcli.contracts import Floats, Ints


def smoothed(y: Ints, counted: Floats | None = None) -> dict[int, float]:
    """The weight of each class of labels `y` (n,): rare ones count for more, common ones for less.

    Each label counts once, or as often as `counted` (n,) says.

    A class of n_c of the n labels weighs 2a / (n_c + a), with a = n / classes: 1 where it is of average size, and less
    than 2 however rare it is. Weights of a / n_c ("balanced") would give a class of one label as much say as one of a
    hundred.

    >>> smoothed(np.array([0, 0, 0, 0, 0, 0, 1, 1]))
    {0: 0.8, 1: 1.3333333333333333}
    """
    counts = np.bincount(y, counted)
    average = counts.sum() / np.count_nonzero(counts)
    return {c: float(2 * average / (n + average)) for c, n in enumerate(counts.tolist()) if n}
