"""Vote entropy (Dagan and Engelson 1995)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alcli.contracts import PoolView
from alcli.core.uncertainty import entropy
from alcli.core.votes import ByCommittee, tally

if TYPE_CHECKING:
    from alcli.contracts import Floats

__all__ = ["VoteEntropy"]


@dataclass(frozen=True)
class VoteEntropy(ByCommittee):
    """Ask first where a committee's members name the most different classes (Dagan and Engelson 1995).

    `members` models are each fitted on a bootstrap of the labels, or those that `models` names on all of them. Few
    members tie often; ties are settled by lottery.

    >>> import numpy as np
    >>> votes = np.array([[[.9, .1], [.6, .4]], [[.9, .1], [.4, .6]]])  # 2 candidates, 2 members, 2 classes
    >>> view = PoolView(np.arange(2), np.zeros(2), ("a", "b"), committee=votes)
    >>> VoteEntropy(members=2).utility(view).round(3).tolist()
    [0.0, 0.693]
    """

    def utility(self, view: PoolView) -> Floats:
        """The entropy of the votes' shares in nats, in [0, ln m] for m members."""
        assert view.committee is not None
        return entropy(tally(view.committee) / view.committee.shape[1])

    def reasons(self, view: PoolView) -> list[str]:
        """The classes named, and by how many."""
        assert view.committee is not None
        return [_said(counts, view.classes) for counts in tally(view.committee).tolist()]


def _said(counts: list[int], classes: tuple[str, ...]) -> str:
    members, named = sum(counts), sorted((c for c, n in enumerate(counts) if n), key=lambda c: -counts[c])
    if len(named) == 1:
        return f"all {members} committee members name {classes[named[0]]}"
    most = ", ".join(f"{classes[c]} {counts[c]}" for c in named)
    return f"{members} committee members name {len(named)} classes: {most}"
