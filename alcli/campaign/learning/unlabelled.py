"""Rows of the pool without a label, drawn at random, for models that learn from such."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from alcli.core.drawing import simple
from alcli.project.project import Project

_STREAM = 10  # of random numbers, apart from those of choosing and of the audit sample


def rows(project: Project, size: int) -> list[int]:
    """Up to so many rows, ascending; the same ones as long as the pool does not grow, but for those labelled since."""
    n = sum(shard.record.rows for shard in project.state.shards)
    return drawn(n, size, project.state.seed, project.state.labels)


def drawn(n: int, size: int, seed: int, labelled: Collection[int]) -> list[int]:
    """Up to `size` of `n` rows without those that are labelled."""
    if not size:
        return []
    found = simple(n, size, np.random.default_rng([seed, n, _STREAM]))
    return sorted(set(found.tolist()).difference(labelled))
