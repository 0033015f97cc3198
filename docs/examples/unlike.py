"""A query strategy that looks at features: the most doubtful rows, but none too near to another."""

from dataclasses import dataclass

import numpy as np

from alcli.contracts import PoolView, Selection
from alcli.core.choosing import top
from alcli.core.geometry import nearest, squared_distances


@dataclass(frozen=True)
class Unlike:
    """Ask first where the likeliest class is least likely; what is within `gap` of a row asked or chosen comes last."""

    gap: float = 0.7

    needs = frozenset({"proba"})
    batch_needs = frozenset({"features", "asked"})
    starts_cold = False

    def utility(self, view: PoolView):
        """One minus the greatest probability."""
        return 1 - view.proba.max(axis=1)

    def short_list(self, batch_size: int) -> int:
        """So many of the most doubtful are compared with one another."""
        return max(1_000, 2 * batch_size)

    def select(self, view: PoolView, batch_size: int, rng: np.random.Generator) -> Selection:
        """The most doubtful one, again and again."""
        n = min(batch_size, len(view))
        at, utility, far = np.empty(n, np.int64), np.empty(n), np.empty(n)
        doubt, away = self.utility(view), nearest(view.features, view.asked.features)
        for place in range(n):
            worth = doubt - (away < self.gap**2)
            best = top(worth, view.lottery, 1)[0]
            at[place], utility[place], far[place] = best, worth[best], np.sqrt(away[best])
            away = np.minimum(away, squared_distances(view.features, view.features[best : best + 1]).ravel())
            doubt[best] = -np.inf
        sure = view.proba[at].max(axis=1)
        reasons = [f"{f:.2f} away from all asked; {p:.0%} sure" for f, p in zip(far, sure, strict=True)]
        return Selection(at, utility, tuple(reasons))
