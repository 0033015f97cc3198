"""Divergence from a committee's consensus (McCallum and Nigam 1998)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.contracts import PoolView
from alcli.core.votes import ByCommittee, consensus, divergences

if TYPE_CHECKING:
    from alcli.contracts import Floats

__all__ = ["MaxDisagreement"]


@dataclass(frozen=True)
class MaxDisagreement(ByCommittee):
    """Ask first where one member of a committee is farthest from what all say together (McCallum and Nigam 1998).

    `members` models are each fitted on a bootstrap of the labels, or those that `models` names on all of them. The
    measure is the paper's, the Kullback-Leibler divergence of a member from the mean; the paper averages it over the
    members, here the greatest counts, so that a single dissenter is heard.

    >>> votes = np.array([[[1., 0.], [0., 1.]], [[.5, .5], [.5, .5]]])  # 2 candidates, 2 members, 2 classes
    >>> view = PoolView(np.arange(2), np.zeros(2), ("a", "b"), committee=votes)
    >>> MaxDisagreement(members=2).utility(view).round(3).tolist()
    [0.693, 0.0]
    """

    def utility(self, view: PoolView) -> Floats:
        """The greatest divergence of a member from the consensus in nats, in [0, ln m] for m members."""
        assert view.committee is not None
        utility: Floats = divergences(view.committee).max(axis=1)
        return utility

    def reasons(self, view: PoolView) -> list[str]:
        """What the dissenter holds likelier than all together do, by how much."""
        assert view.committee is not None
        said = []
        dissenters = divergences(view.committee).argmax(axis=1)
        for members, mean, dissenter in zip(view.committee, consensus(view.committee), dissenters, strict=True):
            own = members[dissenter]
            c = int(np.argmax(own - mean))
            said.append(
                f"1 of {len(members)} committee members is {own[c]:.0%} sure of {view.classes[c]}, "
                f"all together {mean[c]:.0%}"
            )
        return said
