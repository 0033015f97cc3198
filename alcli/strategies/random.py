"""Random asking: the yardstick for every other strategy, and a cold start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alcli.contracts import PoolView
from alcli.core.choosing import ByUtility

if TYPE_CHECKING:
    from alcli.contracts import Floats

__all__ = ["Random"]


@dataclass(frozen=True)
class Random(ByUtility):
    """Every candidate is as likely as any other.

    >>> import numpy as np
    >>> Random().select(PoolView(np.arange(3), np.array([0.2, 0.9, 0.4])), 2, np.random.default_rng(0)).at.tolist()
    [1, 2]
    """

    needs = frozenset[str]()

    def utility(self, view: PoolView) -> Floats:
        """The lottery number itself, uniform in [0, 1)."""
        return view.lottery

    def reasons(self, view: PoolView) -> list[str]:
        """There is but one."""
        return ["drawn at random"] * len(view)
