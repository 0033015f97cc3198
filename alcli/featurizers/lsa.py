"""Texts as sums of word vectors that know how words are spelled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.core import singular, tokens
from alcli.core.geometry import unit
from alcli.featurizers._company import company

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from alcli.contracts import Arrays, Floats, Ints

__all__ = ["Lsa"]

_FITTED_ON = 20_000  # texts
_MOST = 1 << 15  # words, and as many runs of characters, that have a vector: what bounds the state
_RUNS = 2, 5  # characters
_RUN = 0.3  # the weight of one beside a word's: a word has about ten, and together they weigh like it
_LEADING = 32  # directions that count in full
_OTHERS = 0.7  # what the others count: in which texts differ less, which is less surely told from noise
_STRETCH = 0.15  # power of its singular value by which a direction grows: neighbours are a little more often alike


@dataclass(frozen=True)
class Lsa:
    """Words and the characters they are made of, in a few hundred dense columns (LSA; Deerwester et al. 1990).

    A text is a bag of pieces: its words, and the runs of 2 to 5 characters within each word. Pieces that few texts
    have weigh more, a word much as its runs together. The `n_components` directions in which 20,000 texts of the pool,
    drawn at random, differ most (truncated SVD; Halko, Martinsson and Tropp 2011) give every piece a vector. As runs
    belong to words, a word has one vector, the sum of its pieces', and a text is the sum of its words', brought to
    length 1: the same as counting runs text by text, at the price of words alone. A word never seen before has a vector
    from its characters, so misspellings and inflections land near.

    What that does not see is added: words that keep the same company are near, too (`_company`), which counts as much
    as what they are made of. Of all this, the `n_components` directions in which texts then differ most are kept, and
    the first of them count for more.

    A text without a known piece is 0, any other of length `weight`; where the texts span fewer directions, there are
    fewer columns.

    >>> import polars as pl
    >>> lsa = Lsa()
    >>> pool = lsa.digest(pl.DataFrame({"text": ["my card is lost", "card stolen", "top up", None]}))
    >>> state = lsa.fit([pool])
    >>> later = lsa.digest(pl.DataFrame({"text": ["Lost cards"]}))
    >>> found, known = lsa.transform(later, state), lsa.transform(pool, state)
    >>> (known.astype(float) @ found[0]).round(2) + 0.0
    array([1.  , 0.56, 0.  , 0.  ])
    """

    n_components: int = 256
    weight: float = 1.0

    def __post_init__(self) -> None:
        if self.n_components < 1:
            raise ValueError("n_components must be 1 or more")
        if not 0 < self.weight < np.inf:
            raise ValueError("weight must be a number above 0")

    def digest(self, table: pl.DataFrame) -> Arrays:
        """The index of one shard, see `tokens.word_index`."""
        return tokens.word_index(table)

    def fit(self, digests: Iterable[Arrays]) -> Arrays:
        """The known pieces: their hashes `keys` (p,) and their `vectors` (p, d), float32; a word's with its runs'.

        The digests are read twice, so that none needs to be kept.
        """
        if isinstance(digests, Iterator):
            digests = list(digests)
        words, counts = _drawn(digests)
        keys, weights = _pieces(words, counts)
        if not len(keys):
            return {"keys": np.zeros(1, np.uint64), "vectors": np.zeros((1, 1), np.float32)}
        made_of = _made_of(words, keys)
        made_of.data *= weights[made_of.indices]
        directions = _directions(counts, made_of, self.n_components)
        beside = company(counts)
        frequent = _most_frequent(np.bincount(counts.indices, minlength=len(words)), 1)
        turn, turn_company = _folded(
            made_of[frequent] @ directions, beside[frequent], counts[:, frequent], self.n_components
        )
        turned = directions @ turn
        vectors = weights[:, None] * turned
        known, at = _places(tokens.hashed(words), keys)
        vectors[at] = made_of[known] @ turned + beside[known] @ turn_company  # of a word, with its runs and company
        return {"keys": keys, "vectors": vectors}

    def transform(self, digest: Arrays, state: Arrays) -> Floats:
        """The vectors of one shard (n, d), dense, float16, each of length `weight` or 0."""
        of_words = _made_of(tokens.vocabulary(digest), state["keys"], whole=True) @ state["vectors"]
        found: Floats = tokens.by_text(digest) @ of_words
        return (self.weight * unit(found)).astype(np.float16)


def _drawn(digests: Iterable[Arrays]) -> tuple[pl.Series, csr_matrix]:
    """A random sample of the pool's texts, the same however it is cut: their words, and how often each has which."""
    import polars as pl
    from scipy.sparse import csr_matrix, vstack

    n_texts = sum(int(digest["n_texts"][0]) for digest in digests)
    drawn = np.sort(np.random.default_rng(0).permutation(n_texts)[:_FITTED_ON])
    first, words, counts = 0, [pl.Series([], dtype=pl.String)], []
    for digest in digests:
        end = first + int(digest["n_texts"][0])
        some = tokens.by_text(digest, drawn[np.searchsorted(drawn, first) : np.searchsorted(drawn, end)] - first)
        used = np.unique(some.indices)
        words.append(tokens.vocabulary(digest).gather(used))
        counts.append(some[:, used])
        first = end
    every = pl.concat(words)
    keys = tokens.hashed(every)
    _, at, word = np.unique(keys, return_index=True, return_inverse=True)
    # by their hashes, for the same sums to the last bit however the pool is cut
    start = np.cumsum([0, *(part.shape[1] for part in counts)])
    parts = [(part.data, word[s + part.indices], part.indptr) for part, s in zip(counts, start, strict=False)]
    rows = [csr_matrix(p, (part.shape[0], len(at))) for p, part in zip(parts, counts, strict=True)]
    together = csr_matrix(vstack(rows, format="csr"))
    together.sort_indices()
    return every.gather(at), together


