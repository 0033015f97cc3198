"""The strategy of whoever names none: coverage before there is a model, then doubt, as the model tells rows apart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from alcli.contracts import PoolView, Selection
from alcli.core.choosing import top, torn
from alcli.core.class_weights import smoothed
from alcli.core.drawing import draw_keys
from alcli.core.geometry import apart, gaussian, pieces
from alcli.core.herding import cover, doubt, reach, stands_for
from alcli.strategies.k_center import KCenter

if TYPE_CHECKING:
    from alcli.contracts import Asked, Floats, Matrix

__all__ = ["Auto"]

_CANDIDATES = 1_000
_OWN = 5  # rows of the reference; with none, features that say nothing of the classes mislead
_RARE = 5


@dataclass(frozen=True)
class Auto:
    """Ask for rows that stand for the most doubt unlike what was asked; before there is a model, for the most rows.

    Uncertainty Herding (Bae, Oliveira and Sutherland 2025) with four changes:

    - a row stands for another as far as the Gaussian kernel of their features reaches, times how alike the model's
      predictions for the two are (Bhattacharyya 1943): a doubt between two classes stands for no other;
    - doubt counts for more where the classes in question have few labels, and five times where they are called rare;
    - a row's own doubt counts as much as that of five rows it stands for, so that where the features say little about
      the classes, and late, when rows lie close, it is doubt alone that counts;
    - while all labels are of one class, what covers the pool best has shown only that class: half of the batch lies
      farthest from what was asked (Sener and Savarese 2018), the other half is drawn at random.

    The first batch is MaxHerding's (Bae, Noh and Sutherland 2024). There is nothing to set.

    >>> from alcli.contracts import Asked
    >>> rows, proba = np.array([[0.0], [0.1], [9.0]]), np.array([[1, 0], [1, 0], [0.5, 0.5]])
    >>> asked = Asked(np.empty((0, 1)), np.empty(0, int))
    >>> reference = PoolView(np.arange(3), np.zeros(3), ("a", "b"), proba, rows)
    >>> view = PoolView(np.arange(3), np.zeros(3), ("a", "b"), proba, rows, asked=asked, reference=reference)
    >>> Auto().select(view, 1, np.random.default_rng(0)).at.tolist()
    [2]
    """

    needs = frozenset({"proba", "asked"})
    batch_needs = frozenset({"features", "reference"})
    starts_cold = True

    def utility(self, view: PoolView) -> Floats:
        """Keys of a draw by worth, without replacement; the lottery number where there is no model."""
        return view.lottery if view.proba is None else draw_keys(_worth(view), view.lottery)

    def short_list(self, batch_size: int) -> int:
        """Enough candidates to cover with what the model doubts."""
        return max(_CANDIDATES, 2 * batch_size)

    def select(self, view: PoolView, batch_size: int, rng: np.random.Generator) -> Selection:
        """The greatest soft cover of what a label is worth, chosen greedily; utility is what each covers, in rows."""
        reference, asked = view.reference, view.asked
        assert reference is not None and reference.features is not None and asked is not None
        if view.proba is None and len(set(asked.y[asked.y >= 0])) == 1:
            return _elsewhere(view, batch_size, rng)
        radius = reach(asked, reference.features, batch_size)
        kernel = _alike(view.features, view.proba, reference, radius)
        weights: Floats = np.ones(len(reference))
        own = None
        if reference.proba is not None:
            weights, own = _worth(replace(reference, asked=asked)), _OWN * _worth(view)
        at, gain, share = cover(kernel, _covered(asked, reference, radius), weights, batch_size, own)
        return Selection(at, gain, tuple(_reasons(view.take(at), share)))


def _worth(view: PoolView) -> Floats:
    """What a label of each row is worth (n,), did the row stand for itself alone: doubt, by the classes it is about."""
    assert view.proba is not None and view.asked is not None
    known = view.asked.y[view.asked.y >= 0]
    seldom = smoothed(known) if len(known) else {}
    weights = [(_RARE if name in view.rare else 1) * seldom.get(c, 2.0) for c, name in enumerate(view.classes)]
    worth: Floats = doubt(view.proba) * (view.proba @ np.array(weights, view.proba.dtype))
    return worth


def _alike(features: Matrix | None, proba: Floats | None, reference: PoolView, radius: float) -> Floats:
    """How far each of these rows stands for each reference row (n, r), in [0, 1]."""
    assert features is not None and reference.features is not None
    kernel = gaussian(apart(features, reference.features), radius)
    if proba is not None and reference.proba is not None:
        kernel *= np.minimum(np.sqrt(proba) @ np.sqrt(reference.proba).T, 1)
    return kernel


def _covered(asked: Asked, reference: PoolView, radius: float) -> Floats:
    """How far the nearest row asked stands for each reference row (r,)."""
    covered = np.zeros(len(reference), np.float32)
    for piece in pieces(asked.features.shape[0], len(reference)):
        proba = None if asked.proba is None else asked.proba[piece]
        covered = np.maximum(covered, _alike(asked.features[piece], proba, reference, radius).max(axis=0))
    return covered


def _elsewhere(view: PoolView, batch_size: int, rng: np.random.Generator) -> Selection:
    """Where the other classes may be: far out, or, as what lies there may be rubbish, anywhere."""
    far = KCenter().select(view, batch_size // 2, rng)
    rest = np.setdiff1d(np.arange(len(view)), far.at)
    drawn = rest[top(view.lottery[rest], view.lottery[rest], batch_size - len(far.at))]
    why = ("drawn at random, as all labels are of one class",) * len(drawn)
    return Selection(np.append(far.at, drawn), np.append(far.utility, np.zeros(len(drawn))), far.reasons + why)


def _reasons(chosen: PoolView, share: Floats) -> list[str]:
    whom = [stands_for(s) for s in share]
    if chosen.proba is None:
        return whom
    return [f"{why}; {how}" for why, how in zip(whom, torn(chosen), strict=True)]
