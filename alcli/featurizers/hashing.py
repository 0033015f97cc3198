"""Words in a fixed number of columns, with nothing to learn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.core import tokens

if TYPE_CHECKING:
    import polars as pl
    from scipy.sparse import csr_matrix

    from alcli.contracts import Arrays

__all__ = ["Hashing"]


@dataclass(frozen=True)
class Hashing:
    """Words in columns told by their hashes, for a pool that grows without end (Weinberger et al. 2009).

    Nothing is learned from the pool, so that rows added later never change what features mean. A word counts
    1 + ln(how often the text has it), a single letter or digit nothing (`tokens.telling`); rows have length 1, or 0
    where a text has no word that counts. Words that meet in one column are counted together: `n_features` should be
    well above the number of words that matter. As it does not know which words are rare, it is less accurate than
    `lsa` or `tfidf`.

    >>> import polars as pl
    >>> hashing = Hashing(n_features=1000)
    >>> digest = hashing.digest(pl.DataFrame({"text": ["Card lost", "lost card", "top up"]}))
    >>> features = hashing.transform(digest, hashing.fit([digest]))
    >>> features.shape, (features @ features.T).toarray().round(2).tolist()
    ((3, 1000), [[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    """

    n_features: int = 2**18

    def __post_init__(self) -> None:
        if not 1 <= self.n_features <= 2**31 - 1:
            raise ValueError(f"n_features must lie between 1 and {2**31 - 1}")

    def digest(self, table: pl.DataFrame) -> Arrays:
        """The index of one shard, see `tokens.word_index`."""
        return tokens.word_index(table)

    def fit(self, digests: Iterable[Arrays]) -> Arrays:
        """Nothing is to be learned."""
        return {}

    def transform(self, digest: Arrays, state: Arrays) -> csr_matrix:
        """The counts of one shard (n, n_features), CSR, float32."""
        from scipy.sparse import csr_matrix

        weights = tokens.by_text(digest)
        words = tokens.vocabulary(digest)
        column = (tokens.hashed(words) % np.uint64(self.n_features)).astype(np.int32)
        counted = tokens.telling(words)[weights.indices]
        parts = weights.data * counted, column[weights.indices], weights.indptr
        features = csr_matrix(parts, shape=(weights.shape[0], self.n_features))
        features.sum_duplicates()
        features.eliminate_zeros()
        length = np.sqrt(features.multiply(features).sum(axis=1).A1)
        features.data /= np.repeat(length, np.diff(features.indptr))
        return features
