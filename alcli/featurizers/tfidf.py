"""Texts as weighted counts of their words."""

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

__all__ = ["Tfidf"]


@dataclass(frozen=True)
class Tfidf:
    r"""Words weighted by how often a text has them and how few texts do (TF-IDF; Salton & Buckley 1988).

    The matrix of scikit-learn's `TfidfVectorizer(min_df=min_df)` fitted on the whole pool: the same columns
    in the same order, values equal up to float32. A word is a run of two or more letters, digits or `_`, in
    lower case; idf = ln((1 + n) / (1 + df)) + 1; rows have length 1, or 0 where a text has no known word.
    Several columns are joined by line ends, a missing text is an empty one. Words in fewer than `min_df`
    texts of the pool are dropped. With `ngrams` above 1, runs of up to that many words are counted as well, as with
    `ngram_range=(1, ngrams)`.

    Four things are otherwise: a letter keeps its marks, an emoji is a word, texts without blanks between words are cut
    as well (all three as `tokens.word_index` says), and characters of a newer Unicode than this Python's are letters.

    >>> import polars as pl
    >>> tfidf = Tfidf()
    >>> digest = tfidf.digest(pl.DataFrame({"text": ["Card lost", "Lost, lost card!", None, "Top up"]}))
    >>> state = tfidf.fit([digest])
    >>> bytes(state["vocabulary"]).decode().split()
    ['card', 'lost', 'top', 'up']
    >>> print(tfidf.transform(digest, state).toarray().round(2))
    [[0.71 0.71 0.   0.  ]
     [0.45 0.89 0.   0.  ]
     [0.   0.   0.   0.  ]
     [0.   0.   0.71 0.71]]
    """

    min_df: int = 1
    ngrams: int = 1

    def __post_init__(self) -> None:
        if self.min_df < 1:
            raise ValueError("min_df must be 1 or more")
        if self.ngrams < 1:
            raise ValueError("ngrams must be 1 or more")

    def digest(self, table: pl.DataFrame) -> Arrays:
        """The index of one shard, see `tokens.word_index`."""
        return tokens.word_index(table, self.ngrams)

    def fit(self, digests: Iterable[Arrays]) -> Arrays:
        """The pool's `n_texts` (1,), its sorted `vocabulary`, and how many texts have each word (`df`, (d,)).

        Whole numbers only: they are the same on any machine, as logarithms are not.
        """
        import polars as pl

        n_texts = 0
        merged = pl.DataFrame(schema={"word": pl.String, "df": pl.Int64})
        waiting: list[pl.DataFrame] = []
        for digest in digests:
            n_texts += int(digest["n_texts"][0])
            df = np.diff(digest["indptr"]).astype(np.int64)
            words = pl.DataFrame({"word": tokens.vocabulary(digest), "df": df})
            waiting.append(words.filter(tokens.telling(words["word"])))
            # Not with every shard: merging costs as much as all the words so far.
            if sum(map(len, waiting)) > len(merged):
                merged, waiting = _merge([merged, *waiting]), []
        merged = _merge([merged, *waiting]).filter(pl.col("df") >= self.min_df).sort("word")
        vocabulary = tokens.pack(merged["word"])
        return {"n_texts": np.array([n_texts]), "vocabulary": vocabulary, "df": merged["df"].to_numpy()}

    def transform(self, digest: Arrays, state: Arrays) -> csr_matrix:
        """The weights of one shard (n, d), CSR, float32; words that are not in the vocabulary are dropped."""
        import polars as pl
        from scipy.sparse import csc_matrix, csr_matrix

        n, d = int(digest["n_texts"][0]), len(state["df"])
        idf = np.log((1 + state["n_texts"]) / (1 + state["df"])) + 1
        here = pl.DataFrame({"word": tokens.vocabulary(digest)}).with_row_index("here")
        everywhere = pl.DataFrame({"word": tokens.unpack(state["vocabulary"])[:d]}).with_row_index("column")
        both = here.join(everywhere, on="word").sort("column")
        columns = both["column"].to_numpy().astype(np.int32)
        parts = digest["counts"], digest["texts"], digest["indptr"]
        index = csc_matrix(parts, (n, len(digest["indptr"]) - 1))[:, both["here"].to_numpy()]
        weights = index.data * np.repeat(idf[columns], np.diff(index.indptr))
        weights /= np.sqrt(np.bincount(index.indices, weights * weights, minlength=n))[index.indices]
        by_text = csc_matrix((weights.astype(np.float32), index.indices, index.indptr), index.shape).tocsr()
        return csr_matrix((by_text.data, columns[by_text.indices], by_text.indptr), shape=(n, d))


def _merge(parts: list[pl.DataFrame]) -> pl.DataFrame:
    import polars as pl

    return pl.concat(parts).group_by("word").agg(pl.col("df").sum())
