"""How far annotators agree: with one another, and each with the others.

All of it is meant for rows that several were asked by lot. Where a row was asked again because its label was in doubt,
or to settle a conflict, agreement comes out too low: leave such answers out before.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from alcli.contracts import Estimate
from alcli.core.estimates.bounds import Z
from alcli.core.estimates.fisher import fisher
from alcli.core.estimates.intervals import share_of, share_seen
from alcli.core.labelling.answers import resolve

if TYPE_CHECKING:
    from alcli.contracts import Floats

Answers: TypeAlias = Mapping[int, Mapping[str, str | None]]  # row -> annotator -> label; None = skipped

_UNLIKELY = 0.05  # the chance that anybody at all is said to differ where nobody does
_ADDED = 2.0  # rows that agree, and as many that do not, which an interval reckons with besides


@dataclass(frozen=True, slots=True)
class Pairwise:
    """What two annotators said of the `n` rows that both labelled: the share they agree on, and Cohen's kappa.

    `kappa` is None where it is not defined: both gave one class, the same, to all.
    """

    one: str
    other: str
    n: int
    percent: Estimate
    kappa: Estimate | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """What annotators said of the `n` rows that two or more labelled.

    `percent` is the mean over rows of the share of pairs that agree. `alpha` is Krippendorff's (2004), nominal: 1 =
    always, 0 = as by chance; None where only one class was ever given, so that chance would agree as well. `pairs` are
    those annotators who have a row in common, in order of name.
    """

    n: int
    percent: Estimate
    alpha: Estimate | None
    pairs: tuple[Pairwise, ...]


@dataclass(frozen=True, slots=True)
class Annotator:
    """What one annotator did: so many `answers`, of them so many `skipped`; `n_shared` labelled by others too.

    `consensus` is the share of rows in which the annotator says what most of the others say. The annotator's own answer
    has no part in what that is; rows where the others are tied do not count; None where there are none. `differs`: that
    share is below the others', and not by chance.
    """

    name: str
    answers: int
    skipped: int
    n_shared: int
    consensus: Estimate | None
    differs: bool


# --- with one another ------------------------------------------------------------------------------------------------


def agreement(answers: Answers) -> Agreement | None:
    """How far annotators agree on the rows that two or more of them labelled; None where there is no such row.

    The interval of `percent` is Wilson's, as if each row were a yes or no, hence rather too wide with three answers a
    row. Those of alpha and kappa come from their large-sample errors (kappa: Fleiss, Cohen and Everitt 1969), reckoned
    as if two more rows had agreed and two had not, so that they have a width where all agree. In simulations those of
    alpha held the true one in 89 to 98% of sets of 50 rows or more (a plain bootstrap: 58 to 96%), in 80 to 99% of sets
    of 10 or 20, the least where one class has nearly all rows; those of kappa in 92 to 99%.

    >>> found = agreement({1: {"ana": "x", "bo": "x"}, 2: {"ana": "x", "bo": "y"}, 3: {"ana": "y", "bo": "y"}})
    >>> round(found.percent.value, 3), round(found.alpha.value, 3), round(found.pairs[0].kappa.value, 3)
    (0.667, 0.444, 0.4)
    """
    shared = [labels for said in answers.values() if len(labels := _labels(said)) > 1]
    if not shared:
        return None
    counts = _counts(shared)
    agreed = float(np.mean(1 - _disagreement(counts) / counts.sum(axis=1)))
    return Agreement(len(shared), share_seen(agreed, len(shared)), _alpha(counts), _pairs(shared))


def _labels(said: Mapping[str, str | None]) -> dict[str, str]:
    return {name: label for name, label in said.items() if label is not None}


def _counts(shared: Sequence[Mapping[str, str]]) -> Floats:
    """How many gave each class (n, k)."""
    number = {label: at for at, label in enumerate(sorted({label for said in shared for label in said.values()}))}
    cells = [row * len(number) + number[label] for row, said in enumerate(shared) for label in said.values()]
    return np.bincount(cells, minlength=len(shared) * len(number)).reshape(len(shared), len(number)).astype(np.float64)


def _disagreement(counts: Floats) -> Floats:
    """Of the answers to each row, times the share of the others that say otherwise (n,)."""
    m = counts.sum(axis=1)
    found: Floats = (m**2 - (counts**2).sum(axis=1)) / (m - 1)
    return found


def _alpha(counts: Floats) -> Estimate | None:
    """Krippendorff's alpha of the answers (n, k); None where all are of one class.

    By the formula for nominal answers: the package `krippendorff` gives the same, but holds n k^2 numbers thrice.
    """
    total = counts.sum(axis=0)
    if np.count_nonzero(total) < 2:
        return None
    value, _ = _alpha_of(counts, _disagreement(counts), np.ones(len(counts)))
    typical = 2 * total / total.sum()  # a row of two answers, in the classes' shares
    middle, error = _alpha_of(
        np.vstack([counts, typical, typical]),
        np.append(_disagreement(counts), [0.0, 2.0]),
        np.append(np.ones(len(counts)), [_ADDED, _ADDED]),
    )
    return _around(value, middle, error, len(counts))


def _alpha_of(counts: Floats, disagreement: Floats, weights: Floats) -> tuple[float, float]:
    """Alpha of weighted rows, and its standard error: how much each row moves it (the infinitesimal jackknife)."""
    m, total = counts.sum(axis=1), weights @ counts
    n, seen = total.sum(), weights @ disagreement
    chance = n**2 - (total**2).sum()
    moves = (n - 1) * seen * (2 * n * m - 2 * counts @ total) / chance**2
    moves -= (disagreement * (n - 1) + seen * m) / chance
    return float(1 - (n - 1) * seen / chance), float(np.sqrt(weights @ moves**2))


def _around(value: float, middle: float, error: float, n: int) -> Estimate:
    low, high = max(-1.0, middle - Z * error), min(1.0, middle + Z * error)
    return Estimate(value, min(low, value), max(high, value), error, n)


def _pairs(shared: Sequence[Mapping[str, str]]) -> tuple[Pairwise, ...]:
    said: dict[tuple[str, str], Counter[tuple[str, str]]] = {}
    for labels in shared:
        for one, other in combinations(sorted(labels), 2):
            said.setdefault((one, other), Counter())[labels[one], labels[other]] += 1
    return tuple(_pairwise(*names, said[names]) for names in sorted(said))


def _pairwise(one: str, other: str, said: Mapping[tuple[str, str], int]) -> Pairwise:
    number = {label: at for at, label in enumerate(sorted({label for pair in said for label in pair}))}
    table = np.zeros((len(number), len(number)))
    for (label, against), times in said.items():
        table[number[label], number[against]] = times
    n = int(table.sum())
    return Pairwise(one, other, n, share_seen(float(np.trace(table)) / n, n), _kappa(table))


def _kappa(table: Floats) -> Estimate | None:
    """Cohen's kappa of how often two said what (k, k); None where both always gave the one class."""
    if len(table) < 2:
        return None
    n = table.sum()
    rows, columns = table.sum(axis=1) / n, table.sum(axis=0) / n
    apart = np.outer(rows, columns)
    np.fill_diagonal(apart, 0)
    added = _ADDED * (np.diag((rows + columns) / 2) + apart / apart.sum())
    middle, error = _kappa_of(table + added)
    return _around(_kappa_of(table)[0], middle, error, int(n))


