"""Least confidence (Lewis and Gale 1994; Culotta and McCallum 2005)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.contracts import PoolView
from alcli.core.choosing import ByUtility

if TYPE_CHECKING:
    from alcli.contracts import Floats

__all__ = ["LeastConfident"]


@dataclass(frozen=True)
class LeastConfident(ByUtility):
    """Ask first where the likeliest class is least likely (Lewis and Gale 1994).

    >>> view = PoolView(np.arange(2), np.zeros(2), ("a", "b", "c"), np.array([[.5, .4, .1], [.6, .2, .2]]))
    >>> LeastConfident().utility(view).round(2).tolist()
    [0.5, 0.4]
    """

    needs = frozenset({"proba"})

    def utility(self, view: PoolView) -> Floats:
        """One minus the greatest probability, in [0, 1 - 1/k]."""
        assert view.proba is not None
        utility: Floats = 1 - view.proba.max(axis=1)
        return utility

    def reasons(self, view: PoolView) -> list[str]:
        """The likeliest class and how likely it is."""
        assert view.proba is not None
        return [f"only {p.max():.0%} sure of {view.classes[int(np.argmax(p))]}" for p in view.proba]
