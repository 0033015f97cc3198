"""The model that is chosen as labels grow."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alcli.contracts import Rival
from alcli.models.self_training import SelfTraining

if TYPE_CHECKING:
    from alcli.contracts import Ints, Matrix

__all__ = ["Auto"]


@dataclass(frozen=True)
class Auto:
    """Self-trained logistic regression on the features named, until held-out rows show something better for this pool.

    For texts that is the same with their TF-IDF beside the features named: single words tell more once many have been
    labelled. For tables it is a forest.
    """

    unlabelled = SelfTraining.unlabelled

    def build(self, y: Ints) -> Any:
        """The classifier to choose by, unfitted, weighted for these labels (n,)."""
        return SelfTraining().build(y)

    def build_beside(self, y: Ints, unlabelled: Matrix) -> Any:
        """The unfitted classifier it begins with, which also learns from these rows (m, d)."""
        return SelfTraining().build_beside(y, unlabelled)

    def rival(self, roles: Collection[str], text: str) -> Rival | None:
        """What is tried on a pool with these roles, whose texts are read by the featurizer `text`."""
        if "text" in roles and text != "tfidf":
            return Rival(300, beside="tfidf")
        return Rival(100, model="forest") if set(roles) == {"columns"} else None
