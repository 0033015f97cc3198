"""The labelled rows that a model learns from, those of the audit sample among them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from alcli.campaign.learning import fitting
from alcli.campaign.learning.fitting import Fitted
from alcli.project.config import Config

if TYPE_CHECKING:
    from alcli.contracts import Ints, Matrix


@dataclass(frozen=True)
class Lesson:
    """Rows of the pool (n,), ascending, their labels, each one of `classes`, and their features (n, d)."""

    rows: Sequence[int]
    names: Sequence[str]
    classes: tuple[str, ...]
    matrix: Matrix
    drawn: Collection[int]  # rows of the audit sample, labelled or not
    unlabelled: Matrix | None = None  # features (m, d) of other rows that the model learns from

    @cached_property
    def y(self) -> Ints:
        """Class numbers (n,)."""
        number = {c: k for k, c in enumerate(self.classes)}
        return np.array([number[name] for name in self.names])

    @cached_property
    def audit(self) -> Ints:
        """The places of the audit sample among the rows."""
        return np.flatnonzero(np.isin(self.rows, list(self.drawn)))

    @cached_property
    def chosen(self) -> Ints:
        """The places of all others."""
        return np.setdiff1d(np.arange(len(self.rows)), self.audit)

    @cached_property
    def classes_chosen(self) -> tuple[str, ...]:
        """The classes of the others; none where these are too few for a model."""
        found = tuple(self.classes[k] for k in np.unique(self.y[self.chosen]).tolist())
        return found if len(found) > 1 else ()

    @property
    def chooses_apart(self) -> bool:
        """Whether the model to choose by is another."""
        return len(self.audit) > 0 or self.unlabelled is not None

    def blind(self, root: Path, config: Config, seed: int, *, scored: bool = False) -> Fitted | None:
        """The model to choose by, which has seen neither the audit sample nor rows without a label; None where the
        other labels teach nothing yet, or where there is nothing to be blind to. Cross-validated only if `scored`."""
        if not self.chooses_apart or not self.classes_chosen:
            return None
        names = [self.names[at] for at in self.chosen.tolist()]
        return fitting.fit(root, config, self.matrix[self.chosen], names, self.classes_chosen, seed, scored=scored)
