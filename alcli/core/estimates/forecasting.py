"""How many more labels it takes to a target: the learning curve carried on, with a band.

A learning curve is taken for a power law, y(n) = a - d (n / now)^-c: it climbs towards a ceiling a, from which it is d
away now, ever more slowly (Viering and Loog 2023). Each curve of a grid over the ceiling, the height now and c is
weighed by how likely it makes the estimates that there are; the forecast is what all of them say, by their weights. So
a ceiling that nobody can know yet widens the band instead of being guessed.

What is taken for granted comes from campaigns on nine sets. Two models are right on the same rows the more often, the
nearer their numbers of labels: their correlation is 0.93 (n/m)^(1/3). True curves are 0.7 points off their power law, a
standard deviation, and stay so for some 15% more labels. c lies between 0.3 and 1. And that the curve goes on rising is
the likelier beforehand, the farther it can: each curve counts by its d.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from alcli.contracts import Estimate, Forecast

if TYPE_CHECKING:
    from alcli.contracts import Floats

FEWEST_MODELS, FEWEST_ROWS = 4, 40  # on the curve; behind its last estimate
_ALIKE, _FADES = 0.93, 1 / 3
_OFF, _STAYS = 0.007, 0.15
_RATES = np.geomspace(0.3, 1.0, 13)
_CEILINGS, _HEIGHTS = 81, 41
_SPREAD = 4.0  # standard errors either side of the last estimate, where the height now is looked for
_LIKELY = 1e-6  # of the likeliest curve's weight: what is below says nothing
_OFFS = _OFF * np.array([NormalDist().inv_cdf((at + 0.5) / 5) for at in range(5)])
_BAND = (0.1, 0.5, 0.9)


class Point(NamedTuple):
    """A model on the learning curve: of how many labels it was made, and what it was measured to be worth."""

    n_labels: int
    estimate: Estimate


def forecast(points: Sequence[Point], metric: str, n_pool: int, target: float | None = None) -> Forecast | None:
    """What the curve promises; None where it cannot tell: it wants four models, the last judged on 40 rows or more.

    `n_pool` labels are all that can be had. The estimates are of one growing audit sample: the rows that an earlier one
    was made of are among those of a later one.
    """
    if len(points) < FEWEST_MODELS or points[-1].estimate.n < FEWEST_ROWS:
        return None
    curves = Curves.through(points)
    now = curves.now
    low, twice, high = quantiles(curves.at(2 * now), curves.weight, _BAND)
    floor, _, ceiling = quantiles(curves.ceiling, curves.weight, _BAND)
    promise = Forecast(metric, now, twice, low, high, floor, ceiling)
    if target is None:
        return promise
    least, labels, most = quantiles(*curves.labels_to(target), _BAND)

    def more(n: float) -> int | None:
        return round(n) - now if n <= n_pool else None

    return Forecast(
        *(metric, now, twice, low, high, floor, ceiling),
        target=target,
        outlook="reached" if labels <= now else "reachable" if least <= n_pool else "out of reach",
        more=more(labels),
        least=more(least),
        most=more(most),
    )


@dataclass(frozen=True)
class Curves:
    """Power laws (k,) through the same past, each with its weight; the weights sum to 1."""

    now: int
    ceiling: Floats
    gap: Floats
    rate: Floats
    weight: Floats

    @classmethod
    def through(cls, points: Sequence[Point]) -> Curves:
        """The curves that these points, ascending by labels, leave likely."""
        n = np.array([point.n_labels for point in points], np.float64)
        y = np.array([point.estimate.value for point in points])
        covariance = _covariance(n, [point.estimate for point in points])
        precision, spread = np.linalg.inv(covariance), _SPREAD * float(np.sqrt(covariance[-1, -1]))
        height = np.linspace(max(0.0, y[-1] - spread), min(1.0, y[-1] + spread), _HEIGHTS)
        ceiling = np.linspace(height[0], 1.0, _CEILINGS)
        gap = ceiling[:, None] - height
        shape, below = (n / n[-1]) ** -_RATES[:, None], ceiling[:, None] - y
        # the squared distance of `below` from gap x shape, for each rate, ceiling and height
        distance = (
            np.einsum("ai,ij,aj->a", below, precision, below)[:, None]
            - 2 * gap * (shape @ precision @ below.T)[:, :, None]
            + gap**2 * np.einsum("ri,ij,rj->r", shape, precision, shape)[:, None, None]
        )
        distance = np.where(gap >= 0, distance, np.inf)
        weight = gap * np.exp(-0.5 * (distance - distance.min()))
        likely = np.nonzero(weight > _LIKELY * weight.max())
        grids = (ceiling[:, None], gap, _RATES[:, None, None])
        a, d, c = (np.broadcast_to(grid, weight.shape)[likely] for grid in grids)
        return cls(int(n[-1]), a, d, c, weight[likely] / weight[likely].sum())

    def at(self, n_labels: int) -> Floats:
        """The height of each curve at so many labels."""
        heights: Floats = self.ceiling - self.gap * (n_labels / self.now) ** -self.rate
        return heights

    def labels_to(self, target: float) -> tuple[Floats, Floats]:
        """Labels in all at which each curve reaches the target, infinite where it never does; and their weights.

        Each curve stands for five, a little higher or lower: true curves are off their power law.
        """
        left = np.maximum(self.ceiling - target + _OFFS[:, None], 0.0)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            labels = self.now * (self.gap / left) ** (1 / self.rate)
        labels = np.where((self.gap <= left) & (left > 0), self.now, labels)
        return np.where(left > 0, labels, np.inf).ravel(), np.tile(self.weight / len(_OFFS), len(_OFFS))


def quantiles(values: Floats, weights: Floats, shares: Sequence[float]) -> list[float]:
    """The values below which these shares of the weight lie.

    >>> quantiles(np.array([3.0, 1.0, 2.0]), np.array([0.2, 0.5, 0.3]), (0.4, 0.6, 0.9))
    [1.0, 2.0, 3.0]
    """
    order = np.argsort(values)
    until = np.cumsum(weights[order])
    at = np.searchsorted(until, np.array(shares) * until[-1])
    return [float(value) for value in values[order[at]]]


def _covariance(n: Floats, estimates: Sequence[Estimate]) -> Floats:
    """That of the estimates around a power law.

    Of means over nested samples it is s s' r / m: m rows in the larger, s and s' the spread of single rows, r how alike
    the two models are right on the same row, 1 for a model with itself.
    """
    rows = np.array([estimate.n for estimate in estimates], np.float64)
    error = np.hypot([estimate.error for estimate in estimates], 1 / rows)  # ten rows, all right, prove little
    apart = np.abs(np.log(n[:, None] / n))
    alike = _ALIKE * np.exp(-_FADES * apart)
    np.fill_diagonal(alike, 1.0)
    spread = error * np.sqrt(rows)
    chance: Floats = alike * np.outer(spread, spread) / np.maximum.outer(rows, rows)
    return chance + _OFF**2 * np.exp(-apart / _STAYS)
