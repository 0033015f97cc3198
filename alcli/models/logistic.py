"""Multinomial logistic regression."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alcli.contracts import Ints

__all__ = ["Logistic"]


@dataclass(frozen=True)
class Logistic:
    """Logistic regression with smoothed class weights; weak regularisation suits few labels in many columns."""

    C: float = 10.0

    def __post_init__(self) -> None:
        if not 0 < self.C < inf:
            raise ValueError("C must be a number above 0")

    def build(self, y: Ints) -> Any:
        """An unfitted classifier weighted for these labels (n,)."""
        from alcli.core.class_weights import smoothed
        from alcli.core.row_space import RowSpaceLogistic

        return RowSpaceLogistic(C=self.C, class_weight=smoothed(y), max_iter=1000)
