"""What the adapters have in common: a strategy of another package chooses from a random short list of bounded size."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from alcli.contracts import PoolView, Selection
from alcli.core import rows
from alcli.errors import ConfigError

if TYPE_CHECKING:
    from alcli.contracts import Floats, Matrix

_ROOM = 1 << 30  # bytes that a dense copy of the short list may take


@dataclass(frozen=True)
class Foreign:
    """A strategy of another package: what was found under its name, and its parameters.

    `candidates` bounds how many rows it sees: they are a random subset of the candidates, a new one each round.
    """

    part: Any
    params: Mapping[str, Any]
    candidates: int = 10_000

    package: ClassVar[str]  # what is imported
    install: ClassVar[str]  # what to type where it is not there
    needs: ClassVar[frozenset[str]] = frozenset()

    def __post_init__(self) -> None:
        """Refuse what can never work, before work is done."""
        if type(self.candidates) is not int or self.candidates < 1:
            raise ValueError(f"candidates = {self.candidates!r}: wanted a whole number from 1 on")

    @classmethod
    def parameters(cls, part: Any) -> list[str]:
        """The parameters that may be given in the specification."""
        return list(inspect.signature(part).parameters)

    @property
    def batch_needs(self) -> frozenset[str]:
        """What the foreign strategy is shown of its short list."""
        return frozenset({"features", "asked", "fit"})

    @property
    def starts_cold(self) -> bool:
        """Whether it chooses without a model."""
        return False

    def utility(self, view: PoolView) -> Floats:
        """The lottery numbers (n,): every candidate has the same chance to be on the short list."""
        return view.lottery

    def short_list(self, batch_size: int) -> int:
        """How many candidates the foreign strategy sees."""
        return max(batch_size, self.candidates)

    def select(self, view: PoolView, batch_size: int, rng: np.random.Generator) -> Selection:
        """What the foreign strategy chooses, in its order; the utility falls evenly from 1, as its own may not."""
        n = min(batch_size, len(view))
        with seeded(rng):
            at = np.atleast_1d(np.asarray(self.ask(view, n, rng)))
        if at.ndim != 1 or not np.issubdtype(at.dtype, np.integer):
            raise TypeError(f"it gave an array of {at.dtype}, of shape {at.shape}; wanted the numbers of {n} rows")
        name = getattr(self.part, "__name__", type(self.part).__name__)
        reasons = tuple(f"choice {i + 1} of {len(at)} by {name}" for i in range(len(at)))
        return Selection(at, 1 - np.arange(len(at)) / max(1, len(at)), reasons)

    def ask(self, view: PoolView, n: int, rng: np.random.Generator) -> Any:
        """The indices of n candidates, as the foreign strategy gives them."""
        raise NotImplementedError


@contextmanager
def seeded(rng: np.random.Generator) -> Iterator[None]:
    """Code that draws from numpy's global generator draws the same each time; the generator is then as it was."""
    before = np.random.get_state()
    np.random.seed(int(rng.integers(1 << 32)))
    try:
        yield
    finally:
        np.random.set_state(before)


def made(part: Any, **params: Any) -> Any:
    """An object of the foreign class; what it warns of in general is not said again at every command."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return part(**params)


def stacked(view: PoolView) -> Matrix:
    """The features of the candidates, and below them those of the rows asked so far: (n + a, d)."""
    assert view.features is not None and view.asked is not None
    return rows.stacked([view.features, view.asked.features])


def dense(features: Matrix, candidates: int) -> Floats:
    """The features as an array, of which `candidates` rows are candidates; refused if it would fill the memory."""
    if isinstance(features, np.ndarray):
        return features
    n, d = features.shape
    row = d * features.dtype.itemsize
    if n * row > _ROOM:
        fit = min(_ROOM // row - (n - candidates), candidates) // 100 * 100
        raise ConfigError(
            f"the strategy takes no sparse features, and {n:,} rows of {d:,} features take {n * row / _ROOM:.1f} GB"
            " when they are not",
            f"candidates = {fit}, or fewer features" if fit > 0 else "fewer features, or another strategy",
        )
    array: Floats = features.toarray()
    return array
