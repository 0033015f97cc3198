"""Margin sampling (Scheffer, Decomain and Wrobel 2001)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alcli.contracts import PoolView
from alcli.core.choosing import ByUtility, torn
from alcli.core.uncertainty import margin

if TYPE_CHECKING:
    from alcli.contracts import Floats

__all__ = ["Margin"]


@dataclass(frozen=True)
class Margin(ByUtility):
    """Ask first where the two likeliest classes are nearly tied (Scheffer et al. 2001).

    >>> import numpy as np
    >>> view = PoolView(np.arange(2), np.zeros(2), ("a", "b", "c"), np.array([[.5, .4, .1], [.6, .2, .2]]))
    >>> Margin().utility(view).round(2).tolist()
    [-0.1, -0.4]
    """

    needs = frozenset({"proba"})

    def utility(self, view: PoolView) -> Floats:
        """Minus the difference of the two greatest probabilities: 0 for a tie, -1 for certainty."""
        assert view.proba is not None
        return -margin(view.proba)

    def reasons(self, view: PoolView) -> list[str]:
        """The two classes and their probabilities."""
        return torn(view)
