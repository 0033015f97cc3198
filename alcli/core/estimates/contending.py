"""Whether another way to learn does better on the same held-out rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.core.estimates.calibrating import losses

if TYPE_CHECKING:
    from alcli.core.estimates.estimating import OutOfFold

_SURE = 2.0  # standard errors
_GROWTH = 1.25  # of the labels, before it is worth asking again


@dataclass(frozen=True)
class Lead:
    """By how much a challenger is ahead: `gain` in nats of log loss a row, its standard error; `accuracy` in shares."""

    gain: float
    error: float
    accuracy: float

    @property
    def clear(self) -> bool:
        """Whether the challenger takes over: more than twice the standard error ahead, lest chance change the model."""
        return self.gain > _SURE * self.error


def lead(ours: OutOfFold, theirs: OutOfFold) -> Lead:
    """How far `theirs` is ahead of `ours` on the same folds, each at its own temperature, row by row.

    Log loss, as it tells two models apart with far fewer rows than accuracy does. Rows of a class that the fold's
    model did not know say nothing about either.
    """
    known = ours.known
    ahead = losses(ours.calibrated[known], ours.y[known]) - losses(theirs.calibrated[known], ours.y[known])
    return Lead(
        gain=float(ahead.mean()),
        error=float(ahead.std(ddof=1) / np.sqrt(len(ahead))),
        accuracy=float(np.mean(theirs.right) - np.mean(ours.right)),
    )


def due(n_labels: int, from_labels: int, last: int) -> bool:
    """Whether to compare: from so many labels on, and again when they are a quarter more than the `last` time.

    >>> due(99, 100, 0), due(100, 100, 0), due(124, 100, 100), due(125, 100, 100)
    (False, True, False, True)
    """
    return n_labels >= max(from_labels, _GROWTH * last)
