"""A batch in which classes of few labels get their share (after Bengar et al. 2022)."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.contracts import OF_A_MODEL, PoolView, QueryStrategy, Selection

if TYPE_CHECKING:
    from alcli.contracts import Floats, Ints

__all__ = ["ClassBalanced"]


@dataclass(frozen=True)
class ClassBalanced:
    """Take from another strategy's choice what seems to be of the classes with few labels (Bengar et al. 2022).

    The strategy `of` chooses `times` batches. Place by place, the class that has the fewest labels so far, counting
    the places given to it already, gets its next candidate by the model's prediction, until the batch is full. So
    labels grow even where the pool is not, as far as the longer choice has enough of each class. Before there is a
    model nothing is predicted, and the strategy's own choice stands.
    """

    of: QueryStrategy
    times: int = 5

    def __post_init__(self) -> None:
        if self.times < 1:
            raise ValueError("times must be 1 or more")

    @property
    def needs(self) -> frozenset[str]:
        """What the wrapped strategy needs."""
        return self.of.needs

    @property
    def batch_needs(self) -> frozenset[str]:
        """What the wrapped strategy needs, the predictions and the labels so far."""
        return self.of.batch_needs | {"proba", "asked"}

    @property
    def starts_cold(self) -> bool:
        """Whether the wrapped strategy does, or needs no model at all."""
        return self.of.starts_cold or not (self.of.needs | self.of.batch_needs) & OF_A_MODEL

    def utility(self, view: PoolView) -> Floats:
        """The utility of the wrapped strategy."""
        return self.of.utility(view)

    def short_list(self, batch_size: int) -> int:
        """That of the wrapped strategy for the longer choice."""
        return self.of.short_list(self.times * batch_size)

    def select(self, view: PoolView, batch_size: int, rng: np.random.Generator) -> Selection:
        """The batch in the order of the wrapped strategy's choice, best first."""
        if view.proba is None:
            return self.of.select(view, batch_size, rng)
        longer = self.of.select(view, self.times * batch_size, rng)
        predicted = view.proba[longer.at].argmax(axis=1)
        labels = _labels(view)
        place = np.sort(shared_out(predicted, labels, min(batch_size, len(view))))
        reasons = [longer.reasons[p] for p in place]
        for i, p in enumerate(place):
            if p >= batch_size:  # not in the batch, were it not for its class
                n, name = labels[predicted[p]], view.classes[predicted[p]]
                reasons[i] += f"; taken for {name}, which has {n} label{'' if n == 1 else 's'} so far"
        return Selection(longer.at[place], longer.utility[place], tuple(reasons))


def shared_out(predicted: Ints, labels: Ints, n: int) -> Ints:
    """Which n of the candidates predicted to be of these classes (m,), best first, when `labels` (k,) are there.

    >>> shared_out(np.array([0, 0, 0, 1, 0, 1]), np.array([7, 5]), 3).tolist()
    [3, 5, 0]
    """
    queues = {c: np.flatnonzero(predicted == c).tolist()[::-1] for c in np.unique(predicted).tolist()}
    fewest = [(int(labels[c]), queue[-1], c) for c, queue in queues.items()]
    heapq.heapify(fewest)
    chosen: list[int] = []
    while len(chosen) < n:
        count, at, c = heapq.heappop(fewest)
        chosen.append(at)
        queues[c].pop()
        if queues[c]:
            heapq.heappush(fewest, (count + 1, queues[c][-1], c))
    return np.array(chosen)


def _labels(view: PoolView) -> Ints:
    """How many labels each class (k,) has."""
    assert view.asked is not None
    return np.bincount(view.asked.y[view.asked.y >= 0], minlength=len(view.classes))
