"""How many labels are wrong, told from what models say of the rows they did not see.

A label is what a class comes to after people have read the row, and now and then they err. So the chance of the label
that was given is a mixture: the class that the probabilities promise, and with the error rate another one. Two ways
of erring are looked for: any other class, and one that the row's own is easily taken for. The first cannot be taken
for a hard row, the second can: nobody can tell from the labels alone an annotator who confuses two classes from two
classes that are hard to tell apart. What only the first explains is the least that is wrong; what both explain, the
most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from alcli.contracts import Estimate
from alcli.core.estimates import calibrating
from alcli.core.estimates.bounds import Z

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from alcli.contracts import Floats, Ints

FEWEST_ROWS = 50  # before an error rate is told
_TEMPERATURES = np.geomspace(0.2, 3.0, 16).tolist()
_SHARES = np.linspace(0.0, 0.8, 60) ** 2  # of errors that are tried: up to 64%, in small steps where they are few
_CONFUSED = (0.0, 0.3, 0.6, 0.8, 1.0)  # shares of confusions among them
_USUAL = 0.05  # the share of errors that is expected before any label is seen
_DROP = 1.92  # of the log-likelihood at the ends of a 95% interval: half the quantile of chi-squared
_ROWS = 2_000  # that it is told from, at the most


def confusions(proba: Floats, y: Ints) -> Floats:
    """For which other class each class is taken (k, k): rows sum to 1, none for itself; from held-out probabilities
    (n, k) of rows of classes `y` (n,). A class without rows is taken for any other.

    >>> confusions(np.array([[0.6, 0.3, 0.1], [0.2, 0.8, 0.0]]), np.array([0, 1])).round(2).tolist()
    [[0.0, 0.75, 0.25], [1.0, 0.0, 0.0], [0.5, 0.5, 0.0]]
    """
    k = proba.shape[1]
    found: Floats = np.eye(k)[y].T @ proba
    np.fill_diagonal(found, 0.0)
    sums = found.sum(axis=1, keepdims=True)
    anyone: Floats = (1.0 - np.eye(k)) / max(1, k - 1)
    return np.where(sums > 0, found / np.where(sums > 0, sums, 1.0), anyone)


def error_rate(
    proba: Floats, y: Ints, settled: NDArray[np.bool_] | None = None, corrected: NDArray[np.bool_] | None = None
) -> Estimate | None:
    """The share of labels that were wrong when first given, from held-out probabilities (n, k); None with fewer than
    50 rows.

    `y` (n,) are the labels as they stand. Of `settled` rows (n,) it is known that the first label was right, or, where
    they are `corrected` (n,) too, that it was another one and wrong. They count as such: since the likeliest to be
    wrong are looked at first, the others alone would tell of too few errors.

    `low` is the least and `high` the most that the labels bear out: the ends of 95% intervals by profile likelihood,
    without and with confusions. The value is half way between what to expect of either, where people are taken to err
    in one label of twenty as long as the labels say nothing else. The temperature of the probabilities is free (as in
    Guo et al. 2017), so that a model which is too sure of itself is not taken for wrong labels; where the two cannot be
    told apart, as often with two classes, the interval is wide.
    """
    if len(y) < FEWEST_ROWS or proba.shape[1] < 2:
        return None
    settled, corrected = (np.zeros(len(y), bool) if given is None else given for given in (settled, corrected))
    wrong, right = settled & corrected, settled & ~corrected
    some = np.lexsort((wrong, right))[np.linspace(0, len(y) - 1, min(len(y), _ROWS)).astype(np.int64)]
    tempered = (calibrating.tempered(proba[some], t) for t in _TEMPERATURES)
    found = np.max([_likelihoods(each, y[some], right[some], wrong[some]) for each in tempered], axis=0)
    without, both = found[0], found.max(axis=0)
    ranges = [_SHARES[profile >= profile.max() - _DROP] for profile in (without, both)]
    low, high = min(each[0] for each in ranges), max(each[-1] for each in ranges)
    value = np.clip((_expected(without) + _expected(both)) / 2, low, high)
    value, low, high = np.clip([value, low, high], wrong.mean(), 1 - right.mean()).tolist()
    return Estimate(value, low, high, (high - low) / (2 * Z), len(y))


def _expected(profile: Floats) -> float:
    """The mean share of errors after this log-likelihood of each."""
    weights = np.exp(profile - profile.max() - _SHARES / _USUAL) * np.gradient(_SHARES)
    return float(np.average(_SHARES, weights=weights))


def _likelihoods(proba: Floats, y: Ints, right: NDArray[np.bool_], wrong: NDArray[np.bool_]) -> Floats:
    """The log-likelihood of the labels for each share of confusions among the errors, by each share of errors.

    Of rows known to have been right or wrong (n,) it is that of the class which somebody has settled.
    """
    own = proba[np.arange(len(y)), y]
    anyhow = (1.0 - own) / (proba.shape[1] - 1)
    confused = np.einsum("nk,kn->n", proba, confusions(proba, y)[:, y])
    no_error = np.where(wrong, 0.0, own)
    found = np.empty((len(_CONFUSED), len(_SHARES)))
    for at, part in enumerate(_CONFUSED):
        error = np.select([wrong, right], [own, 0.0], (1.0 - part) * anyhow + part * confused)
        chances = no_error[:, None] + (error - no_error)[:, None] * _SHARES
        found[at] = np.log(np.maximum(chances, 1e-12)).sum(axis=0)
    return found
