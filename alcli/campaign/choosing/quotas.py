"""A quota: each group of rows gets at least a part of its share of the pool in every batch, the rest is as ever."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from alcli.campaign.choosing import over_shards
from alcli.campaign.choosing.picked import Picked
from alcli.campaign.choosing.situation import Situation
from alcli.campaign.grouping import Groups, grouped
from alcli.core.groups import dues, trimmed
from alcli.errors import PoolExhausted

if TYPE_CHECKING:
    from alcli.contracts import Ints

_STREAM = 6  # of random numbers, apart from those of choosing and of the audit sample


def choose_by_quota(situation: Situation, choose: Callable[[Situation], Picked], engine: str = "local") -> Picked:
    """The batch that `choose` gives, but for groups that it leaves short of the quota.

    Those get their due from their own candidates, chosen by the strategy of the specification, in place of the last
    rows of groups that have more than theirs. What is not a whole row is drawn by lot, so that it comes true over the
    rounds. A group with too few candidates gets these. Where several columns cannot all have their due, those that
    are named first have it.
    """
    picked = choose(situation)
    guard = situation.config.guard
    if not guard.groups or not guard.quota:
        return picked
    rng = np.random.default_rng([*situation.seeds, situation.n_rows, _STREAM])
    done: list[Groups] = []
    least: list[Ints] = []
    for groups in grouped(situation.shards, guard):
        n = len(picked.rows)
        due = dues(groups.counts() / situation.n_rows, n, guard.quota, rng.random())
        short = due - groups.counts(picked.rows)
        for group in np.flatnonzero(short > 0).tolist():
            own = _own(situation, picked, groups, group, int(short[group]), engine)
            picked = picked.plus(own) if own else picked
        done, least = [*done, groups], [*least, due]
        rows = np.array(picked.rows, np.int64)
        picked = picked.take(trimmed([each.of[rows] for each in done], least, n))
    return picked


def _own(situation: Situation, picked: Picked, groups: Groups, group: int, n: int, engine: str) -> Picked | None:
    """The best `n` of a group beside those that were picked; None where it has no candidate."""
    others = np.flatnonzero(groups.of != group)
    try:
        own = over_shards.choose(situation.having(picked.rows).without(others).of_size(n), engine)
    except PoolExhausted:
        return None
    name = f"{groups.column} {groups.values[group]!r}" if group < len(groups.values) else f"rarer {groups.column}"
    return replace(own, reasons=[f"for the share of {name}; {reason}" for reason in own.reasons])
