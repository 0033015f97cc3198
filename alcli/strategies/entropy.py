"""Entropy sampling (Shannon 1948; Dagan and Engelson 1995)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.contracts import PoolView
from alcli.core.choosing import ByUtility
from alcli.core.uncertainty import entropy

if TYPE_CHECKING:
    from alcli.contracts import Floats

__all__ = ["Entropy"]


@dataclass(frozen=True)
class Entropy(ByUtility):
    """Ask first where the model spreads its belief over the most classes (Dagan and Engelson 1995).

    >>> view = PoolView(np.arange(2), np.zeros(2), ("a", "b"), np.array([[.5, .5], [1., 0.]]))
    >>> Entropy().utility(view).round(3).tolist()
    [0.693, 0.0]
    """

    needs = frozenset({"proba"})

    def utility(self, view: PoolView) -> Floats:
        """The entropy of the probabilities in nats, in [0, ln k]; 0 ln 0 counts as 0."""
        assert view.proba is not None
        return entropy(view.proba)

    def reasons(self, view: PoolView) -> list[str]:
        """The three likeliest classes."""
        assert view.proba is not None
        likeliest = np.argsort(-view.proba, axis=1, kind="stable")[:, :3]
        return [
            "undecided: " + ", ".join(f"{view.classes[c]} {p[c]:.0%}" for c in best)
            for best, p in zip(likeliest, view.proba, strict=True)
        ]
