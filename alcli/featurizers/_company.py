"""Words known by the company they keep: those that stand beside the same words mean something alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from alcli.core import singular

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from alcli.contracts import Floats, Ints

_DIRECTIONS = 100
_WORDS = 8_000  # that have a vector: the most frequent, in two texts or more
_OF_A_TEXT = 100  # words at random, lest a few long texts be all that is counted
_PAIRS = 32_000_000  # of words of one text, counted in so many random texts as have them
_COMMON = 1e-3  # the share of all words from which on a word's vector counts for half, and then for less


def company(counts: csr_matrix) -> Floats:
    """A vector (w, d) for each word, by the words that texts have beside it; 0 for rare words. `counts` is (n, w).

    Of each two words it is asked how much oftener texts have both than chance would have it (positive pointwise mutual
    information; Church and Hanks 1990). The leading directions of that table are the vectors, stretched by the roots of
    their singular values (Levy, Goldberg and Dagan 2015); a frequent word says little and counts for little (Arora,
    Liang and Ma 2017).

    >>> from scipy.sparse import csr_matrix
    >>> texts = ["lost card", "lost wallet", "stolen card", "stolen wallet", "hello you", "hello there", "there you"]
    >>> words = sorted({word for text in texts for word in text.split()})
    >>> counts = csr_matrix([[word in text.split() for word in words] for text in texts], dtype=np.float32)
    >>> of = dict(zip(words, company(counts), strict=True))
    >>> [round(float(of["lost"] @ of[word] / (of["lost"] @ of["lost"])), 2) + 0.0 for word in ("stolen", "card", "you")]
    [1.0, 0.0, 0.0]
    """
    n_words = counts.shape[1]
    frequency = np.bincount(counts.indices, minlength=n_words)
    known = np.argsort(-frequency, kind="stable")[: min(_WORDS, int(np.count_nonzero(frequency > 1)))]
    table = _association(_together(counts, known))
    if not table.nnz:
        return np.zeros((n_words, 0), np.float32)
    vectors, values = singular.leading(table.dot, table.dot, table.shape, _DIRECTIONS)  # it is its own transpose
    share = frequency[known] / frequency.sum()
    found = np.zeros((n_words, len(values)), np.float32)
    found[known] = vectors * np.sqrt(values) * (_COMMON / (_COMMON + share))[:, None]
    return found


def _together(counts: csr_matrix, known: Ints) -> csr_matrix:
    """How many texts have both of two known words (k, k), as far as texts are counted; 0 for a word with itself."""
    from scipy.sparse import csr_matrix

    rng = np.random.default_rng(0)
    has = csr_matrix((np.ones_like(counts.data), counts.indices, counts.indptr), shape=counts.shape)[:, known]
    drawn = rng.permutation(has.shape[0])
    size = np.diff(has.indptr)
    has.data[rng.random(has.nnz) * np.repeat(size, size) > _OF_A_TEXT] = 0
    has.eliminate_zeros()
    pairs = np.cumsum(np.diff(has.indptr)[drawn].astype(np.int64) ** 2)
    has = has[np.sort(drawn[: np.searchsorted(pairs, _PAIRS) + 1])]
    both = csr_matrix(has.T @ has)
    both.setdiag(0)
    both.eliminate_zeros()
    return both


def _association(together: csr_matrix) -> csr_matrix:
    """The logarithm of how much oftener two words come together than by chance (k, k), where it is oftener."""
    alone = np.asarray(together.sum(axis=1), np.float64).ravel()
    log_of = np.log(np.maximum(alone, 1)).astype(np.float32)
    table = together.copy()
    np.log(table.data, out=table.data)
    table.data += np.float32(np.log(max(alone.sum(), 1)))
    table.data -= np.repeat(log_of, np.diff(table.indptr))
    table.data -= log_of[table.indices]
    np.maximum(table.data, 0, out=table.data)
    table.eliminate_zeros()
    return table
