"""Vectors that somebody else has made: sentence embeddings, image features."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import polars as pl

    from alcli.contracts import Arrays, Floats

__all__ = ["Vectors"]


@dataclass(frozen=True)
class Vectors:
    """Ready-made vectors, taken as they are.

    `digest` receives no strings but {"vectors": (n, d) numbers}; a table whose column `vectors` holds arrays
    of one length does as well. `transform` gives them back, dense, float32.

    >>> vectors = Vectors()
    >>> digest = vectors.digest({"vectors": np.array([[1.0, 0.5], [0.0, 2.0]])})
    >>> vectors.transform(digest, vectors.fit([digest])).tolist()
    [[1.0, 0.5], [0.0, 2.0]]
    """

    def digest(self, table: pl.DataFrame | Arrays) -> Arrays:
        """The vectors of one shard (n, d)."""
        return {"vectors": np.asarray(table["vectors"], dtype=np.float32)}

    def fit(self, digests: Iterable[Arrays]) -> Arrays:
        """Nothing is to be learned."""
        return {}

    def transform(self, digest: Arrays, state: Arrays) -> Floats:
        """The vectors of one shard (n, d), float32."""
        return digest["vectors"]
