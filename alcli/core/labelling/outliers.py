"""Rows that belong to no class: far from what the pool is like, and of no class with any confidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from alcli.contracts import Floats, Ints, Matrix

LEVEL = 0.005  # of the rows of the pool are as odd
NEIGHBOURS = 10
FEWEST = 200  # rows of the pool, to tell one in 200 by


@dataclass(frozen=True)
class Outliers:
    """Places of rows, the oddest first; of rows drawn at random from the pool so many would be told (`expected`)."""

    rows: tuple[int, ...]
    expected: float


def outliers(
    features: Matrix, proba: Floats, reference: Matrix, reference_proba: Floats, level: float = LEVEL
) -> Outliers:
    """The rows that are odder than all but `level` of the pool.

    `features` (n, d) and `proba` (n, k) are of the rows, the probabilities from models that have not seen them;
    `reference` (m, d) and `reference_proba` (m, k) of rows drawn at random from the pool, none of them among the
    others. Both matrices are CSR or dense.

    A row is odd by its mean cosine distance from ten neighbours among the drawn rows (Kuan and Mueller 2022) and by
    its doubt, 1 less its greatest probability; each is told as the share of drawn rows that are as odd, and both are
    put together by the sum of their logarithms (Fisher 1932), which is judged in the same way. So what is told holds
    whatever the features are like, and whether distance and doubt go together. With under 200 drawn rows none is told.
    """
    if len(reference_proba) < FEWEST or not len(proba):
        return Outliers((), 0.0)
    far, far_drawn = _distances(features, reference)
    doubt, doubt_drawn = 1 - proba.max(axis=1), 1 - reference_proba.max(axis=1)
    odd = -np.log(_as_odd(far, far_drawn)) - np.log(_as_odd(doubt, doubt_drawn))
    odd_drawn = -np.log(_as_odd(far_drawn, far_drawn)) - np.log(_as_odd(doubt_drawn, doubt_drawn))
    told = np.flatnonzero(_as_odd(odd, odd_drawn) <= level)
    return Outliers(tuple(told[np.argsort(-odd[told], kind="stable")].tolist()), level * len(proba))


def _distances(features: Matrix, reference: Matrix) -> tuple[Floats, Floats]:
    """The mean cosine distance from the nearest drawn rows, of the rows (n,) and of the drawn rows (m,) themselves."""
    from sklearn.neighbors import NearestNeighbors

    if features.dtype == np.float16:  # which cannot be multiplied at any speed
        features, reference = features.astype(np.float32), reference.astype(np.float32)
    near = NearestNeighbors(n_neighbors=NEIGHBOURS, metric="cosine", algorithm="brute").fit(reference)
    return near.kneighbors(features)[0].mean(axis=1), near.kneighbors()[0].mean(axis=1)


def _as_odd(score: Floats, drawn: Floats) -> Floats:
    """The share (n,) of the drawn rows (m,) whose score is as great, each row counted with them."""
    # equal ones may differ by the rounding of a product
    below: Ints = np.searchsorted(np.sort(drawn), score - 1e-6)
    shares: Floats = (1 + len(drawn) - below) / (1 + len(drawn))
    return shares
