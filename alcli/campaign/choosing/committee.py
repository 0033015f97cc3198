"""A committee: several models of the same labels, whose disagreement a query strategy asks about."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from alcli.campaign import parts
from alcli.campaign.learning.partial import Partial, fit_shown
from alcli.project.config import Config, Part

if TYPE_CHECKING:
    from alcli.contracts import Asked, Floats, Ints, Matrix, QueryStrategy


@dataclass(frozen=True)
class Committee:
    """The members, and the models they were made of, as seen from `root`."""

    root: Path
    models: tuple[Part, ...]
    members: tuple[Partial, ...]

    @property
    def width(self) -> int:
        """How many numbers the votes on one row are: m x k."""
        return sum(member.n_classes for member in self.members)

    def votes(self, matrix: Matrix) -> Floats:
        """Each member's probabilities (n, m, k), float32, of features (n, d); 0 for a class it was never shown."""
        return np.stack([member.proba(matrix) for member in self.members], axis=1)

    def __reduce__(self) -> tuple[Callable[..., Committee], tuple[Any, ...]]:
        return _woken, (self.root, self.models, pickle.dumps(self.members))


def _woken(root: Path, models: tuple[Part, ...], members: bytes) -> Committee:
    """The committee in another process, which has to load files of one's own before it knows their classes."""
    for model in models:
        parts.load(root, "models", model)
    return Committee(root, models, pickle.loads(members))


def committee(
    root: Path, config: Config, strategy: QueryStrategy, asked: Asked, classes: tuple[str, ...], seed: int
) -> Committee:
    """The committee that a strategy asks for by its attributes `members` and `models`, in a wrapper those of `of`.

    Models by name are each fitted on all labels; without any, `members` copies of the specification's model are each
    fitted on a bootstrap of them (Breiman 1996), in which every class keeps a row. `classes` are those that
    `asked.y` counts.
    """
    while hasattr(strategy, "of"):
        strategy = strategy.of
    models = tuple(Part(name) for name in getattr(strategy, "models", ()))
    X, y = asked.labelled
    rng = np.random.default_rng(seed)

    def member(model: Part, rows: Ints) -> Partial:
        return fit_shown(root, replace(config, model=model), X[rows], y[rows], classes, seed)

    if models:
        members = [member(model, np.arange(len(y))) for model in models]
    else:
        members = [member(config.model, bootstrap(y, rng)) for _ in range(getattr(strategy, "members", 5))]
    return Committee(root, models or (config.model,), tuple(members))


def bootstrap(y: Ints, rng: np.random.Generator) -> Ints:
    """As many of the rows labelled `y` (n,) as there are, drawn with replacement; one more for each class left out."""
    drawn = rng.integers(max(1, len(y)), size=len(y))
    left_out = np.setdiff1d(y, y[drawn])
    return np.concatenate([drawn, *(rng.choice(np.flatnonzero(y == c), 1) for c in left_out)])
