"""Logistic regression that also learns from rows nobody labelled."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any

from alcli.models.logistic import Logistic

if TYPE_CHECKING:
    from alcli.contracts import Ints, Matrix

__all__ = ["SelfTraining"]


@dataclass(frozen=True)
class SelfTraining:
    """Logistic regression that learns from its own guesses at `unlabelled` rows of the pool beside the labels.

    The guesses weigh `weight` times as much as the labels while these are few, half of that from `fade` labels a class
    on. Batches are chosen by plain logistic regression: by a model that believes its guesses one would not ask about
    them.
    """

    C: float = 10.0
    weight: float = 3.0
    fade: float = 5.0
    unlabelled: int = 2_000

    def __post_init__(self) -> None:
        if not all(0 < value < inf for value in (self.C, self.weight, self.fade, self.unlabelled)):
            raise ValueError("C, weight, fade and unlabelled must be numbers above 0")

    def build(self, y: Ints) -> Any:
        """The classifier to choose by, unfitted, weighted for these labels (n,)."""
        return Logistic(self.C).build(y)

    def build_beside(self, y: Ints, unlabelled: Matrix) -> Any:
        """The unfitted classifier that also learns from these rows (m, d)."""
        from alcli.core import self_training

        return self_training.SelfTaught(unlabelled, self.C, self.weight, self.fade)
