"""Choosing a batch over the shards of a pool: score a shard, keep its short list, forget the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import index
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from alcli.campaign import parts
from alcli.campaign.choosing import apart
from alcli.campaign.choosing.picked import Picked
from alcli.campaign.choosing.situation import Situation
from alcli.campaign.gathering import gathered
from alcli.campaign.learning.partial import fit_shown
from alcli.contracts import OF_A_MODEL, Asked, PoolView, QueryStrategy, Selection
from alcli.core.choosing import top
from alcli.core.drawing import simple
from alcli.core.geometry import pieces
from alcli.engine import over
from alcli.errors import ConfigError, PoolExhausted
from alcli.project.config import Part

if TYPE_CHECKING:
    from alcli.campaign.choosing.committee import Committee
    from alcli.contracts import Floats, Ints, Matrix
    from alcli.project.pool import Shard

    _Listed: TypeAlias = tuple[PoolView, Floats]  # a short list, and its utilities

REFERENCE = 3_000  # rows; a strategy's view of the whole pool
_SPARE = (1, 8, 64)  # batches that a short list is longer by, to choose from where rows say the same
_REFERENCE_STREAM, _CHOICE_STREAM = 1, 11  # apart from the lottery's, which is without one


@dataclass(frozen=True)
class _Scores:
    """Scores a shard, keeps its short list, forgets the rest."""

    situation: Situation
    part: Part
    shared: PoolView  # what all shards are judged by, with no candidates in it
    committee: Committee | None
    keep: int

    @cached_property
    def strategy(self) -> QueryStrategy:
        """The strategy, loaded where it works: a worker process has not seen a file of one's own."""
        strategy: QueryStrategy = parts.load(self.situation.root, "strategies", self.part)
        return strategy

    def __call__(self, shard: Shard) -> tuple[PoolView, Floats, int]:
        """The short list of a shard, its utilities, and how many candidates there were."""
        situation, needs = self.situation, self.strategy.needs
        free = np.ones(shard.rows, bool)
        first, end = np.searchsorted(situation.taken, (shard.first, shard.first + shard.rows))
        free[situation.taken[first:end] - shard.first] = False
        at = np.flatnonzero(free)
        lottery = np.random.default_rng([*situation.seeds, shard.first]).random(shard.rows)
        model = situation.model
        proba = model.proba(model.features.matrix(shard)) if "proba" in needs and model else None
        width = self.committee.width if self.committee and "committee" in needs else 0
        lists = [self._listed(shard, at[piece], lottery, proba) for piece in pieces(len(at), width)]
        return *_best(lists, self.keep), len(at)

    def _listed(self, shard: Shard, at: Ints, lottery: Floats, proba: Floats | None) -> _Listed:
        """The short list of these rows of a shard, of all of which the lottery numbers and probabilities are given."""
        needs = self.strategy.needs
        view = replace(self.shared, rows=_sealed(shard.first + at), lottery=_sealed(lottery[at]))
        if proba is not None:
            view = replace(view, proba=_sealed(proba if len(at) == len(proba) else proba[at]))
        if needs & {"features", "committee"}:
            matrix = self.situation.features.matrix(shard)[at].astype(np.float32, copy=False)
            votes = _sealed(self.committee.votes(matrix)) if self.committee and "committee" in needs else None
            view = replace(view, features=_sealed(matrix) if "features" in needs else None, committee=votes)
        utility = _utility(self.strategy, self.part.use, view)
        best = top(utility, view.lottery, self.keep)
        return view.take(best), utility[best]


def _best(lists: Sequence[_Listed], keep: int) -> _Listed:
    """Of several short lists the best, with no more of each row than the next choice needs, or a process can send."""
    if not lists:
        return PoolView(np.empty(0, np.int64), np.empty(0)), np.empty(0)

    def joined(name: str) -> Any:
        arrays = [getattr(view, name) for view, _ in lists]
        return None if arrays[0] is None else np.concatenate(arrays)

    utility = np.concatenate([utility for _, utility in lists])
    whole = PoolView(joined("rows"), joined("lottery"), proba=joined("proba"), committee=joined("committee"))
    best = top(utility, whole.lottery, keep)
    return whole.take(best), utility[best]


