"""The rows most likely to be of one class (relevance sampling, Lewis and Gale 1994)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.contracts import PoolView
from alcli.core.choosing import ByUtility

if TYPE_CHECKING:
    from alcli.contracts import Floats, Ints

__all__ = ["MostLikely"]


@dataclass(frozen=True)
class MostLikely(ByUtility):
    """Ask first what is most likely of one class, to find its rows (Lewis and Gale 1994).

    `of_class` is the class, short `most_likely:fraud`; "" = any of those that the specification calls rare. What it
    asks confirms more than it teaches: for a rare class whose rows are wanted, and to get a first few of them.

    >>> view = PoolView(np.arange(2), np.zeros(2), ("fraud", "honest"), np.array([[.2, .8], [.7, .3]]))
    >>> MostLikely("fraud").utility(view).tolist()
    [0.2, 0.7]
    """

    of_class: str = ""

    needs = frozenset({"proba"})

    def utility(self, view: PoolView) -> Floats:
        """The probability of the class in [0, 1]; raises ValueError where the model does not know it."""
        assert view.proba is not None
        utility: Floats = view.proba[:, self._wanted(view)].sum(axis=1)
        return utility

    def reasons(self, view: PoolView) -> list[str]:
        """How likely it is of the class; the likeliest of several."""
        assert view.proba is not None
        wanted = self._wanted(view)
        best = wanted[view.proba[:, wanted].argmax(axis=1)]
        return [f"{p[c]:.0%} likely to be {view.classes[c]}" for p, c in zip(view.proba, best, strict=True)]

    def _wanted(self, view: PoolView) -> Ints:
        wanted = (self.of_class,) if self.of_class else view.rare
        known = [c for c, name in enumerate(view.classes) if name in wanted]
        if known:
            return np.array(known)
        there = f"it knows: {', '.join(view.classes)}"
        if not wanted:
            raise ValueError(
                f"no class is named, as in most_likely:{view.classes[0]}, and none is called rare; {there}"
            )
        raise ValueError(f"the model knows no class {' or '.join(map(repr, wanted))}; {there}")
