"""Choosing by utility: the greatest first, ties by lottery."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from alcli.contracts import PoolView, Selection

if TYPE_CHECKING:
    from alcli.contracts import Floats, Ints


def top(utility: Floats, lottery: Floats, n: int) -> Ints:
    """The indices of the n greatest utilities (m,), greatest first, ties by the greater lottery number.

    Partitions before it sorts, so a million candidates cost a pass, not a sort.

    >>> top(np.array([0.2, 0.9, 0.9, 0.1]), np.array([0.5, 0.3, 0.7, 0.5]), 3).tolist()
    [2, 1, 0]
    """
    if n < len(utility):
        threshold = np.partition(utility, len(utility) - n)[len(utility) - n]
        among = np.flatnonzero(utility >= threshold)
    else:
        among = np.arange(len(utility))
    # as floats: less than nothing is no number of an unsigned kind
    return among[np.lexsort((-lottery[among], -utility[among].astype(float)))][:n]


class ByUtility:
    """A query strategy that takes the candidates of highest utility; what differs is the utility."""

    needs: frozenset[str] = frozenset()
    batch_needs: frozenset[str] = frozenset()
    starts_cold = False

    def utility(self, view: PoolView) -> Floats:
        """One finite number a candidate (n,), greater = ask sooner."""
        raise NotImplementedError

    def short_list(self, batch_size: int) -> int:
        """Nothing but the highest utilities can be chosen."""
        return batch_size

    def select(self, view: PoolView, batch_size: int, rng: np.random.Generator) -> Selection:
        """The candidates of highest utility, best first."""
        utility = self.utility(view)
        at = top(utility, view.lottery, batch_size)
        return Selection(at, utility[at], tuple(self.reasons(view.take(at))))

    def reasons(self, view: PoolView) -> list[str]:
        """Why each of these was chosen, in words."""
        return [f"{type(self).__name__} put it first"] * len(view)


def torn(view: PoolView) -> list[str]:
    """Between which two classes the model hesitates, with both probabilities."""
    proba = view.proba
    assert proba is not None
    first, second = np.argsort(-proba, axis=1, kind="stable")[:, :2].T
    return [
        f"torn between {view.classes[a]} and {view.classes[b]}: {p[a]:.0%} / {p[b]:.0%}"
        for a, b, p in zip(first, second, proba, strict=True)
    ]
