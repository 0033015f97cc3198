"""What the members of a committee say: their votes, their consensus, and how far they are apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.core.choosing import ByUtility
from alcli.core.uncertainty import entropy

if TYPE_CHECKING:
    from alcli.contracts import Floats, Ints


@dataclass(frozen=True)
class ByCommittee(ByUtility):
    """A query strategy that asks a committee: `members` models, each fitted on a bootstrap of the labels.

    `models`, where given, are the names of the members instead, each fitted on all labels.
    """

    members: int = 5
    models: tuple[str, ...] = ()

    needs = frozenset({"committee"})

    def __post_init__(self) -> None:
        if self.members < 2:
            raise ValueError("members must be 2 or more")
        if not isinstance(self.models, list | tuple) or not all(isinstance(name, str) for name in self.models):
            raise ValueError('models must be a list of names, such as ["logistic", "naive_bayes"]')
        if len(self.models) == 1:
            raise ValueError("models must name 2 or more, or none")
        object.__setattr__(self, "models", tuple(self.models))


def votes(committee: Floats) -> Ints:
    """The class (n, m) that each member of a committee (n, m, k) names; of equal ones the first."""
    named: Ints = committee.argmax(axis=2)
    return named


def tally(committee: Floats) -> Ints:
    """How many members name each class (n, k).

    >>> tally(np.array([[[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]]])).tolist()
    [[2, 1]]
    """
    n, _, k = committee.shape
    cells = votes(committee) + k * np.arange(n)[:, None]
    return np.bincount(cells.ravel(), minlength=n * k).reshape(n, k)


def consensus(committee: Floats) -> Floats:
    """The mean (n, k) of the members' probabilities (n, m, k)."""
    mean: Floats = committee.mean(axis=1)
    return mean


def divergences(committee: Floats) -> Floats:
    """The Kullback-Leibler divergence (n, m) in nats of each member from the consensus, in [0, ln m]."""
    tiny = np.finfo(committee.dtype).tiny
    logs = np.log(np.maximum(consensus(committee), tiny))
    # KL(p | q) = -H(p) - sum p ln q: no ratio of two tiny numbers, and no array of the size of the committee but one
    found: Floats = -np.einsum("nmk,nk->nm", committee, logs) - entropy(committee)
    return np.maximum(found, 0, out=found)
