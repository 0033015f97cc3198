"""The audit sample's share of a batch: the next rows of the draw, scattered among the rows that are chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from alcli.campaign.choosing.apart import staying
from alcli.campaign.choosing.picked import Picked
from alcli.campaign.choosing.situation import Situation
from alcli.core.reserving import due, scattered
from alcli.errors import PoolExhausted

REASON = "drawn at random, to measure by"
_STREAM = 3  # of random numbers, apart from those of choosing
_AUDIT = "audit"  # in the place of a strategy, where all rows are drawn
_NOTHING = Picked.unscored([], [], _AUDIT)


def with_audit(situation: Situation, choose: Callable[[Situation], Picked]) -> Picked:
    """A batch of which a share is the audit sample's, scattered among rows that `choose` gives.

    Where candidates run out, the rest of the batch is the audit sample's too. What `choose` gives says nothing that a
    drawn row says.
    """
    select, waiting = situation.config.select, situation.reserve
    rng = np.random.default_rng([*situation.seeds, situation.n_rows, _STREAM])
    drawn = _drawn(situation, due(select.batch_size, select.explore, len(waiting), rng))
    others = _chosen(situation, choose, drawn)
    if len(others.rows) + len(drawn) < select.batch_size and len(drawn) < len(waiting):
        drawn = _drawn(situation, select.batch_size - len(others.rows))
        others = _chosen(situation, choose, drawn)
    order = scattered(len(others.rows), len(drawn), rng).tolist()
    return others.plus(Picked.unscored(drawn, [REASON] * len(drawn), _AUDIT, audit=True)).take(order)


def _drawn(situation: Situation, n: int) -> tuple[int, ...]:
    """The next `n` rows of the draw, or those before the first that says what an earlier one says.

    That one begins the next batch: to pass it over would make the sample one of different texts, not of the pool.
    """
    rows = situation.reserve[:n]
    stays = staying(situation, rows)
    until = int((stays == np.arange(len(stays))).sum())  # those after the first that goes stand earlier than they did
    return tuple(rows[:until].tolist())


def _chosen(situation: Situation, choose: Callable[[Situation], Picked], drawn: tuple[int, ...]) -> Picked:
    """What `choose` gives for the rest of a batch; nothing where candidates have run out and rows are drawn."""
    n = situation.config.select.batch_size - len(drawn)
    if not n:
        return _NOTHING
    try:
        return choose(replace(situation.of_size(n), beside=drawn))
    except PoolExhausted:
        if not len(situation.reserve):
            raise
        return _NOTHING
