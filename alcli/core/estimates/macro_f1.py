"""Macro-F1 with an interval that holds where many classes have few rows, or none.

The F1 of a class is 2 J / (1 + J), where J is the share of hits among the rows that are of the class or called so. Of
that share a row or two tell little, and a bootstrap, which knows no other rows than these, makes too much of it: its
95% intervals hold 80 to 90% of the time. So classes inform each other: their J are taken to be draws from one beta
distribution, whose mean and concentration are learned from all of them (as in Gelman et al., Bayesian Data Analysis,
2013, chapter 5). The more alike the classes prove, the more is said of those with few rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from alcli.contracts import Estimate
from alcli.core.estimates.bounds import Z
from alcli.core.estimates.intervals import effective_size

if TYPE_CHECKING:
    from alcli.contracts import Floats, Ints

_DRAWS = 2_000
_LEAST = 0.5  # of either parameter, as of a share of which nothing is known (Jeffreys): else all right is all certain
_ENOUGH = 5  # rows of each class
_ALIKE = 4  # rows that classes lend each other, about
_MEANS, _CONCENTRATIONS = np.linspace(0.02, 0.98, 25), np.geomspace(0.5, 32, 7)


def macro_f1(y: Ints, said: Ints, k: int, weights: Floats, seed: int, named: int | None = None) -> Estimate:
    """The mean F1 of `k` classes, by rows of class numbers `y` (n,) of which a model `said` (n,); `weights` (n,).

    A model that can name only the first `named` has an F1 of 0 in the others, whatever the rows.

    All classes count, also those that no row is of: of them nothing is known but the others, so the interval is wide
    where they are a large part. The interval is the middle 95% of what the rows leave possible. The value is the plain
    mean F1 where each class has five rows, within the interval; before that it would be biased, and is the median.
    """
    counts = weights * (effective_size(weights) / weights.sum())
    rows, called = np.bincount(y, counts, minlength=k), np.bincount(said, counts, minlength=k)
    hits = np.bincount(y[y == said], counts[y == said], minlength=k).astype(float)  # integers where there are none
    misses = rows + called - 2 * hits
    can = slice(named)
    share = np.zeros((_DRAWS, k))
    share[:, can] = _shares(hits[can], misses[can], np.random.default_rng(seed))
    drawn = (2 * share / (1 + share)).mean(axis=1)
    median = float(np.median(drawn))
    drawn = median + _shared_errors(y, said, counts, share.mean(axis=0), hits + misses, can) * (drawn - median)
    low, high = np.percentile(drawn, (2.5, 97.5)).clip(0, len(rows[can]) / k).tolist()
    plain = rows[can].min() >= _ENOUGH
    value = float(np.clip((2 * hits[can] / (rows + called)[can]).sum() / k, low, high)) if plain else median
    return Estimate(value, low, high, (high - low) / (2 * Z), int(np.count_nonzero(weights)))


def _shares(hits: Floats, misses: Floats, rng: np.random.Generator) -> Floats:
    """Draws (d, k) of the shares J of k classes, given their hits and misses (k,)."""
    from scipy.special import betaln

    mean, concentration = (grid.ravel()[:, None] for grid in np.meshgrid(_MEANS, _CONCENTRATIONS))
    a, b = (np.maximum(each * concentration, _LEAST) for each in (mean, 1 - mean))
    log_likelihood = (betaln(hits + a, misses + b) - betaln(a, b)).sum(axis=1)
    likelihood = np.exp(log_likelihood - log_likelihood.max())
    at = rng.choice(len(likelihood), _DRAWS, p=likelihood / likelihood.sum())
    return rng.beta(hits + a[at], misses + b[at])


def _shared_errors(y: Ints, said: Ints, counts: Floats, share: Floats, rows: Floats, can: slice) -> float:
    """How much wider the draws must be, as they take classes for independent: an error is one of two classes at once.

    The root of the ratio of two variances, by the delta method: that of the rows, and that of hits and misses apart.
    """
    size = rows + _ALIKE
    by_hit, by_miss = 2 * (1 - share) / (1 + share) ** 2 / size, -2 * share / (1 + share) ** 2 / size
    wrong = y != said
    each = np.where(wrong, by_miss[y] + by_miss[said], by_hit[y])
    apart = np.where(wrong, by_miss[y] ** 2 + by_miss[said] ** 2, by_hit[y] ** 2)
    one_more = 2 * by_miss[can].mean()  # an error: where none was seen, what is left possible is errors all the same
    of_rows = counts @ (each - np.average(each, weights=counts)) ** 2 + one_more**2
    return max(1.0, float(np.sqrt(of_rows / (counts @ apart + one_more**2 / 2))))
