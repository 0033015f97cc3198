"""Extremely randomised trees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alcli.contracts import Ints

__all__ = ["Forest"]


@dataclass(frozen=True)
class Forest:
    """A forest of extremely randomised trees (Geurts et al. 2006) with smoothed class weights; strong on tables."""

    trees: int = 200

    def __post_init__(self) -> None:
        if self.trees < 1:
            raise ValueError("trees must be 1 or more")

    def build(self, y: Ints) -> Any:
        """An unfitted classifier weighted for these labels (n,)."""
        from sklearn.ensemble import ExtraTreesClassifier

        from alcli.core.class_weights import smoothed

        return ExtraTreesClassifier(self.trees, class_weight=smoothed(y), random_state=0)
