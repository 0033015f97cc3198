"""MaxHerding (Bae, Noh and Sutherland 2024)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.contracts import PoolView, Selection
from alcli.core.herding import herd, reach, stands_for

if TYPE_CHECKING:
    from alcli.contracts import Floats

__all__ = ["MaxHerding"]


@dataclass(frozen=True)
class MaxHerding:
    """Ask for rows that stand for the most rows unlike those asked, by a Gaussian kernel (Bae et al. 2024).

    The kernel's radius is the mean spacing of the rows asked. The batch is chosen from so many random candidates. For
    the first few batches: it knows no model.

    >>> from alcli.contracts import Asked
    >>> rows = np.array([[0.0], [1.0], [2.0], [9.0], [10.0]])
    >>> asked, reference = Asked(np.empty((0, 1)), np.empty(0, int)), PoolView(np.arange(5), np.zeros(5), features=rows)
    >>> view = PoolView(np.arange(5), np.zeros(5), features=rows, asked=asked, reference=reference)
    >>> MaxHerding().select(view, 2, np.random.default_rng(0)).at.tolist()
    [2, 3]
    """

    candidates: int = 1_000

    needs = frozenset[str]()
    batch_needs = frozenset({"features", "asked", "reference"})
    starts_cold = True

    def __post_init__(self) -> None:
        if self.candidates < 1:
            raise ValueError("candidates must be 1 or more")

    def utility(self, view: PoolView) -> Floats:
        """The lottery number: the short list is random."""
        return view.lottery

    def short_list(self, batch_size: int) -> int:
        """Enough candidates to cover the pool with, however large it is."""
        return max(self.candidates, 2 * batch_size)

    def select(self, view: PoolView, batch_size: int, rng: np.random.Generator) -> Selection:
        """The greatest soft cover, chosen greedily; utility is the coverage each adds, in reference rows."""
        assert view.features is not None and view.asked is not None and view.reference is not None
        reference = view.reference.features
        assert reference is not None
        radius = reach(view.asked, reference, batch_size)
        weights = np.ones(reference.shape[0])
        at, gain, share = herd(view.features, reference, weights, view.asked.features, radius, batch_size)
        return Selection(at, gain, tuple(map(stands_for, share)))