def _kappa_of(table: Floats) -> tuple[float, float]:
    """Kappa and its standard error (Fleiss, Cohen and Everitt 1969, formula 13)."""
    n = table.sum()
    p = table / n
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    agreed, chance = float(np.trace(p)), float(rows @ columns)
    moves = -(1 - agreed) * (columns[:, None] + rows[None, :])
    moves[np.diag_indices(len(p))] += 1 - chance
    variance = (p * moves**2).sum() - (agreed * chance - 2 * chance + agreed) ** 2
    return (agreed - chance) / (1 - chance), math.sqrt(max(0.0, variance) / n) / (1 - chance) ** 2


# --- each with the others --------------------------------------------------------------------------------------------


def annotators(answers: Answers) -> tuple[Annotator, ...]:
    """What each annotator did and how far each agrees with the others, in order of name.

    One `differs` by Fisher's exact test, one-sided, of the own share of rows against that of the others in the rows
    that two or more of them labelled, so that one who errs does not count against those who were paired with them. It
    is held to 5% over all annotators together (Bonferroni). Of two people nobody can tell which one differs.
    """
    given: dict[str, Counter[bool]] = {}
    n_shared: Counter[str] = Counter()
    judged = []
    for said in answers.values():
        for name, label in said.items():
            given.setdefault(name, Counter())[label is None] += 1
        labels = _labels(said)
        if len(labels) > 1:
            n_shared.update(labels.keys())
            judged.append((labels, _judged(labels)))
    own = {name: [right[name] for _, right in judged if name in right] for name in given}
    chances = {name: _chance(own[name], *_others(name, judged)) for name in given}
    tested = sum(chance is not None for chance in chances.values())
    return tuple(
        Annotator(
            name,
            given[name].total(),
            given[name][True],
            n_shared[name],
            share_of(np.array(own[name])) if own[name] else None,
            (chance := chances[name]) is not None and chance * tested < _UNLIKELY,
        )
        for name in sorted(given)
    )


def _judged(labels: Mapping[str, str]) -> dict[str, bool]:
    """Whether each says what most of the others say, where they are not tied."""
    if len(set(labels.values())) == 1:
        return dict.fromkeys(labels, True)
    right = {}
    for name, label in labels.items():
        others = resolve(said for other, said in labels.items() if other != name).label
        if others is not None:
            right[name] = label == others
    return right


def _others(name: str, judged: Sequence[tuple[Mapping[str, str], Mapping[str, bool]]]) -> tuple[int, int]:
    """In how many rows the others say what most say, and of how many rows: those that two or more of them labelled.

    Several may be judged by one row; they are no more evidence than the row is, so it counts once, by their mean share.
    """
    rows = [
        hits
        for labels, right in judged
        if len(labels) - (name in labels) > 1 and (hits := [hit for other, hit in right.items() if other != name])
    ]
    n_judged = sum(len(hits) for hits in rows)
    return (round(len(rows) * sum(sum(hits) for hits in rows) / n_judged), len(rows)) if rows else (0, 0)


def _chance(own: Sequence[bool], right: int, n: int) -> float | None:
    """How likely the own share of rows is so far below that of the others by chance; None where one is missing."""
    return fisher(sum(own), len(own), right, n) if own and n else None


# --- pace ------------------------------------------------------------------------------------------------------------


def pace(seconds: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """The median seconds a row that each annotator took, in order of name; a break moves it little.

    Annotators of whom no time is known are left out.

    >>> pace({"bo": [4, 5, 3600], "ana": [3, 6], "cy": []})
    {'ana': 4.5, 'bo': 5}
    """
    return {name: median(taken) for name, taken in sorted(seconds.items()) if taken}
