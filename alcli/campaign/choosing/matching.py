"""Keyword seeds: a share of a batch from the candidates that a pattern matches, the rest as ever.

A class at one in a hundred may not turn up in the first batches at all; people often know a word that goes with it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from alcli.campaign.choosing.over_shards import choose
from alcli.campaign.choosing.picked import Picked
from alcli.campaign.choosing.situation import Situation
from alcli.errors import PoolExhausted, UsageError

if TYPE_CHECKING:
    from alcli.contracts import Ints


def choose_matching(situation: Situation, pattern: str, share: float, engine: str = "local") -> Picked:
    """A batch of which this share, one row or more, has the pattern in a column that the model reads.

    The pattern is a regular expression of Rust's `regex`, whatever the case. Both parts are chosen by the strategy of
    the specification. Where fewer rows match, the rest of the batch makes up for them.
    """
    n = situation.config.select.batch_size
    seeds = _choose(situation, max(1, round(share * n)), _matching(situation, pattern), pattern, engine)
    if len(seeds.rows) == n:
        return seeds
    try:
        others = choose(situation.having(seeds.rows).of_size(n - len(seeds.rows)), engine)
    except PoolExhausted:
        return seeds
    return replace(seeds.plus(others), candidates=others.candidates + len(seeds.rows))


def _choose(situation: Situation, n: int, rows: Ints, pattern: str, engine: str) -> Picked:
    """The best of the rows that match, each with that for a reason."""
    others = np.delete(np.arange(situation.n_rows), rows)
    try:
        picked = choose(situation.without(others).of_size(n), engine)
    except PoolExhausted as nothing:
        raise UsageError(
            f"no candidate matches {pattern!r}", "try another pattern, or leave --matching out"
        ) from nothing
    reasons = tuple(f"matches {pattern}; {reason}" for reason in picked.reasons)
    return replace(picked, reasons=reasons, matching=len(picked.rows))


def _matching(situation: Situation, pattern: str) -> Ints:
    """The rows of the pool that the pattern is found in."""
    import polars as pl

    from alcli.project import pool

    columns = situation.config.pool.content
    if not columns:
        raise UsageError("the pool has no columns to look for a pattern in", "leave --matching out")
    found = []
    for shard in situation.shards:
        try:
            hits = pool.table(shard, columns).select(
                pl.any_horizontal(pl.col(name).str.contains(f"(?i){pattern}") for name in columns).fill_null(False)
            )
        except pl.exceptions.ComputeError as error:
            # the one line of many that a person is helped by
            why = next((line[7:] for line in str(error).splitlines() if line.startswith("error: ")), "not understood")
            raise UsageError(
                f"--matching {pattern!r} is no regular expression: {why}", "for example: --matching 'refund|money back'"
            ) from error
        found.append(shard.first + np.flatnonzero(hits.to_series().to_numpy()))
    return np.concatenate(found)
