"""What a model is worth, measured on the audit sample: rows that were drawn, not chosen, while choosing was blind to
them.

The model that is used has learned from the audit sample too. So each row of it is judged by a model of all other labels
but those of its fold, and these judgements are taken for the model's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from alcli.contracts import Estimate
from alcli.core.estimates.estimating import FOLDS, OutOfFold, foretold
from alcli.core.estimates.intervals import paired, share_of
from alcli.core.estimates.macro_f1 import macro_f1

if TYPE_CHECKING:
    from alcli.contracts import Floats, Ints, Matrix

FEWEST_ROWS = 30  # before a macro-F1 is told: with fewer its interval cannot be trusted
FEWEST_PAIRS = 50  # rows of the audit sample, before it can tell whether choosing beats drawing


def audited(
    build: Any, features: Matrix, y: Ints, audit: Ints, seed: int, groups: Ints | None = None, folds: int = FOLDS
) -> OutOfFold | None:
    """What is said of each row of the audit sample by `build(y)`, fitted on all labelled rows but those of its fold.

    `features` (n, d) and `y` (n,) are those of all labelled rows, `audit` (a,) the places of the audit sample among
    them; the answer has its a rows in this order. Rows of one group, of `groups` (a,), share a fold. Fewer rows than
    folds are left out one by one. None where there is no row to judge, or none left to learn from.
    """
    everyone = np.arange(len(y))
    parts = [audit[part] for part in dealt(len(audit), seed, groups, folds)]
    splits = [(np.setdiff1d(everyone, part), part) for part in parts]
    if not splits or any(len(train) == 0 for train, _ in splits):
        return None
    found = foretold(build, features, y, splits)
    return OutOfFold(found.proba[audit], found.known[audit], found.y[audit])


def dealt(n: int, seed: int, groups: Ints | None = None, folds: int = FOLDS) -> list[Ints]:
    """Rows 0 to `n` in as many parts of even size as there are `folds`, or groups if these are fewer; groups (n,) stay
    whole.

    Drawn with no regard to classes. Were each part given its share of every class, a row would leave more of its own
    class to be judged by than a fresh row finds, and look up to 2 points better where classes have few rows.

    >>> [part.tolist() for part in dealt(5, 0, folds=2)]
    [[0, 1, 3], [2, 4]]
    """
    names, of = np.unique(np.arange(n) if groups is None else groups, return_inverse=True)
    fold = np.random.default_rng(seed).permutation(np.arange(len(names)) % folds)
    return [np.flatnonzero(fold[of] == part) for part in range(min(folds, len(names)))]


def estimates(
    y: Ints,
    said: Ints,
    classes: Sequence[str],
    weights: Floats | None = None,
    seed: int = 0,
    named: int | None = None,
) -> dict[str, Estimate]:
    """What a model is worth by rows that nobody chose: their class numbers `y` (n,) and what it `said` of them (n,).

    "accuracy", "precision:CLASS" (of the rows called so, those that are) and "recall:CLASS" (of the rows of the class,
    those called so) have Wilson's interval; the latter two are there for classes with such rows. "macro_f1" is the mean
    F1 of all `classes`, those without a row among them (`core.macro_f1`), told from 30 rows on; the model can name the
    first `named` of them, else all. `weights` (n,) say how many rows of the pool each stands for, 1 on average. Empty
    where there are no rows.
    """
    if not len(y):
        return {}
    weights = np.ones(len(y)) if weights is None else weights
    right = y == said
    found = {"accuracy": share_of(right, weights)}
    if len(y) >= FEWEST_ROWS:
        found["macro_f1"] = macro_f1(y, said, len(classes), weights, seed, named)
    for c, name in enumerate(classes):
        for figure, rows in (("precision", said == c), ("recall", y == c)):
            if rows.any():
                found[f"{figure}:{name}"] = share_of(right[rows], weights[rows])
    return found


def gain(
    build: Any, features: Matrix, y: Ints, audit: Ints, selected: Ints, seed: int, folds: int = FOLDS
) -> Estimate | None:
    """The accuracy of a model of selected labels beyond that of one of as many labels drawn at random.

    `features` (n, d) and `y` (n,) are those of all labelled rows; `audit` (a,) and `selected` (s,) are places among
    them, in the order of asking. Fold by fold of the audit sample, both are judged on the same rows: a model of the
    rest of it, and one of the first selected rows, as many. None, for cannot tell, where the audit sample has fewer
    than 50 rows, or fewer rows were selected than a fold leaves.

    The five models of drawn rows have most of these in common, and show too little of how such models differ; that adds
    rows judged / rows learned from to their part of the variance (Nadeau and Bengio 2003), which is taken for a half.
    """
    if len(audit) < FEWEST_PAIRS:
        return None
    everyone = np.arange(len(audit))
    parts = dealt(len(audit), seed, folds=folds)
    rest = [audit[np.setdiff1d(everyone, part)] for part in parts]
    if max(map(len, rest)) > len(selected):
        return None

    def right(training: Iterable[Ints]) -> Any:
        said = foretold(build, features, y, zip(training, (audit[part] for part in parts), strict=True))
        return said.right[audit].astype(np.int64)

    chosen, drawn = right(selected[: len(rows)] for rows in rest), right(rest)
    return paired(chosen - drawn, spread=float(np.sqrt(1 + folds / (folds - 1) / 2)))


def post_weights(addition: Ints, sizes: Ints) -> Floats:
    """What each row of the audit sample (n,) stands for, 1 on average, by which addition to the pool it came from.

    `sizes` (m,) are the rows that each addition brought. Each is given its share of the pool, whatever its share of the
    sample; one of which no row was asked is not represented.

    >>> post_weights(np.array([0, 0, 0, 1]), np.array([500, 500])).round(3).tolist()
    [0.667, 0.667, 0.667, 2.0]
    """
    asked = np.bincount(addition, minlength=len(sizes))
    there = asked > 0
    share = sizes / max(1, sizes[there].sum())
    weights: Floats = (share / np.maximum(asked, 1))[addition] * len(addition)
    return weights