def choose(situation: Situation, engine: str = "local", spare: Sequence[int] = _SPARE) -> Picked:
    """The batch of the specification's query strategy; of its cold start where the strategy needs a model.

    No two of its rows are near-identical. Where the strategy chose such, it chooses anew from what is left when each
    says something else: from short lists with `spare` batches more, the numbers one after the other, until that is
    enough. Then the batch is smaller rather than that it asks the same twice.
    """
    part, strategy, cold = _strategy(situation)
    n = situation.config.select.batch_size
    with parts.blamed("query strategy", part.use):
        keep = max(n, index(strategy.short_list(n)))
    listed = keep + spare[0] * n
    shared = _shared(situation, strategy)
    committee = _committee(situation, strategy)
    scores = _Scores(situation, part, shared, committee, listed)
    scored = list(over(scores, situation.shards, engine))
    candidates = sum(count for _, _, count in scored)
    if candidates == 0:
        raise _exhausted(situation)
    lists = [(view, utility) for view, utility, count in scored if count]

    def selected(lists: Sequence[_Listed]) -> tuple[PoolView, Selection]:
        view = _short_list(situation, strategy, shared, lists, keep, committee)
        with parts.blamed("query strategy", part.use):
            rng = np.random.default_rng([*situation.seeds, situation.n_rows, _CHOICE_STREAM])
            found = strategy.select(view, n, rng)
            selection = Selection(np.asarray(found.at), np.asarray(found.utility, float), tuple(found.reasons))
        _check_selection(part.use, selection, view, n)
        return view, selection

    view, selection = selected(lists)
    if len(apart.staying(situation, view.rows[selection.at])) < len(selection.at):
        best, utility = _best(lists, listed)
        stays = apart.staying(situation, best.rows)
        if len(stays) < n and len(best) < candidates and spare[1:]:
            gone = np.delete(best.rows, stays)
            return replace(choose(situation.without(gone), engine, spare[1:]), candidates=candidates)
        if not len(stays):
            raise PoolExhausted("every candidate says what a row of this batch says", "label and ingest what is out")
        view, selection = selected([(best.take(stays), utility[stays])])
    model = situation.model if (strategy.needs | strategy.batch_needs) & OF_A_MODEL else None
    return Picked(
        rows=view.rows[selection.at].tolist(),
        utility=[float(u) for u in selection.utility],
        reasons=selection.reasons,
        strategy=parts.short(part.use),
        candidates=candidates,
        cold_start=cold,
        model=model.step if model else None,
    )


def _strategy(situation: Situation) -> tuple[Part, QueryStrategy, bool]:
    """The strategy that chooses now, and whether it is the cold start's."""
    named = situation.config.select
    strategy = parts.load(situation.root, "strategies", named.strategy)
    if situation.model or strategy.starts_cold or not _of_a_model(strategy):
        return named.strategy, strategy, not situation.model and strategy.starts_cold
    strategy = parts.load(situation.root, "strategies", named.cold_start)
    if _of_a_model(strategy) and not strategy.starts_cold:
        raise ConfigError(
            f"the cold start {named.cold_start.use} needs a model ({', '.join(sorted(_of_a_model(strategy)))}),"
            " and there is none yet",
            'cold_start = "max_herding"',
        )
    return named.cold_start, strategy, True


def _of_a_model(strategy: QueryStrategy) -> frozenset[str]:
    return (strategy.needs | strategy.batch_needs) & OF_A_MODEL


def _shared(situation: Situation, strategy: QueryStrategy) -> PoolView:
    """A view without candidates: the classes, and what else a strategy judges all candidates by."""
    wanted = strategy.needs | strategy.batch_needs
    nothing = np.empty(0)
    view = PoolView(nothing.astype(np.int64), nothing, situation.classes, rare=situation.config.select.rare)
    if "asked" in wanted:
        view = replace(view, asked=_asked(situation, wanted))
    if "reference" in wanted:
        view = replace(view, reference=_reference(situation, view, wanted))
    if "fit" in wanted:
        view = replace(view, fit=_fit(situation))
    return view


def _short_list(
    situation: Situation,
    strategy: QueryStrategy,
    shared: PoolView,
    lists: Sequence[_Listed],
    keep: int,
    committee: Committee | None,
) -> PoolView:
    """The best of the shards' short lists, with all that the strategy's choice needs."""
    best, _ = _best(lists, keep)
    view = replace(shared, rows=best.rows, lottery=best.lottery, proba=best.proba, committee=best.committee)
    model, late = situation.model, strategy.batch_needs - strategy.needs
    if "proba" in late and model:
        view = replace(view, proba=model.proba(model.features.of_rows(situation.shards, view.rows)))
    if "features" in strategy.needs | late or "committee" in late:
        matrix = gathered(situation.features, situation.shards, view.rows)
        votes = committee.votes(matrix) if committee and "committee" in late else view.committee
        view = replace(view, features=matrix, committee=votes)
    for array in (view.rows, view.lottery, view.proba, view.committee, view.features):
        _sealed(array)
    return view


