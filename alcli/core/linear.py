"""A linear classifier as plain arrays, so that scoring a pool needs no scikit-learn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from alcli.contracts import Floats, Ints, Matrix

_ROOM = 1 << 19  # numbers widened at a time: 2 MB, which stay in the processor's cache
_SIGN_EXPONENT_FRACTION = np.uint32(0x8FFFFFFF).view(np.int32)


@dataclass(frozen=True)
class Beside:
    """Features of the same rows of several kinds, as if side by side, but dense ones stay dense."""

    each: tuple[Matrix, ...]


@dataclass(frozen=True)
class Linear:
    """softmax(X[:, columns] @ weights + intercept): `columns` (u,) of `width`, `weights` (u, k), `intercept` (k,)."""

    columns: Ints
    weights: Floats
    intercept: Floats
    width: int

    def proba(self, features: Matrix | Beside) -> Floats:
        """Class probabilities (n, k), float32, of finite features (n, d): CSR, dense, or dense in half precision."""
        if isinstance(features, Beside):
            first, *rest = [part.scores(each) for part, each in zip(self._parts(features), features.each, strict=True)]
            scores = sum(rest, start=first)
        else:
            scores = self.scores(features)
        scores += self.intercept
        return softmax(scores)

    def scores(self, features: Matrix) -> Floats:
        """features @ weights (n, k)."""
        if not isinstance(features, np.ndarray):
            product: Floats = self._narrowed(features) @ self._weights
            return product
        return half_product(features, self._full) if features.dtype == np.float16 else features @ self._full

    def _parts(self, features: Beside) -> Iterator[Linear]:
        """The weights of each of the matrices."""
        ends = np.cumsum([0, *(each.shape[1] for each in features.each)]).tolist()
        for first, end in pairwise(ends):
            at = slice(*np.searchsorted(self.columns, (first, end)))
            yield Linear(self.columns[at] - first, self.weights[at], self.intercept, end - first)

    @cached_property
    def _full(self) -> Floats:
        """The weights (d, k) of all features, 0 for those never seen in training."""
        full = np.zeros((self.width, self.weights.shape[1]), np.float32)
        full[self.columns] = self.weights
        return full

    @cached_property
    def _weights(self) -> Floats:
        """The weights (u + 1, k): the last row, of zeros, stands for every column never seen in training."""
        return np.vstack([self.weights, np.zeros_like(self.weights[:1])])

    @cached_property
    def _place(self) -> Ints:
        """Where each feature column (d,) stands in `_weights`."""
        place = np.full(self.width, len(self.columns), np.int32)
        place[self.columns] = np.arange(len(self.columns))
        return place

    def _narrowed(self, features: csr_matrix) -> csr_matrix:
        """The same features over the rows of `_weights`, which stay in the processor's cache: twice as fast in all."""
        narrow = type(features)((features.shape[0], len(self._weights)), dtype=features.dtype)
        # set one by one: the constructor would look at every index again
        narrow.data, narrow.indptr = features.data, features.indptr
        narrow.indices = self._place[features.indices]
        return narrow


def half_product(half: Floats, weights: Floats) -> Floats:
    """Finite features (n, d) in half precision times float32 weights (d, k), (n, k), with no widened copy of them all.

    A half's bits, put where a float32 has exponent and fraction, read 2**-112 of its value: the weights make up for
    that, and two passes over the bits take a fifth of the time of numpy's conversion.

    >>> half_product(np.array([[0.5, -2.0]], np.float16), np.array([[1.0], [3.0]], np.float32)).tolist()
    [[-5.5]]
    """
    bits = half.view(np.int16)
    scaled = weights * np.float32(2.0**112)
    product = np.empty((len(half), weights.shape[1]), np.float32)
    room = np.empty((max(1, _ROOM // max(1, half.shape[1])), half.shape[1]), np.int32)
    for first in range(0, len(half), len(room)):
        some = bits[first : first + len(room)]
        wide = room[: len(some)]
        np.copyto(wide, some)  # the sign fills all bits above the fifteenth
        np.left_shift(wide, 13, out=wide)
        np.bitwise_and(wide, _SIGN_EXPONENT_FRACTION, out=wide)
        np.matmul(wide.view(np.float32), scaled, out=product[first : first + len(some)])
    return product


def softmax(scores: Floats) -> Floats:
    """Rows of scores (n, k) as probabilities, in the place of the scores.

    >>> softmax(np.array([[0.0, 0.0], [0.0, np.log(3)]])).round(2).tolist()
    [[0.5, 0.5], [0.25, 0.75]]
    """
    scores -= scores.max(axis=1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=1, keepdims=True)
    return scores


def used_columns(features: Matrix) -> Ints:
    """The columns of (n, d) that are not zero throughout: what lies outside them no training row can tell."""
    if isinstance(features, np.ndarray):
        return np.flatnonzero(features.any(axis=0))
    return np.unique(features.indices)


def from_fitted(classifier: Any, columns: Ints, width: int) -> Linear | None:
    """The arrays of a classifier fitted on these of `width` feature columns; None unless a softmax of linear scores."""
    # whose predict_proba it is decides, not the class: a subclass may have its own
    said_by = getattr(type(classifier), "predict_proba", None)
    kinds = {
        kind.__name__
        for kind in type(classifier).__mro__
        if kind.__module__.startswith(("sklearn.", "alcli.core.")) and getattr(kind, "predict_proba", None) is said_by
    }
    if kinds & {"LogisticRegression", "UnscaledSVC"}:
        weights, intercept = classifier.coef_.T, classifier.intercept_
        if weights.shape[1] == 1:  # two classes: scikit-learn keeps the second one's scores only
            weights = np.hstack([np.zeros_like(weights), weights])
            intercept = np.array([0.0, intercept[0]])
    elif kinds & {"ComplementNB", "MultinomialNB"}:
        weights = classifier.feature_log_prob_.T
        # complement naive Bayes has no prior where there are two classes or more
        complement = "ComplementNB" in kinds
        intercept = np.zeros(weights.shape[1]) if complement else classifier.class_log_prior_
    else:
        return None
    found = Linear(columns, weights.astype(np.float32), intercept.astype(np.float32), width)
    return found if _says_the_same(found, classifier) else None


def _says_the_same(linear: Linear, classifier: Any) -> bool:
    """Whether the arrays give the classifier's probabilities, which some options make one class against the rest."""
    rows = np.random.default_rng(0).random((3, len(linear.columns)), np.float32)
    rows /= max(1.0, np.abs(rows @ linear.weights).max())  # where all scores are great, any way comes to 0 and 1
    said = softmax(rows @ linear.weights + linear.intercept)
    return bool(np.allclose(said, classifier.predict_proba(rows), atol=1e-3))
