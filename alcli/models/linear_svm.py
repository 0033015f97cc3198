"""Linear support vector machine."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alcli.contracts import Ints

__all__ = ["LinearSvm"]


@dataclass(frozen=True)
class LinearSvm:
    """Linear support vector machines, one class against the rest (Fan et al. 2008), with smoothed class weights.

    Its probabilities are the softmax of the decision values, scaled by what held-out rows show.
    """

    C: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.C < inf:
            raise ValueError("C must be a number above 0")

    def build(self, y: Ints) -> Any:
        """An unfitted classifier weighted for these labels (n,)."""
        from alcli.core.class_weights import smoothed
        from alcli.core.softmax_svm import SoftmaxSVC

        return SoftmaxSVC(C=self.C, class_weight=smoothed(y), random_state=0)
