"""Gradient boosting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alcli.contracts import Ints

__all__ = ["Boosting"]


@dataclass(frozen=True)
class Boosting:
    """Gradient boosting of trees over histograms (Ke et al. 2017) with smoothed class weights; strong on larger tables.

    A leaf holds a twentieth of the labels, but at least 2 and at most 20 of them: with 20 from the start, 30 labels
    would teach nothing. Sparse features are made dense, so they must be few.
    """

    rounds: int = 100
    learning_rate: float = 0.1

    def __post_init__(self) -> None:
        if self.rounds < 1:
            raise ValueError("rounds must be 1 or more")
        if not 0 < self.learning_rate <= 1:
            raise ValueError("learning_rate must be greater than 0 and at most 1")

    def build(self, y: Ints) -> Any:
        """An unfitted classifier weighted for these labels (n,)."""
        from alcli.core.class_weights import smoothed
        from alcli.core.dense_rows import DenseBoosting

        return DenseBoosting(
            learning_rate=self.learning_rate,
            max_iter=self.rounds,
            min_samples_leaf=min(20, max(2, len(y) // 20)),
            early_stopping=False,
            class_weight=smoothed(y),
            random_state=0,
        )
