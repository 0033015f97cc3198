"""Features of single rows, gathered from the shards that hold them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from alcli.core.rows import stacked

if TYPE_CHECKING:
    from alcli.contracts import Ints, Matrix
    from alcli.project.cache import Features
    from alcli.project.pool import Shard


def gathered(features: Features, shards: Sequence[Shard], rows: Sequence[int] | Ints) -> Matrix:
    """The features of these rows of the pool (n, d), float32, in the order of the rows."""
    import numpy as np

    wanted = np.asarray(rows, np.int64)
    order = np.argsort(wanted, kind="stable")
    ascending = wanted[order]
    found = []
    for shard in shards:
        first, end = np.searchsorted(ascending, (shard.first, shard.first + shard.rows))
        if first < end:
            found.append(features.matrix(shard)[ascending[first:end] - shard.first])
    if not found:
        return features.matrix(shards[0])[:0].astype(np.float32)
    back = np.empty(len(order), np.int64)
    back[order] = np.arange(len(order))
    return stacked(found)[back].astype(np.float32, copy=False)
