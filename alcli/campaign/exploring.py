"""The audit sample's share of a batch: the next rows of the draw, scattered among the rows that are chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from alcli.campaign.choosing import Picked
from alcli.campaign.situation import Situation
from alcli.core.reserving import due, scattered
from alcli.errors import PoolExhausted

REASON = "drawn at random, to measure by"
_STREAM = 3  # of random numbers, apart from those of choosing
_NOTHING = Picked([], [], [], "audit", candidates=0)


def with_audit(situation: Situation, choose: Callable[[Situation], Picked]) -> Picked:
    """A batch of which a share is the audit sample's, scattered among rows that `choose` gives.

    Where candidates run out, the rest of the batch is the audit sample's too.
    """
    select, waiting = situation.config.select, situation.reserve
    rng = np.random.default_rng([*situation.seeds, situation.n_rows, _STREAM])
    n = due(select.batch_size, select.explore, len(waiting), rng)
    try:
        beside = replace(situation.of_size(select.batch_size - n), beside=tuple(waiting[:n].tolist()))
        others = choose(beside) if n < select.batch_size else _NOTHING
    except PoolExhausted:
        if not len(waiting):
            raise
        others = _NOTHING
    drawn = waiting[: select.batch_size - len(others.rows)].tolist()
    order = scattered(len(others.rows), len(drawn), rng).tolist()
    rows = [*others.rows, *drawn]
    utility, reasons = [*others.utility, *[None] * len(drawn)], [*others.reasons, *[REASON] * len(drawn)]
    return replace(
        others,
        rows=[rows[at] for at in order],
        utility=[utility[at] for at in order],
        reasons=[reasons[at] for at in order],
        audit=frozenset(drawn),
    )
