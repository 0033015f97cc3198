"""Which labels look wrong: Cleanlab's check, made to stand up on few labels that were chosen for being hard.

A chosen row keeps the strategy from asking its neighbours, so held out it stands alone and its own label looks
unlikely: the usual check flags a third of all rows. Here a label must be contradicted, not only unsupported, and the
row itself must be hard to learn: a model of all rows, regularised, learns a lone right row and resists a wrong one. How
far that counts is learned from the labels at hand: some are made wrong on purpose, and what tells these from the
others tells which of the others look like them.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from alcli.contracts import Estimate
from alcli.core.estimates.estimating import OutOfFold, cross_fitted, taught
from alcli.core.labelling import label_errors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from alcli.contracts import Floats, Ints, Matrix

FEWEST_OF_CLASS = 3  # labels, before any of them can be judged by the others
_MOST_REPEATS, _ROWS_FITTED = 5, 6_000  # of cross-fitting, in all of it
_PLANTED, _MOST_PLANTINGS, _SHARE = 300, 10, 0.1  # labels made wrong on purpose
_LEAST = 1e-3  # a probability below is as good as none
SUSPECT, LIKELY, STRONG = 0.25, 0.5, 0.7  # probabilities: suspect if Cleanlab flags it too; suspect; better left out


@dataclass(frozen=True)
class Planted:
    """Labels made wrong on purpose: the rows `at` (m,), as which class `y` (m,), and what is then said of them by a
    model that has learned from them, `within` (m, k)."""

    at: Ints
    y: Ints
    within: Floats


@dataclass(frozen=True)
class Crossed(OutOfFold):
    """What is said of each labelled row by models that did not see it, and by a regularised one that did: `within`
    (n, k)."""

    within: Floats
    planted: Planted


@dataclass(frozen=True)
class Quality:
    """What is to be thought of each of n labels.

    `wrong` (n,): the probability that it is wrong, nan where that cannot be judged; `likely` (n,): the class it more
    likely is, if wrong; `confidence` (n,): the calibrated probability of that class; `score` (n,): greater = better,
    within 0 and 1, which ranks all of them. `suspects` are places worth a second look, worst first; `strong` (n,) those
    so likely wrong that a model does better without. `error_rate` is the share of wrong labels in classes that can be
    judged, None with too few labels; `false_alarms` the share of suspects expected to be right, None where there are
    none. `unjudged` are the classes with fewer than `FEWEST_OF_CLASS` labels.
    """

    wrong: Floats
    likely: Ints
    confidence: Floats
    score: Floats
    suspects: Ints
    strong: NDArray[np.bool_]
    error_rate: Estimate | None
    false_alarms: float | None
    unjudged: tuple[int, ...]


def crossed(build: Any, features: Matrix, y: Ints, seed: int, repeats: int | None = None) -> Crossed | None:
    """What models say of the labelled rows: features (n, d), class numbers `y` (n,), 0 to k-1, each with a label.

    The mean of `repeats` cross-fittings of `build(y)`, each with other folds; as many as few rows afford if not given.
    None where no class has two labels, or there is but one class.
    """
    if int(y.max()) < 1:
        return None
    n_times = repeats or int(np.clip(_ROWS_FITTED // len(y), 1, _MOST_REPEATS))
    rounds = [cross_fitted(build, features, y, seed + 1_000 * turn) for turn in range(n_times)]
    found = [one for one in rounds if one is not None]
    if not found:
        return None
    proba: Floats = np.mean([one.proba for one in found], axis=0)
    known: NDArray[np.bool_] = np.any([one.known for one in found], axis=0)
    return examined(OutOfFold(proba, known, y), features, seed)


def examined(found: OutOfFold, features: Matrix, seed: int) -> Crossed:
    """The same, where what is said of rows held out is known already; `features` (n, d) are those of the rows."""
    scaled = features / _norm(features)
    within = _checker(scaled, found.y, found.proba.shape[1])
    return Crossed(found.proba, found.known, found.y, within, _planted(scaled, found.y, found.proba, seed))


def judged(
    found: Crossed, *, settled: NDArray[np.bool_] | None = None, corrected: NDArray[np.bool_] | None = None
) -> Quality:
    """Which of the labels of `found` look wrong.

    `settled` (n,): a second person has confirmed or corrected these, so they are right; `corrected` (n,): those of
    them whose label was another one before. `error_rate` is that of the labels as they were first given.
    """
    y, n = found.y, len(found.y)
    settled, corrected = (np.zeros(n, bool) if given is None else given for given in (settled, corrected))
    counts = np.bincount(y, minlength=found.proba.shape[1])
    judgeable = counts[y] >= FEWEST_OF_CLASS
    open_ = judgeable & ~settled
    suspicion = _suspicion(found, counts)
    rate = label_errors.error_rate(found.proba[judgeable], y[judgeable], settled[judgeable], corrected[judgeable])
    wrong = _probability(suspicion, open_, rate.value * rate.n - (corrected & judgeable).sum() if rate else None)
    wrong[settled] = 0.0
    likely, confidence = _likely(found)
    chance = np.nan_to_num(wrong)
    worth = (chance >= LIKELY) | ((chance >= SUSPECT) & _flagged(found))
    suspects = np.flatnonzero(worth)
    suspects = suspects[np.argsort(-suspicion[suspects], kind="stable")]
    score = 1.0 / (1.0 + np.exp(suspicion))
    score[settled] = 1.0
    return Quality(
        wrong=wrong,
        likely=likely,
        confidence=confidence,
        score=score,
        suspects=suspects,
        strong=chance >= STRONG,
        error_rate=rate,
        false_alarms=float(1.0 - wrong[suspects].mean()) if len(suspects) else None,
        unjudged=tuple(np.flatnonzero((counts > 0) & (counts < FEWEST_OF_CLASS)).tolist()),
    )


def _norm(features: Matrix) -> float:
    """The root of the mean squared norm of rows: divided by it, features of any scale are regularised alike."""
    squares = features.multiply(features) if hasattr(features, "multiply") else np.square(features, dtype=np.float64)
    return float(np.sqrt(squares.sum() / features.shape[0])) or 1.0


def _checker(features: Matrix, y: Ints, k: int) -> Floats:
    """What a regularised linear model of all rows says of these same rows (n, k)."""
    from alcli.core.class_weights import smoothed
    from alcli.core.row_space import RowSpaceLogistic

    def build(y: Ints) -> Any:
        return RowSpaceLogistic(C=1.0, class_weight=smoothed(y), max_iter=1000)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # few labels of many classes are how a campaign begins
        return taught(build, features, y, k)(features)


def _planted(features: Matrix, y: Ints, proba: Floats, seed: int) -> Planted:
    """Make a tenth of the labels wrong, half of them to any other class and half to one easily taken for the own; and
    again with others, until there are enough."""
    rng, k = np.random.default_rng([seed, len(y)]), proba.shape[1]
    taken = label_errors.confusions(proba, y).cumsum(axis=1)
    size = max(1, round(_SHARE * len(y)))
    each = []
    for _ in range(int(np.clip(-(-_PLANTED // size), 1, _MOST_PLANTINGS))):
        at = rng.permutation(len(y))[:size]
        other = (y[at] + rng.integers(1, k, size)) % k
        confused = (taken[y[at]] > rng.random((size, 1)) * taken[y[at], -1:]).argmax(axis=1)
        given = np.array(y)
        given[at] = np.where(rng.random(size) < 0.5, confused, other)
        each.append(Planted(at, given[at], _checker(features, given, k)[at]))
    return Planted(
        np.concatenate([one.at for one in each]),
        np.concatenate([one.y for one in each]),
        np.concatenate([one.within for one in each]),
    )


def _suspicion(found: Crossed, counts: Ints) -> Floats:
    """How much more often labels that are wrong look like each of these (n,) than labels do: the logarithm.

    A density ratio by logistic regression, of the labels as they are against wrong ones.
    """
    from sklearn.linear_model import LogisticRegression

    y = found.y
    seen = _signs(found.proba, found.within, y, counts[y] - 1)
    planted = found.planted
    other = _signs(found.proba[planted.at], planted.within, planted.y, counts[planted.y])
    signs = np.concatenate([seen, other])
    signs = (signs - signs.mean(axis=0)) / np.maximum(signs.std(axis=0), 1e-9)
    wrong = np.repeat([0, 1], [len(seen), len(other)])
    weights = np.where(wrong == 1, len(seen) / len(other), 1.0)
    told = LogisticRegression().fit(signs, wrong, sample_weight=weights)
    suspicion: Floats = told.decision_function(signs[: len(seen)])
    return suspicion


def _signs(proba: Floats, within: Floats, y: Ints, others: Ints) -> Floats:
    """What a label is judged by (n, 3): how far models that saw the row and that did not contradict it, and how many
    other labels of its class there are."""
    return np.stack([_contradicted(within, y), _contradicted(proba, y), np.log1p(others)], axis=1)


def _contradicted(proba: Floats, y: Ints) -> Floats:
    """The log odds of the likeliest other class against the label `y` (n,) by probabilities (n, k)."""
    rows = np.arange(len(y))
    rest = np.array(proba)
    rest[rows, y] = 0.0
    odds: Floats = np.log(np.maximum(rest.max(axis=1), _LEAST) / np.maximum(proba[rows, y], _LEAST))
    return odds


def _probability(suspicion: Floats, judged: NDArray[np.bool_], n_wrong: float | None) -> Floats:
    """Of each label (n,) the probability that it is wrong, in all `n_wrong`; nan where it is not judged."""
    wrong = np.full(len(suspicion), np.nan)
    some = suspicion[judged]
    if n_wrong is not None and len(some):
        from scipy.optimize import brentq
        from scipy.special import expit

        rate = np.clip(n_wrong / len(some), 1e-4, 1 - 1e-4)
        shift = brentq(lambda b: float(expit(some + b).mean()) - rate, -50.0, 50.0)
        wrong[judged] = expit(some + shift)
    return wrong


def _flagged(found: OutOfFold) -> NDArray[np.bool_]:
    """Those that Cleanlab's confident learning flags (Northcutt, Jiang and Chuang 2021) (n,)."""
    from cleanlab.filter import find_label_issues

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mask: NDArray[np.bool_] = find_label_issues(found.y, _whole(found.proba), n_jobs=1)
    return mask


def _whole(proba: Floats) -> Floats:
    """Probabilities (n, k) that sum to 1, also of rows whose fold knew few classes."""
    kept = np.maximum(proba, 1e-9)
    whole: Floats = kept / kept.sum(axis=1, keepdims=True)
    return whole


def _likely(found: OutOfFold) -> tuple[Ints, Floats]:
    """The likeliest class other than the label (n,), and its probability, calibrated (n,)."""
    rest = np.array(found.calibrated)
    rest[np.arange(len(found.y)), found.y] = -1.0
    likely: Ints = rest.argmax(axis=1)
    confidence: Floats = rest.max(axis=1)
    return likely, confidence
