"""Models fitted on labels that may be of some of the classes only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from alcli.campaign.learning.fitting import Fitted, fit
from alcli.project.config import Config

if TYPE_CHECKING:
    from alcli.contracts import Floats, Ints, Matrix


@dataclass(frozen=True)
class Partial:
    """A fitted model, and which of `n_classes` it was shown."""

    fitted: Fitted
    shown: Ints
    n_classes: int

    def proba(self, matrix: Matrix) -> Floats:
        """Probabilities (n, n_classes), float32, of features (n, d); 0 for a class it was never shown."""
        found = np.zeros((matrix.shape[0], self.n_classes), np.float32)
        found[:, self.shown] = self.fitted.proba(matrix)
        return found


def fit_shown(root: Path, config: Config, X: Matrix, y: Ints, classes: tuple[str, ...], seed: int) -> Partial:
    """The specification's model fitted on features (n, d) with class numbers (n,) below the number of `classes`."""
    shown = np.unique(y)
    some = tuple(classes[c] for c in shown)
    fitted = fit(root, config, X, [classes[c] for c in y], some, seed, scored=False)
    return Partial(fitted, shown, len(classes))
