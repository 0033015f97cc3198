"""Complement naive Bayes (Rennie et al. 2003)."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alcli.contracts import Ints

__all__ = ["NaiveBayes"]


@dataclass(frozen=True)
class NaiveBayes:
    """Complement naive Bayes: strong on few texts (Rennie et al. 2003); features must not be negative."""

    alpha: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.alpha < inf:
            raise ValueError("alpha must be a number above 0")

    def build(self, y: Ints) -> Any:
        """An unfitted classifier."""
        from sklearn.naive_bayes import ComplementNB

        return ComplementNB(alpha=self.alpha)
