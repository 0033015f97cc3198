"""Entropy of a committee's consensus (Seung, Opper and Sompolinsky 1992; Beluch et al. 2018)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.contracts import PoolView
from alcli.core.uncertainty import entropy
from alcli.core.votes import ByCommittee, consensus

if TYPE_CHECKING:
    from alcli.contracts import Floats

__all__ = ["ConsensusEntropy"]


@dataclass(frozen=True)
class ConsensusEntropy(ByCommittee):
    """Ask first where a committee as a whole spreads its belief over the most classes (Beluch et al. 2018).

    `members` models are each fitted on a bootstrap of the labels, or those that `models` names on all of them; their
    probabilities are averaged. Members who disagree raise it, and so do members who agree that they do not know.

    >>> votes = np.array([[[1., 0.], [0., 1.]], [[.9, .1], [.9, .1]]])  # 2 candidates, 2 members, 2 classes
    >>> view = PoolView(np.arange(2), np.zeros(2), ("a", "b"), committee=votes)
    >>> ConsensusEntropy(members=2).utility(view).round(3).tolist()
    [0.693, 0.325]
    """

    def utility(self, view: PoolView) -> Floats:
        """The entropy of the members' mean probabilities in nats, in [0, ln k]."""
        assert view.committee is not None
        return entropy(consensus(view.committee))

    def reasons(self, view: PoolView) -> list[str]:
        """The three classes that the committee holds likeliest."""
        assert view.committee is not None
        members, mean = view.committee.shape[1], consensus(view.committee)
        likeliest = np.argsort(-mean, axis=1, kind="stable")[:, :3]
        return [
            f"{members} committee members on average: " + ", ".join(f"{view.classes[c]} {p[c]:.0%}" for c in best)
            for best, p in zip(likeliest, mean, strict=True)
        ]
