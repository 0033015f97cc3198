"""What one model says of the same rows as the one before it: how far learning still moves predictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.core.uncertainty import entropy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from alcli.contracts import Floats


@dataclass(frozen=True)
class Promised:
    """What a model says of rows: probabilities (n, k) over its k classes."""

    classes: tuple[str, ...]
    proba: Floats

    @property
    def names(self) -> NDArray[np.str_]:
        """The likeliest class of each row (n,)."""
        names: NDArray[np.str_] = np.array(self.classes)[self.proba.argmax(axis=1)]
        return names


def stability(now: Promised, before: Promised | None = None) -> dict[str, float]:
    """How a model compares with the one `before` it on the same rows, whose classes may be others.

    "kappa" is Cohen's, of the two models' predictions (Bloodgood and Vijay-Shanker 2009), "changed" the share of rows
    that are called otherwise, "uncertainty" the model's own (Zhu, Wang and Hovy 2008). Without a model before only the
    last; without rows nothing.

    >>> first = Promised(("a", "b"), np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.1, 0.9]]))
    >>> second = Promised(("a", "b"), np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]))
    >>> stability(second, first)
    {'kappa': 0.5, 'changed': 0.25, 'uncertainty': 0.0}
    """
    if not len(now.proba):
        return {}
    found = {"uncertainty": uncertainty(now.proba)}
    if before is None:
        return found
    said, earlier = now.names, before.names
    return {"kappa": kappa(said, earlier), "changed": float(np.mean(said != earlier)), **found}


def kappa(one: NDArray[np.str_], other: NDArray[np.str_]) -> float:
    """Cohen's kappa of two lists of names (n,): how far they agree beyond chance; 1 where both are one name alone."""
    names = np.union1d(one, other)
    shares = [np.bincount(np.searchsorted(names, said), minlength=len(names)) / len(said) for said in (one, other)]
    by_chance = float(shares[0] @ shares[1])
    agreed = float(np.mean(one == other))
    return 1.0 if len(names) == 1 else (agreed - by_chance) / (1 - by_chance)


def uncertainty(proba: Floats) -> float:
    """The mean entropy of the rows of probabilities (n, k), as a share of the greatest there is: 0 to 1."""
    k = proba.shape[1]
    if k < 2:
        return 0.0
    return float(entropy(proba).mean() / np.log(k))