def _pieces(words: pl.Series, counts: csr_matrix) -> tuple[NDArray[np.uint64], Floats]:
    """Hashes and weights of the pieces that have a vector: the most frequent words and runs, these first."""
    n_texts = counts.shape[0]
    df = np.bincount(counts.indices, minlength=len(words))
    owner, run = tokens.hashed_ngrams(words, *_RUNS)
    runs, which = np.unique(run, return_inverse=True)
    # of a run, the texts of all its words: too many where a text has two of them, and that costs nothing
    run_df = np.minimum(np.bincount(which, df[owner], len(runs)), n_texts)
    long = np.flatnonzero(tokens.telling(words))
    mine, theirs = _most_frequent(df[long], 1), _most_frequent(run_df, 2)
    keys = np.concatenate([tokens.hashed(words)[long][mine], runs[theirs]])
    weights = np.concatenate([_idf(df[long][mine], n_texts), _RUN * _idf(run_df[theirs], n_texts)])
    return keys, weights.astype(np.float32)


def _most_frequent(df: Ints, least: int) -> Ints:
    """Positions of the greatest, at least `least` and at most _MOST; of equals, the first."""
    return np.argsort(-df, kind="stable")[: min(_MOST, int(np.count_nonzero(df >= least)))]


def _idf(df: Ints, n_texts: int) -> Floats:
    return np.log((1 + n_texts) / (1 + df)) + 1


def _made_of(words: pl.Series, keys: NDArray[np.uint64], whole: bool = False) -> csr_matrix:
    """How often each word (w,) has each known piece (p,): itself and its runs; if `whole`, a known word only itself."""
    from scipy.sparse import csr_matrix

    word, at = _places(tokens.hashed(words), keys)
    others = np.delete(np.arange(len(words)), word if whole else [])
    owner, run = tokens.hashed_ngrams(words.gather(others), *_RUNS)
    of_run, at_run = _places(run, keys)
    both = np.concatenate([word, others[owner[of_run]]]), np.concatenate([at, at_run])
    return csr_matrix((np.ones(len(both[0]), np.float32), both), shape=(len(words), len(keys)))


def _places(pieces: NDArray[np.uint64], keys: NDArray[np.uint64]) -> tuple[Ints, Ints]:
    """Which of the pieces are known, and where among the keys each of those stands."""
    import polars as pl

    wanted, known = pl.DataFrame({"key": pieces}), pl.DataFrame({"key": keys})
    both = wanted.with_row_index("piece").join(known.with_row_index("at"), on="key")
    return both["piece"].to_numpy(), both["at"].to_numpy()


def _directions(counts: csr_matrix, pieces: csr_matrix, most: int) -> Floats:
    """The leading right singular vectors (p, d) of texts by pieces, a little stretched; the rows have length 1.

    `counts` (n, w) says which words a text has, `pieces` (w, p) what the words are made of; their product, which is
    meant, would be ten times as large.
    """
    from scipy.sparse import diags

    # the squares of the words' lengths, summed: as if no text had two words with a run in common
    squared = counts.multiply(counts) @ pieces.multiply(pieces).sum(axis=1).A1
    texts = (diags(1 / np.sqrt(np.maximum(squared, np.finfo(np.float32).tiny))) @ counts).astype(np.float32).tocsr()
    from_texts, from_pieces = texts.T, pieces.T  # by columns: adds up alike, and finds in the cache what is frequent
    directions, lengths = singular.leading(
        lambda basis: texts @ (pieces @ basis), lambda basis: from_pieces @ (from_texts @ basis), texts.shape, most
    )
    stretched: Floats = directions * (lengths / lengths[0]) ** _STRETCH
    return stretched


def _folded(own: Floats, company: Floats, counts: csr_matrix, most: int) -> tuple[Floats, Floats]:
    """What brings words' two vectors, their own and that of their company, into one space: (d, e) and (c, e).

    Over the texts both halves count the same; the space is spanned by the directions in which texts then differ most.
    """
    halves = [counts @ vectors for vectors in (own, company)]
    energy = [float(np.einsum("ij,ij->", half, half)) for half in halves]
    scale = np.float32(np.sqrt(energy[0] / energy[1]) if energy[1] else 0)
    texts = np.hstack([halves[0], scale * halves[1]])
    turn = singular.turn(unit(texts))[:, :most]
    turn[:, _LEADING:] *= _OTHERS
    return turn[: own.shape[1]], scale * turn[own.shape[1] :]
