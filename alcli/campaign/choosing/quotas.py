"""A quota: each group of rows gets at least a part of its share of the pool in every batch, the rest is as ever."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from alcli.campaign.choosing import over_shards
from alcli.campaign.choosing.over_shards import Picked
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
            picked = _joined(picked, _own(situation, picked, groups, group, int(short[group]), engine))
        done, least = [*done, groups], [*least, due]
        rows = np.array(picked.rows, np.int64)
        picked = _only(picked, trimmed([each.of[rows] for each in done], least, n))
    return picked


def _own(situation: Situation, picked: Picked, groups: Groups, group: int, n: int, engine: str) -> Picked | None:
    """The best `n` of a group beside those that were picked; None where it has no candidate."""
    others = np.flatnonzero(groups.of != group)
    among = replace(
        situation.of_size(n),
        asked={**situation.asked, **dict.fromkeys(picked.rows)},
        taken=np.union1d(situation.taken, np.union1d(others, picked.rows)),
        beside=(*situation.beside, *picked.rows),
    )
    try:
        own = over_shards.choose(among, engine)
    except PoolExhausted:
        return None
    name = f"{groups.column} {groups.values[group]!r}" if group < len(groups.values) else f"rarer {groups.column}"
    return replace(own, reasons=[f"for the share of {name}; {reason}" for reason in own.reasons])


def _joined(picked: Picked, own: Picked | None) -> Picked:
    if own is None:
        return picked
    return replace(
        picked,
        rows=[*picked.rows, *own.rows],
        utility=[*picked.utility, *own.utility],
        reasons=[*picked.reasons, *own.reasons],
    )


def _only(picked: Picked, at: Sequence[int]) -> Picked:
    """Those of the rows that stay, at these ascending places."""
    return replace(
        picked,
        rows=[picked.rows[place] for place in at],
        utility=[picked.utility[place] for place in at],
        reasons=[picked.reasons[place] for place in at],
        matching=sum(place < picked.matching for place in at),
    )
