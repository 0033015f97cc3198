"""Rows that lost their label as the classes changed: they are asked again before any other."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from alcli.campaign.choosing.apart import staying
from alcli.campaign.choosing.picked import Picked
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
    others = replace(situation.having(first).without(waiting).of_size(size - len(first)), queued={})
    queued = Picked.unscored(first, [situation.queued[row] for row in first], "queued")
    rest = replace(Picked.unscored([], [], "queued"), candidates=len(waiting))
    if len(first) < size:
        with suppress(PoolExhausted):  # then what is in the queue is all that is left
            rest = choose(others)
    places = range(len(rest.rows))
    last = [len(places) + at for at in range(len(first))]
    return rest.plus(queued).take([*places[: rest.matching], *last, *places[rest.matching :]])
