"""How unsure a model is of a row, by its probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from alcli.contracts import Floats


def margin(proba: Floats) -> Floats:
    """The difference (n,) of the two greatest probabilities (n, k), k >= 2: 0 for a tie, 1 for certainty.

    >>> margin(np.array([[0.5, 0.4, 0.1], [0.6, 0.2, 0.2]])).round(2).tolist()
    [0.1, 0.4]
    """
    second, first = np.partition(proba, -2, axis=1)[:, -2:].T
    difference: Floats = first - second
    return difference


def entropy(shares: Floats) -> Floats:
    """The entropy in nats of shares (..., k) that sum to one, in [0, ln k]; 0 ln 0 counts as 0.

    >>> entropy(np.array([[0.5, 0.5], [1.0, 0.0]])).round(3).tolist()
    [0.693, 0.0]
    """
    logs = np.log(np.maximum(shares, np.finfo(shares.dtype).tiny))
    found: Floats = np.abs(np.einsum("...k,...k->...", shares, logs))
    return found
