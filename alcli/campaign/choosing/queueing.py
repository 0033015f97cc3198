"""Rows that lost their label as the classes changed: they are asked again before any other."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import numpy as np

from alcli.campaign.choosing.apart import staying
from alcli.campaign.choosing.over_shards import Picked
from alcli.campaign.choosing.situation import Situation
from alcli.errors import PoolExhausted


def with_queued(situation: Situation, choose: Callable[[Situation], Picked]) -> Picked:
    """A batch that begins with the rows in the queue, as many as there is room for; `choose` gives the rest.

    They follow the rows that were chosen by a pattern, where there are such. Of rows that say the same one is asked;
    the others wait for the next batch.
    """
    size, waiting = situation.config.select.batch_size, list(situation.queued)
    first = [waiting[at] for at in staying(situation, waiting).tolist()][:size]
    if not first:
        return choose(situation)
    others = replace(
        situation.of_size(size - len(first)),
        asked={**situation.asked, **dict.fromkeys(first)},
        taken=np.union1d(situation.taken, waiting),
        beside=(*situation.beside, *first),
        queued={},
    )
    rest = Picked([], [], [], "queued", candidates=len(waiting))
    if len(first) < size:
        with suppress(PoolExhausted):  # then what is in the queue is all that is left
            rest = choose(others)
    at = rest.matching
    return replace(
        rest,
        rows=[*rest.rows[:at], *first, *rest.rows[at:]],
        utility=[*rest.utility[:at], *[None] * len(first), *rest.utility[at:]],
        reasons=[*rest.reasons[:at], *(situation.queued[row] for row in first), *rest.reasons[at:]],
    )
