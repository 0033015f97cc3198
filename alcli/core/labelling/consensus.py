"""What several answers come to with a model's help, and where one more answer would teach most."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.contracts import FEWEST_CLASSES

if TYPE_CHECKING:
    from alcli.contracts import Floats, Ints

_NUDGE = 1e-9  # by which the first of equally likely classes is likelier than the last
_FEWEST_SHARED = 30  # rows with two answers: of fewer, chance says whom to believe


@dataclass(frozen=True)
class Consensus:
    """What the answers to each row come to.

    `labels` (n,) are class numbers. `quality` (n,) and `annotators`, those who share a row with another, are scores
    from 0 to 1 that rank labels and people; they run far below the share that is right (0.5 to 0.6 on average where
    0.8 to 0.99 of the labels were).
    """

    labels: Ints
    quality: Floats
    annotators: Mapping[str, float]


def crowdlab(answers: Sequence[Mapping[str, int]], proba: Floats) -> Consensus | None:
    """The likeliest answer to each row, by annotators and model together (CROWDLAB: Goh, Tkachenko and Mueller 2022).

    `answers` (n,): who gave which class number, skips left out, at least one a row; `proba` (n, k): probabilities from
    a model that was not trained on the row. Annotators count by how far they agree with the others, the model by how
    far it agrees with them. The label is always one that somebody gave: where all who answered agree, it is theirs,
    whatever the model says (it may cost quality), and a class that the model alone names is never taken.

    None where people cannot be told apart: there are fewer than two classes, or fewer than 30 rows with two answers. Of
    so few, in simulations, it settled conflicts worse than the model does alone.
    """
    if proba.shape[1] < FEWEST_CLASSES or sum(len(said) > 1 for said in answers) < _FEWEST_SHARED:
        return None
    from cleanlab.multiannotator import get_label_quality_multiannotator

    names, given = _table(answers)
    with _quiet():
        found = get_label_quality_multiannotator(given, _untied(proba), verbose=False)
    each = found["detailed_label_quality"].to_numpy()  # (n, m): the probability of what each said
    at, best = np.arange(len(given)), np.nanargmax(each, axis=1)
    ranked = found["annotator_stats"]["annotator_quality"].sort_index()  # it comes by quality
    return Consensus(
        labels=given[at, best].astype(np.int64),
        quality=each[at, best],
        annotators={name: float(quality) for name, quality in zip(names, ranked, strict=True) if np.isfinite(quality)},
    )


def worth(
    labelled: Sequence[Mapping[str, int]], proba_labelled: Floats, proba_unlabelled: Floats
) -> tuple[Floats, Floats]:
    """How much one more answer to each row would teach (ActiveLab: Goh and Mueller 2023); greater = ask sooner.

    `labelled` (n,): who gave which class number, at least one a row; `proba_labelled` (n, k): from a model that was not
    trained on the row; `proba_unlabelled` (m, k). Gives (n,) for another answer to the labelled rows and (m,) for a
    first one to the unlabelled, on one scale, 0 to 1: what is missing to certainty. For a first answer that is
    1 - (p + 1/k) / 2, where p is the model's probability of its own choice. For a row with a answers it is
    1 - ((a + 1) q + 1/k) / (a + 2): with one, q is the model's probability of it; with more, of the answer that has
    most votes (of equal ones the likelier), the mean of that probability and of a vote for or against by each further
    answer.

    Every voice weighs the same, as in ActiveLab where no row has two answers. The weights it takes otherwise, from how
    far people and model agree on the rows that have two, are left out: in a loop those are few, and the doubtful ones.
    In simulations the first such row took all or most labelled rows out of the fifty most worthwhile, and where it was
    a doubtful one, it spoilt the order of the others.

    >>> proba = np.array([[0.4, 0.6], [0.4, 0.6]])
    >>> again, first = worth([{"ana": 0}, {"ana": 0, "bo": 0}], proba, proba[:1])
    >>> again.round(3).tolist(), first.round(3).tolist()
    ([0.567, 0.35], [0.45])
    """
    k = proba_unlabelled.shape[1]
    votes = _votes(labelled, k)
    n_answers = votes.sum(axis=1)
    label = (votes + proba_labelled / 2).argmax(axis=1)[:, None]  # votes first, then the model
    others = np.take_along_axis(votes, label, axis=1)[:, 0] - 1
    q = (np.take_along_axis(proba_labelled, label, axis=1)[:, 0] + others) / np.maximum(n_answers, 1)
    again = 1 - ((n_answers + 1) * q + 1 / k) / (n_answers + 2)
    first = 1 - (proba_unlabelled.max(axis=1) + 1 / k) / 2
    return again, first


def _votes(answers: Sequence[Mapping[str, int]], k: int) -> Floats:
    """How many gave each class (n, k)."""
    cells = [row * k + number for row, said in enumerate(answers) for number in said.values()]
    return np.bincount(np.array(cells, np.int64), minlength=len(answers) * k).reshape(-1, k).astype(np.float64)


def _table(answers: Sequence[Mapping[str, int]]) -> tuple[list[str], Floats]:
    """The annotators' names, and what each of them said of each row (n, m); NaN = nothing."""
    column = {name: at for at, name in enumerate(sorted({name for said in answers for name in said}))}
    given = np.full((len(answers), len(column)), np.nan)
    for row, said in enumerate(answers):
        for name, number in said.items():
            given[row, column[name]] = number
    return list(column), given


def _untied(proba: Floats) -> Floats:
    """Probabilities (n, k) that sum to one, no two of a row the same: of equal ones the first is ahead.

    The library fails where all are tied, and else settles such ties by the global generator.
    """
    k = proba.shape[1]
    raised = np.clip(proba, 0, None, dtype=np.float64) + _NUDGE * np.arange(k, 0, -1) / k
    found: Floats = raised / raised.sum(axis=1, keepdims=True)
    return found


@contextmanager
def _quiet() -> Iterator[None]:
    """The library prints and warns of what is ordinary here, such as one who shares no row with another."""
    with warnings.catch_warnings(), redirect_stdout(None), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