def _asked(situation: Situation, wanted: frozenset[str]) -> Asked:
    number = {c: k for k, c in enumerate(situation.classes)}
    y = [number.get(label, -1) if label is not None else -1 for label in situation.asked.values()]
    rows, model = list(situation.asked), situation.model
    proba = (
        model.proba(model.features.of_rows(situation.shards, rows)) if "proba" in wanted and model and rows else None
    )
    features = gathered(situation.features, situation.shards, rows)
    return Asked(_sealed(features), _sealed(np.array(y, np.int64)), _sealed(proba))


def _reference(situation: Situation, shared: PoolView, wanted: frozenset[str]) -> PoolView:
    """A simple random sample of the whole pool, as a view."""
    n = situation.n_rows
    rng = np.random.default_rng([*situation.seeds, n, _REFERENCE_STREAM])
    rows = simple(n, REFERENCE, rng)
    view = replace(shared, rows=_sealed(rows), lottery=_sealed(rng.random(len(rows))))
    model = situation.model
    if "proba" in wanted and model:
        proba = model.proba(model.features.of_rows(situation.shards, rows))
        view = replace(view, proba=_sealed(proba))
    if "features" in wanted:
        view = replace(view, features=_sealed(gathered(situation.features, situation.shards, rows)))
    return view


def _committee(situation: Situation, strategy: QueryStrategy) -> Committee | None:
    if "committee" not in strategy.needs | strategy.batch_needs:
        return None
    from alcli.campaign.choosing.committee import committee

    asked = _asked(situation, strategy.needs)
    return committee(situation.root, situation.config, strategy, asked, situation.classes, situation.seeds[0])


def _fit(situation: Situation) -> Callable[[Matrix, Ints], Callable[[Matrix], Floats]]:
    """The specification's model as a function from training rows to a function that gives probabilities."""
    classes, seed = situation.classes, situation.seeds[0]
    return lambda X, y: fit_shown(situation.root, situation.config, X, y, classes, seed).proba


def _utility(strategy: QueryStrategy, name: str, view: PoolView) -> Floats:
    """The strategy's utilities, checked: one finite number a candidate."""
    with parts.blamed("query strategy", name):
        utility = np.asarray(strategy.utility(view))
        utility = utility if utility.dtype.kind == "f" else utility.astype(float)
    if utility.shape != (len(view),) or not np.isfinite(utility).all():
        raise ConfigError(
            f"the query strategy {name} gave utilities of shape {utility.shape}, "
            f"finite: {bool(np.isfinite(utility).all())}, for {len(view)} candidates",
            "it must give one finite number a candidate",
        )
    return utility


def _check_selection(name: str, selection: Selection, view: PoolView, n: int) -> None:
    at, wanted = selection.at, min(n, len(view))
    numbers = at.shape == (wanted,) and at.dtype.kind in "iu" and len(np.unique(at)) == wanted
    distinct = numbers and at.min() >= 0 and at.max() < len(view)
    explained = selection.utility.shape == (wanted,) == (len(selection.reasons),)
    if not (distinct and explained and np.isfinite(selection.utility).all() and _all_text(selection.reasons)):
        raise ConfigError(
            f"the query strategy {name} did not choose {wanted} different candidates by their numbers in the view,"
            " each with a finite utility and a reason in words",
            "mend the strategy, or name another",
        )


def _all_text(reasons: Sequence[str]) -> bool:
    return all(isinstance(reason, str) for reason in reasons)


def _sealed(array: Any) -> Any:
    """A plug-in must not write into what others read: an array, or those that a CSR matrix is made of."""
    for part in (array.data, array.indices, array.indptr) if hasattr(array, "indptr") else (array,):
        if isinstance(part, np.ndarray):
            part.flags.writeable = False
    return array


def _exhausted(situation: Situation) -> PoolExhausted:
    if situation.n_out:
        return PoolExhausted(
            f"no candidate is left: {situation.n_out} rows are still out", "label and ingest them: alcli status"
        )
    return PoolExhausted("every row of the pool has been answered", "alcli retrain, alcli export")
