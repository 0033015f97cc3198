"""Learning curves compared: the area under one, the labels it takes to a score, and what paired seeds tell of two.

A curve is labels spent (r,), ascending, and the score after each round (r,). What is said of it:

- its area is the mean score over the labels axis, from the first round to the last, by trapezoids;
- it reaches a score where the straight line between two rounds first does; at the first round if it is there already;
- two strategies are compared seed by seed, on the same draws: ratios by their geometric mean, differences by their
  mean, each with a 95% interval of Student's t over the seeds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from alcli.contracts import Floats

LEVEL = 0.95
MOST_SEEDS = 100  # a number of seeds that nobody would play is not proposed


def area(labels: Floats, score: Floats) -> float:
    """The mean score over the labels axis.

    >>> area(np.array([10, 20, 40]), np.array([0.0, 0.5, 0.5]))  # 10 labels at 0.25, 20 at 0.5
    0.4166666666666667
    """
    if len(labels) == 1:
        return float(score[0])
    return float(np.trapezoid(score, labels) / (labels[-1] - labels[0]))


def labels_to(labels: Floats, score: Floats, target: float) -> float | None:
    """Labels spent when the curve first reaches a score; None if it never does.

    >>> labels_to(np.array([10, 20, 30]), np.array([0.2, 0.6, 0.5]), 0.5)
    17.5
    """
    there = np.flatnonzero(score >= target)
    if not len(there):
        return None
    at = int(there[0])
    if at == 0:
        return float(labels[0])
    low, high = float(score[at - 1]), float(score[at])
    return float(labels[at - 1] + (labels[at] - labels[at - 1]) * (target - low) / (high - low))


@dataclass(frozen=True)
class Interval:
    """A mean over seeds with its 95% interval; `low` and `high` are None where one seed cannot tell."""

    mean: float
    low: float | None
    high: float | None
    seeds: int


@dataclass(frozen=True)
class Ratio:
    """Labels that one strategy takes as a share of another's, over paired seeds: geometric mean and 95% interval.

    `reached` and `reached_by_other` count the seeds in which each got to the score. Where only one did, the other is
    taken to get there with the last label: the ratio is then "at most", "at least" or (both happened) "about" what it
    says; else `bound` is empty. Seeds in which neither did say nothing and are left out: that is "about", too. There is
    an interval where both got there in every seed, and no bound.
    """

    mean: float
    low: float | None
    high: float | None
    seeds: int
    reached: int
    reached_by_other: int
    bound: str = ""


def interval(differences: Sequence[float]) -> Interval:
    """The mean of differences, one a seed.

    >>> found = interval([1.0, 2.0, 3.0])  # 2 +- 4.303 x 1 / sqrt(3)
    >>> found.mean, round(found.low, 3), round(found.high, 3)
    (2.0, -0.484, 4.484)
    """
    n, mean = len(differences), float(np.mean(differences))
    if n < 2:
        return Interval(mean, None, None, n)
    from scipy.special import stdtrit

    half = float(stdtrit(n - 1, (1 + LEVEL) / 2) * np.std(differences, ddof=1) / math.sqrt(n))
    return Interval(mean, mean - half, mean + half, n)


def ratio(mine: Sequence[float | None], others: Sequence[float | None], last: float) -> Ratio | None:
    """Labels to a score, seed by seed, as a share of another strategy's; None where no seed of either got there.

    >>> ratio([50.0, 100.0], [100.0, 200.0], last=400).mean
    0.5
    >>> ratio([100.0], [None], last=400)
    Ratio(mean=0.25, low=None, high=None, seeds=1, reached=1, reached_by_other=0, bound='at most')
    """
    pairs = [(a, b) for a, b in zip(mine, others, strict=True) if a is not None or b is not None]
    if not pairs:
        return None
    logs = interval([math.log((a or last) / (b or last)) for a, b in pairs])
    left_out = len(pairs) < len(mine)
    at_most, at_least = (left_out or any(pair[of] is None for pair in pairs) for of in (1, 0))
    bound = "about" if at_most and at_least else "at most" if at_most else "at least" if at_least else ""
    return Ratio(
        mean=math.exp(logs.mean),
        low=None if bound or logs.low is None else math.exp(logs.low),
        high=None if bound or logs.high is None else math.exp(logs.high),
        seeds=logs.seeds,
        reached=sum(a is not None for a in mine),
        reached_by_other=sum(b is not None for b in others),
        bound=bound,
    )


@dataclass(frozen=True)
class Finding:
    """What a comparison says: whether the one is better (None: the data cannot tell), in words, and where it cannot
    tell, how many seeds would be enough if the difference is what it seems (None: too many, or nobody knows)."""

    better: bool | None
    words: str
    seeds_wanted: int | None = None


def finding(name: str, other: str, share: float, labels: Ratio | None, gain: Interval) -> Finding:
    """What paired campaigns say of two strategies: by the `labels` they take to this share of the full-pool score, or
    where not every seed of both got there, by `gain`, the difference in area (shares of one).

    >>> finding("margin", "random", 0.9, Ratio(0.55, 0.48, 0.62, 5, 5, 5), Interval(0.03, 0.01, 0.05, 5)).words
    "margin saves 38% to 52% of random's labels to 90%"
    """
    if gain.low is None or gain.high is None:
        return Finding(None, f"one seed cannot tell {name} and {other} apart", 5)
    if labels is None or labels.low is None or labels.high is None:
        return _by_area(name, other, gain)
    if labels.high < 1:
        saved = f"{1 - labels.high:.0%} to {1 - labels.low:.0%}"
        return Finding(True, f"{name} saves {saved} of {other}'s labels to {share:.0%}")
    if labels.low > 1:
        more = f"{labels.low - 1:.0%} to {labels.high - 1:.0%}"
        return Finding(False, f"{name} needs {more} more labels to {share:.0%} than {other}")
    logs = Interval(math.log(labels.mean), math.log(labels.low), math.log(labels.high), labels.seeds)
    return _undecided(name, other, logs)


def _by_area(name: str, other: str, gain: Interval) -> Finding:
    assert gain.low is not None and gain.high is not None
    low, high = sorted((abs(gain.low), abs(gain.high)))
    points = f"{100 * low:.1f} to {100 * high:.1f} points"
    if gain.low > 0:
        return Finding(True, f"{name} is {points} above {other} over the whole curve")
    if gain.high < 0:
        return Finding(False, f"{name} is {points} below {other} over the whole curve")
    return _undecided(name, other, gain)


def _undecided(name: str, other: str, found: Interval) -> Finding:
    return Finding(None, f"your data cannot tell {name} and {other} apart", _seeds_wanted(found))


def _seeds_wanted(found: Interval) -> int | None:
    """The fewest seeds whose interval would leave 0 out, were mean and spread what they seem; None for too many."""
    from scipy.special import stdtrit

    if found.low is None or found.mean == 0:
        return None
    t = float(stdtrit(found.seeds - 1, (1 + LEVEL) / 2))
    spread = (found.mean - found.low) * math.sqrt(found.seeds) / t
    enough = (
        n
        for n in range(found.seeds + 1, MOST_SEEDS + 1)
        if stdtrit(n - 1, (1 + LEVEL) / 2) * spread / math.sqrt(n) < abs(found.mean)
    )
    return next(enough, None)
