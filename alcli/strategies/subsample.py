"""Another strategy on a random part of the pool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.contracts import PoolView, QueryStrategy, Selection
from alcli.core.choosing import top

if TYPE_CHECKING:
    from alcli.contracts import Floats

__all__ = ["Subsample"]


@dataclass(frozen=True)
class Subsample:
    """Let another strategy choose from a random part of the pool, so that what it costs has a bound.

    The strategy `of` sees the `n` candidates, no fewer and no more, that the lottery draws from the whole pool, and
    what it needs is computed for these alone. Fewer near duplicates meet in a batch than if it had seen all.

    >>> from alcli.strategies.margin import Margin
    >>> proba, lottery = np.array([[0.5, 0.5], [0.6, 0.4], [0.9, 0.1]]), np.array([0.1, 0.8, 0.9])
    >>> view = PoolView(np.arange(3), lottery, ("a", "b"), proba)
    >>> Subsample(Margin(), n=2).select(view, 1, np.random.default_rng(0)).at.tolist()
    [1]
    """

    of: QueryStrategy
    n: int = 10_000

    needs = frozenset[str]()

    def __post_init__(self) -> None:
        if self.n < 1:
            raise ValueError("n must be 1 or more")

    @property
    def batch_needs(self) -> frozenset[str]:
        """All that the wrapped strategy needs."""
        return self.of.needs | self.of.batch_needs

    @property
    def starts_cold(self) -> bool:
        """Whether the wrapped strategy does."""
        return self.of.starts_cold

    def utility(self, view: PoolView) -> Floats:
        """The lottery number itself, uniform in [0, 1)."""
        return view.lottery

    def short_list(self, batch_size: int) -> int:
        """The random part, at least a batch."""
        return max(self.n, batch_size)

    def select(self, view: PoolView, batch_size: int, rng: np.random.Generator) -> Selection:
        """The choice of the wrapped strategy from its own short list of the random part."""
        at = np.sort(top(view.lottery, view.lottery, self.short_list(batch_size)))
        part = view.take(at)
        best = top(self.of.utility(part), part.lottery, self.of.short_list(batch_size))
        chosen = self.of.select(part.take(best), batch_size, rng)
        return Selection(at[best][chosen.at], chosen.utility, chosen.reasons)
