"""Pool-based strategies of scikit-activeml (Kottke et al. 2021)."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from alcli.adapters._foreign import Foreign, dense, made, stacked
from alcli.contracts import PoolView

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Skactiveml"]

_MEMBERS = 5  # of an ensemble: the specification's model on rows drawn with replacement


@dataclass(frozen=True)
class Skactiveml(Foreign):
    """A class with query(X, y, ..., candidates, batch_size); it takes no sparse features, so they are made dense."""

    package: ClassVar[str] = "skactiveml"
    install: ClassVar[str] = "pip install scikit-activeml"

    def __post_init__(self) -> None:
        """Refuse strategies that need what is not there, and parameters that the constructor refuses."""
        super().__post_init__()
        if "query_strategy" in self.parameters(self.part):
            raise ValueError("it wraps another strategy, which cannot be named here")
        if strange := self._wanted - _GIVEN.keys():
            raise ValueError(f"its query wants {', '.join(sorted(strange))}, which is not to be had here")
        self._made(2, 0)

    @property
    def _wanted(self) -> set[str]:
        """What the query cannot do without, but for X and y."""
        every = inspect.signature(self.part.query).parameters.values()
        named = [p for p in every if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
        return {p.name for p in named if p.default is p.empty} - {"self", "X", "y"}

    @property
    def batch_needs(self) -> frozenset[str]:
        """Features and labels; the model too where the strategy learns, from a classifier or from the classes."""
        learns = self._wanted & _OF_A_MODEL or "classes" in self.parameters(self.part)
        return frozenset({"features", "asked", "fit"} if learns else {"features", "asked"})

    @property
    def starts_cold(self) -> bool:
        """Whether it does not learn."""
        return "fit" not in self.batch_needs

    def ask(self, view: PoolView, n: int, rng: np.random.Generator) -> Any:
        """The indices; rows that were asked and have no label are unlabelled and no candidates."""
        assert view.asked is not None
        X = dense(stacked(view), len(view))
        y = np.full(len(X), np.nan)
        y[len(view) :] = np.where(view.asked.y >= 0, view.asked.y, np.nan)
        strategy = self._made(len(view.classes), int(rng.integers(1 << 31)))
        given = {name: _GIVEN[name](view, rng) for name in sorted(self._wanted)}
        return strategy.query(X, y, candidates=np.arange(len(view)), batch_size=n, **given)

    def _made(self, n_classes: int, seed: int) -> Any:
        ours = {"random_state": seed, "classes": list(range(n_classes)), "n_classes": max(2, n_classes)}
        takes = self.parameters(self.part)
        return made(self.part, **{k: v for k, v in ours.items() if k in takes} | dict(self.params))


def _wrapped(view: PoolView, estimator: Any) -> Any:
    from skactiveml.classifier import SklearnClassifier

    return SklearnClassifier(estimator, classes=list(range(len(view.classes))), random_state=0)


def _classifier(view: PoolView, rng: np.random.Generator) -> Any:
    from alcli.adapters._standin import Standin

    assert view.fit is not None
    return _wrapped(view, Standin(view.fit, len(view.classes)))


def _ensemble(view: PoolView, rng: np.random.Generator) -> Any:
    from alcli.adapters._standin import Standin

    assert view.fit is not None
    seeds = rng.integers(1 << 31, size=_MEMBERS)
    return [_wrapped(view, Standin(view.fit, len(view.classes), int(seed))) for seed in seeds]


def _discriminator(view: PoolView, rng: np.random.Generator) -> Any:
    """It tells asked rows from candidates, which the specification's model cannot: it knows other classes."""
    from sklearn.linear_model import LogisticRegression

    return _wrapped(view, LogisticRegression(max_iter=1000))


_GIVEN: dict[str, Callable[[PoolView, np.random.Generator], Any]] = {
    "clf": _classifier,
    "estimator": _classifier,
    "ensemble": _ensemble,
    "discriminator": _discriminator,
}
_OF_A_MODEL = {"clf", "estimator", "ensemble"}
