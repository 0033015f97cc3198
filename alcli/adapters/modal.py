"""Functions in modAL's style: query(classifier, X, n_instances=...) -> indices (Danka and Horvath 2018)."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from alcli.adapters._foreign import Foreign
from alcli.contracts import PoolView

if TYPE_CHECKING:
    from alcli.contracts import Floats, Ints, Matrix

__all__ = ["Modal"]


@dataclass(frozen=True)
class Modal(Foreign):
    """A function that takes a classifier or a committee, the candidates and `n_instances`, and gives indices.

    A function whose first argument is called `committee` is given one.

    >>> def first(classifier, X, n_instances=1):
    ...     return np.argsort(-classifier.predict_proba(X)[:, 0])[:n_instances], "what else is returned is left"
    >>> view = PoolView(np.arange(3), np.zeros(3), ("a", "b"), np.array([[.1, .9], [.8, .2], [.6, .4]]), np.eye(3))
    >>> Modal(first, {}).select(view, 2, np.random.default_rng(0)).at.tolist()
    [1, 2]
    """

    package: ClassVar[str] = "modAL"
    install: ClassVar[str] = "pip install --no-deps modAL-python"

    def __post_init__(self) -> None:
        """Refuse functions that rank by something else than a classifier of ours."""
        super().__post_init__()
        names = list(inspect.signature(self.part).parameters)
        if "n_instances" not in names[2:]:
            raise ValueError(f"wanted a function (classifier, X, n_instances=...); it takes ({', '.join(names)})")
        if names[0] in ("regressor", "optimizer"):
            raise ValueError(f"it asks a {names[0]}, and there are classes here")

    @classmethod
    def parameters(cls, part: Any) -> list[str]:
        """Those that have a name, but for the three that are given."""
        every = list(inspect.signature(part).parameters.values())[2:]
        return [p.name for p in every if p.name != "n_instances" and p.kind is not p.VAR_KEYWORD]

    @property
    def _committee(self) -> bool:
        return next(iter(inspect.signature(self.part).parameters)) == "committee"

    @property
    def batch_needs(self) -> frozenset[str]:
        """The probabilities or votes, and all that the classifier may be asked besides."""
        return super().batch_needs | {"committee" if self._committee else "proba"}

    def ask(self, view: PoolView, n: int, rng: np.random.Generator) -> Any:
        """The indices; other things that are returned beside them are left."""
        asked = (Committee if self._committee else Classifier)(view)
        found = self.part(asked, view.features, n_instances=n, **self.params)
        return found[0] if isinstance(found, tuple) else found


@dataclass(frozen=True)
class Classifier:
    """The model as functions in modAL's style see an active learner: fitted, with its training rows."""

    view: PoolView
    on_transformed: ClassVar[bool] = False  # X_training holds features already

    def predict_proba(self, X: Matrix) -> Floats:
        """Probabilities (n, k): the model's where these are the candidates, else those of a model fitted anew."""
        if X is self.view.features:
            assert self.view.proba is not None
            return self.view.proba
        found: Floats = self._fitted.predict_proba(X)
        return found

    def predict(self, X: Matrix) -> Ints:
        """The likeliest classes (n,), as numbers."""
        best: Ints = self.predict_proba(X).argmax(axis=1)
        return best

    @property
    def classes_(self) -> Ints:
        """The class numbers (k,)."""
        return np.arange(len(self.view.classes))

    @property
    def X_training(self) -> Matrix:
        """Features of the labelled rows (l, d)."""
        assert self.view.asked is not None
        return self.view.asked.labelled[0]

    @property
    def y_training(self) -> Ints:
        """Class numbers of the labelled rows (l,)."""
        assert self.view.asked is not None
        return self.view.asked.labelled[1]

    @property
    def estimator(self) -> Any:
        """The specification's model as an unfitted scikit-learn classifier."""
        from alcli.adapters._standin import Standin

        assert self.view.fit is not None
        return Standin(self.view.fit, len(self.view.classes))

    @cached_property
    def _fitted(self) -> Any:
        return self.estimator.fit(self.X_training, self.y_training)


class Committee(Classifier):
    """The committee as functions in modAL's style see one; it votes on the candidates."""

    def __len__(self) -> int:
        return int(self._votes.shape[1])

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self)))

    @property
    def _votes(self) -> Floats:
        assert self.view.committee is not None
        return self.view.committee

    def vote_proba(self, X: Matrix) -> Floats:
        """Every member's probabilities (n, m, k)."""
        if X is not self.view.features:
            raise ValueError("the committee votes on the candidates only, all of them at once")
        return self._votes

    def vote(self, X: Matrix) -> Ints:
        """Every member's likeliest class (n, m)."""
        best: Ints = self.vote_proba(X).argmax(axis=2)
        return best

    def predict_proba(self, X: Matrix) -> Floats:
        """The members' mean probabilities (n, k)."""
        mean: Floats = self.vote_proba(X).mean(axis=1)
        return mean
