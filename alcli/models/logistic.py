"""Multinomial logistic regression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alcli.contracts import Ints

__all__ = ["Logistic"]


@dataclass(frozen=True)
class Logistic:
    """Logistic regression with smoothed class weights; weak regularisation suits few labels in many columns.

    A class of n_c of the n labels weighs 2a / (n_c + a), with a = n / classes: rare classes count for more, but never
    for more than twice.
    """

    C: float = 10.0

    def __post_init__(self) -> None:
        if not self.C > 0:
            raise ValueError("C must be greater than 0")

    def build(self, y: Ints) -> Any:
        """An unfitted classifier weighted for these labels (n,)."""
        import numpy as np

        from alcli.core.row_space import RowSpaceLogistic

        counts = np.bincount(y)
        average = len(y) / np.count_nonzero(counts)
        weights = {c: 2 * average / (n + average) for c, n in enumerate(counts) if n}
        return RowSpaceLogistic(C=self.C, class_weight=weights, max_iter=1000)
