"""Choosing a batch over the shards of a pool: score a shard, keep its short list, forget the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from alcli.campaign import parts
from alcli.campaign.learned import Learned, stacked
from alcli.contracts import PoolView, QueryStrategy, Selection
from alcli.core.choosing import top
from alcli.engine import over
from alcli.errors import ConfigError, PoolExhausted
from alcli.project.config import Config, Part
from alcli.project.project import Project
from alcli.project.state import State

if TYPE_CHECKING:
    from alcli.contracts import Floats, Ints
    from alcli.project.pool import Shard


@dataclass(frozen=True)
class Picked:
    """Rows of the pool, best first, and how they were found."""

    rows: Sequence[int]
    utility: Sequence[float | None]
    reasons: Sequence[str]
    strategy: str
    candidates: int
    cold_start: bool = False
    model: int | None = None


@dataclass(frozen=True)
class _ShortLister:
    """Scores a shard, keeps its short list, forgets the rest."""

    root: Path
    part: Part
    learned: Learned | None
    taken: Ints  # rows that may not be asked, ascending
    stream: tuple[int, int]
    keep: int

    @cached_property
    def strategy(self) -> QueryStrategy:
        """The strategy, loaded where it works: a worker process has not seen a file of one's own."""
        strategy: QueryStrategy = parts.load(self.root, "strategies", self.part)
        return strategy

    def __call__(self, shard: Shard) -> tuple[PoolView, int]:
        free = np.ones(shard.rows, bool)
        within = self.taken[
            np.searchsorted(self.taken, shard.first) : np.searchsorted(self.taken, shard.first + shard.rows)
        ]
        free[within - shard.first] = False
        at = np.flatnonzero(free)
        view = PoolView(
            rows=_sealed(shard.first + at),
            lottery=_sealed(np.random.default_rng([*self.stream, shard.first]).random(shard.rows)[at]),
            classes=self.learned.classes if self.learned else (),
            **self._seen(shard, at),
        )
        if not len(view):
            return view, 0
        best = top(_utility(self.strategy, self.part.use, view), view.lottery, self.keep)
        return view.take(best), len(view)

    def _seen(self, shard: Shard, at: Ints) -> dict[str, Any]:
        if self.learned is None or not self.strategy.needs:
            return {}
        matrix = self.learned.features.matrix(shard)
        seen: dict[str, Any] = {}
        if "proba" in self.strategy.needs:
            proba = self.learned.proba(matrix)
            seen["proba"] = _sealed(proba if len(at) == len(proba) else proba[at])
        if "features" in self.strategy.needs:
            seen["features"] = matrix[at]
        return seen


def _utility(strategy: QueryStrategy, name: str, view: PoolView) -> Floats:
    """The strategy's utilities, checked: one finite number a candidate."""
    with parts.blamed("query strategy", name):
        utility = np.asarray(strategy.utility(view))
    if utility.shape != (len(view),) or not np.isfinite(utility).all():
        raise ConfigError(
            f"the query strategy {name} gave utilities of shape {utility.shape}, "
            f"finite: {bool(np.isfinite(utility).all())}, for {len(view)} candidates",
            "it must give one finite number a candidate",
        )
    return utility


def choose(project: Project, config: Config, reissue: bool, engine: str) -> Picked:
    """The batch of the specification's query strategy; of the cold start while no model exists to score with."""
    state, root = project.state, project.root
    part = config.select.strategy
    strategy = parts.load(root, "strategies", part)
    cold = state.model is None and bool(strategy.needs)
    if cold:
        part = config.select.cold_start
        strategy = parts.load(root, "strategies", part)
        if strategy.needs:
            raise ConfigError(
                f"the cold start {part.use} needs a model ({', '.join(sorted(strategy.needs))}), and there is none yet",
                'cold_start = "random"',
            )
    learned = Learned.of(project, state.model) if state.model and strategy.needs else None
    n = config.select.batch_size
    stream = (state.seed, state.last + 1)
    lister = _ShortLister(root, part, learned, _taken(project, reissue), stream, strategy.short_list(n))
    lists = list(over(lister, project.shards, engine))
    candidates = sum(count for _, count in lists)
    if candidates == 0:
        raise _exhausted(state)
    view = _joined([view for view, _ in lists if len(view)])
    with parts.blamed("query strategy", part.use):
        selection = strategy.select(view, n, np.random.default_rng(stream))
    _check_selection(part.use, selection, view, n)
    return Picked(
        rows=view.rows[selection.at].tolist(),
        utility=[float(u) for u in selection.utility],
        reasons=selection.reasons,
        strategy=parts.short(part.use),
        candidates=candidates,
        cold_start=cold,
        model=learned.trained.step if learned else None,
    )


def _check_selection(name: str, selection: Selection, view: PoolView, n: int) -> None:
    at, wanted = np.asarray(selection.at), min(n, len(view))
    distinct = len(at) == len(np.unique(at)) == wanted and at.min() >= 0 and at.max() < len(view)
    explained = len(selection.reasons) == len(selection.utility) == wanted and np.isfinite(selection.utility).all()
    if not (distinct and explained):
        raise ConfigError(
            f"the query strategy {name} did not choose {wanted} different candidates, each with utility and reason",
            "mend the strategy, or name another",
        )


def _taken(project: Project, reissue: bool) -> Ints:
    """Rows that are no candidates: answered, out, or with the content of an earlier row."""
    state = project.state
    out = state.out - state.blank if reissue else state.out
    asked = np.fromiter((*state.answers, *out), np.int64)
    later, first = project.duplicates.T
    return np.unique(np.concatenate([asked, later, first[np.isin(later, asked)]]))


def _joined(views: list[PoolView]) -> PoolView:
    first = views[0]
    features = [v.features for v in views if v.features is not None]
    return PoolView(
        rows=_sealed(np.concatenate([v.rows for v in views])),
        lottery=_sealed(np.concatenate([v.lottery for v in views])),
        classes=first.classes,
        proba=None if first.proba is None else _sealed(np.concatenate([v.proba for v in views if v.proba is not None])),
        features=stacked(features) if features else None,
    )


def _sealed(array: Any) -> Any:
    """A plug-in must not write into what others read."""
    array.flags.writeable = False
    return array


def _exhausted(state: State) -> PoolExhausted:
    out = len(state.out)
    if out:
        return PoolExhausted(f"no candidate is left: {out} rows are still out", "label and ingest them: alcli status")
    return PoolExhausted("every row of the pool has been answered", "alcli retrain, alcli export")
