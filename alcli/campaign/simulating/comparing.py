"""Replayed campaigns side by side: what each contender reaches, and what it saves against another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from alcli.campaign.simulating.replaying import Round
from alcli.core.estimates import curves
from alcli.core.estimates.curves import Finding, Interval, Ratio

if TYPE_CHECKING:
    from alcli.contracts import Floats

SHARES = (0.9, 0.95)  # of the full-pool score
EARLY = 5  # batches


@dataclass(frozen=True)
class Contender:
    """What is compared: a query strategy on features and with a model, by the names they are shown under."""

    strategy: str
    features: str
    model: str


@dataclass(frozen=True)
class Curve:
    """One campaign, and what the same model scores on its test rows when trained on all labels of its pool."""

    contender: Contender
    seed: int
    rounds: tuple[Round, ...]
    full_pool: Round

    def score(self, metric: str, n: int | None = None) -> tuple[Floats, Floats]:
        """Labels spent (r,) and scores (r,) of the first `n` rounds."""
        rounds = self.rounds[:n]
        return np.array([r.labels for r in rounds], float), np.array([getattr(r, metric) for r in rounds], float)


@dataclass(frozen=True)
class Reach:
    """Labels to a share of the seed's own full-pool score: of each seed (None: it did not get there), their mean where
    all did, and the ratio to the other contender's. `score` is that share of the mean full-pool score."""

    share: float
    score: float
    labels: tuple[float | None, ...]
    mean: float | None
    ratio: Ratio | None = None

    @property
    def by_all(self) -> bool:
        """Whether every seed got there."""
        return self.mean is not None


@dataclass(frozen=True)
class Line:
    """What is known of one contender.

    `area` and `last` are means over the seeds, and so is `full_pool`, the score of the same model trained on all labels
    of the pool; `seconds` is what choosing a batch took. `gain` is the difference in area to the contender it is
    compared `against`, `early_gain` that over the first 5 batches. `decided_by` is the place in `reach` that `finding`
    goes by.
    """

    contender: Contender
    area: float
    last: float
    full_pool: float
    reach: tuple[Reach, ...]
    seconds: float
    against: str = ""
    gain: Interval | None = None
    early_gain: Interval | None = None
    decided_by: int = 0
    finding: Finding | None = None


def level(found: Iterable[Curve]) -> tuple[Curve, ...]:
    """The campaigns of the seeds that are farthest, of each as many rounds as all contenders have played in it.

    A seed that was cut short goes, rather than the rounds that the others have beyond it.
    """
    curves = list(found)
    far = {seed: min(len(c.rounds) for c in curves if c.seed == seed) for seed in {c.seed for c in curves}}
    n = max(far.values())
    return tuple(replace(curve, rounds=curve.rounds[:n]) for curve in curves if far[curve.seed] == n)


def compare(found: Sequence[Curve], metric: str, against: str) -> tuple[Line, ...]:
    """A line for each contender, in the order they come in.

    Each is compared with the strategy `against` on the same features, with the same model, over the rounds that all
    have played; by the labels to the largest share of the full-pool score that all campaigns reached: where that is
    much, the smaller ones are passed in the first batches, which tell little.
    """
    n = min(len(curve.rounds) for curve in found)
    by = {(curve.contender, curve.seed): curve for curve in found}
    contenders = list(dict.fromkeys(curve.contender for curve in found))
    lines = [_line(c, by, n, metric, against) for c in contenders]
    at = max((at for at in range(len(SHARES)) if all(line.reach[at].by_all for line in lines)), default=0)
    return tuple(_decided(line, at) for line in lines)


def _decided(line: Line, at: int) -> Line:
    if line.gain is None:
        return replace(line, decided_by=at)
    reach = line.reach[at]
    found = curves.finding(line.contender.strategy, line.against, reach.share, reach.ratio, line.gain)
    return replace(line, decided_by=at, finding=found)


def _line(
    contender: Contender,
    by: Mapping[tuple[Contender, int], Curve],
    n: int,
    metric: str,
    against: str,
) -> Line:
    other = Contender(against, contender.features, contender.model)
    seeds = [seed for c, seed in by if c == contender]
    mine = [by[contender, seed] for seed in seeds]
    compared = other != contender and all((other, seed) in by for seed in seeds)
    theirs = [by[other, seed] for seed in seeds] if compared else None
    reach = tuple(_reach(share, mine, theirs, metric, n) for share in SHARES)
    gain = _gain(mine, theirs, metric, n) if theirs else None
    return Line(
        contender=contender,
        area=float(np.mean([curves.area(*curve.score(metric, n)) for curve in mine])),
        last=float(np.mean([curve.score(metric, n)[1][-1] for curve in mine])),
        full_pool=_full_pool(mine, metric),
        reach=reach,
        seconds=float(np.mean([r.seconds for curve in mine for r in curve.rounds[:n]])),
        against=against if theirs else "",
        gain=gain,
        early_gain=_gain(mine, theirs, metric, min(n, EARLY)) if theirs else None,
    )


def _full_pool(some: Sequence[Curve], metric: str) -> float:
    return float(np.mean([getattr(curve.full_pool, metric) for curve in some]))


def _reach(share: float, mine: Sequence[Curve], theirs: Sequence[Curve] | None, metric: str, n: int) -> Reach:
    def labels(some: Sequence[Curve]) -> list[float | None]:
        return [curves.labels_to(*curve.score(metric, n), share * getattr(curve.full_pool, metric)) for curve in some]

    own = labels(mine)
    there = [x for x in own if x is not None]
    last = float(mine[0].rounds[n - 1].labels)
    return Reach(
        share=share,
        score=share * _full_pool(mine, metric),
        labels=tuple(own),
        mean=float(np.mean(there)) if len(there) == len(own) else None,
        ratio=curves.ratio(own, labels(theirs), last) if theirs else None,
    )


def _gain(mine: Sequence[Curve], theirs: Sequence[Curve], metric: str, n: int) -> Interval:
    areas = [[curves.area(*curve.score(metric, n)) for curve in some] for some in (mine, theirs)]
    return curves.interval([a - b for a, b in zip(*areas, strict=True)])
