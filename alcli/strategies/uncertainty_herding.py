"""Uncertainty Herding (Bae, Oliveira and Sutherland 2025)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.contracts import PoolView, Selection
from alcli.core.drawing import draw_keys
from alcli.core.herding import doubt, herd, reach, stands_for

if TYPE_CHECKING:
    from alcli.contracts import Floats

__all__ = ["UncertaintyHerding"]


@dataclass(frozen=True)
class UncertaintyHerding:
    """Ask for rows that stand for the most rows the model doubts and that are unlike those asked (Bae et al. 2025).

    With few labels the kernel is wide and what counts is coverage; it narrows as the rows asked lie closer, and what
    counts is doubt. The batch is chosen from so many candidates drawn by doubt; before there is a model, from random
    ones, and every row counts the same.

    >>> from alcli.contracts import Asked
    >>> rows, proba = np.array([[0.0], [0.1], [9.0]]), np.array([[1, 0], [1, 0], [0.5, 0.5]])
    >>> asked = Asked(np.empty((0, 1)), np.empty(0, int))
    >>> reference = PoolView(np.arange(3), np.zeros(3), ("a", "b"), proba, rows)
    >>> view = PoolView(np.arange(3), np.zeros(3), ("a", "b"), proba, rows, asked=asked, reference=reference)
    >>> UncertaintyHerding().select(view, 1, np.random.default_rng(0)).at.tolist()
    [2]
    """

    candidates: int = 1_000

    needs = frozenset({"proba"})
    batch_needs = frozenset({"features", "asked", "reference"})
    starts_cold = True

    def __post_init__(self) -> None:
        if self.candidates < 1:
            raise ValueError("candidates must be 1 or more")

    def utility(self, view: PoolView) -> Floats:
        """Keys of a draw by doubt, without replacement; the lottery number where there is no model."""
        if view.proba is None:
            return view.lottery
        return draw_keys(doubt(view.proba), view.lottery)

    def short_list(self, batch_size: int) -> int:
        """Enough candidates to cover with what the model doubts."""
        return max(self.candidates, 2 * batch_size)

    def select(self, view: PoolView, batch_size: int, rng: np.random.Generator) -> Selection:
        """The greatest soft cover of what is in doubt, chosen greedily; utility is the doubt each covers, in rows."""
        assert view.features is not None and view.asked is not None and view.reference is not None
        reference, proba = view.reference.features, view.reference.proba
        assert reference is not None
        weights = np.ones(reference.shape[0]) if proba is None else doubt(proba)
        radius = reach(view.asked, reference, batch_size)
        at, gain, share = herd(view.features, reference, weights, view.asked.features, radius, batch_size)
        return Selection(at, gain, tuple(self._reasons(view.take(at), share)))

    def _reasons(self, chosen: PoolView, share: Floats) -> list[str]:
        if chosen.proba is None:
            return [stands_for(s) for s in share]
        first = chosen.proba.argmax(axis=1)
        sure = [f"{p[c]:.0%} {chosen.classes[c]}" for c, p in zip(first, chosen.proba, strict=True)]
        return [f"{stands_for(s)}; {so}" for s, so in zip(share, sure, strict=True)]
