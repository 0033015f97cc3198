"""Second looks in the batches: labels that may be wrong compete with new rows for places, by what is learned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from alcli.campaign.choosing import apart
from alcli.campaign.choosing.picked import Picked
from alcli.campaign.choosing.situation import Situation
from alcli.campaign.reviewing import so_far
from alcli.core.estimates.calibrating import tempered
from alcli.core.labelling.consensus import worth
from alcli.core.reserving import due, scattered
from alcli.project.project import Project
from alcli.project.records import SuspectRow

if TYPE_CHECKING:
    from alcli.contracts import Floats

REASON = "its label may be wrong"
_STREAM = 9  # of random numbers, apart from those of choosing


def with_relooks(situation: Situation, project: Project, choose: Callable[[Situation], Picked]) -> Picked:
    """The batch that `choose` gives, in which up to `[review] share` of the rows give way to the last model's suspects.

    A suspect takes the place of the new row that is worth least, where one more answer to it is worth more (ActiveLab:
    Goh and Mueller 2023); rows chosen by a pattern keep theirs. So one budget serves both, and with no suspect worth it
    the batch is what it would have been.

    No row of the audit sample is among them, and which others are was told without it (`checking.check`): choosing
    stays blind to it. A person who wants its labels looked at again has `alcli review`, which tells of all.
    """
    picked = choose(situation)
    most = _most(situation, len(picked.rows))
    found = _blind(project) if most else []
    if not found or situation.model is None:
        return picked
    beside = replace(situation, beside=(*situation.beside, *picked.rows))
    found = [found[at] for at in apart.staying(beside, [suspect.row for suspect in found]).tolist()]
    again, first = _worth(situation, project, found, picked.rows)
    least = [at for at in np.argsort(first, kind="stable").tolist() if at >= picked.matching]
    best = np.argsort(-again, kind="stable").tolist()
    won = [(at, place) for at, place in list(zip(best, least, strict=False))[:most] if again[at] > first[place]]
    gone = {place for _, place in won}
    stay = [at for at in range(len(picked.rows)) if at not in gone]
    return _joined(situation, picked, stay, [found[at].row for at, _ in won])


def _joined(situation: Situation, picked: Picked, stay: Sequence[int], again: Sequence[int]) -> Picked:
    """The rows that stay, and among them, where nobody can tell them by their places, those asked again."""
    seconds = Picked.unscored(again, [REASON] * len(again), "review", again=True)
    first, later = range(picked.matching), len(stay) - picked.matching
    order = [*first, *(len(first) + scattered(later, len(again), _rng(situation))).tolist()]
    return picked.take(stay).plus(seconds).take(order)


def _most(situation: Situation, n: int) -> int:
    """How many of `n` rows may be second looks."""
    return due(n, situation.config.review.share, n, _rng(situation)) if n else 0


def _rng(situation: Situation) -> np.random.Generator:
    return np.random.default_rng([*situation.seeds, situation.n_rows, _STREAM])


def _blind(project: Project) -> list[SuspectRow]:
    """The open suspects that are not out, if they were told by models that have not seen the audit sample."""
    state = project.state
    if state.model is None:
        return []
    told = state.model.settings.get("review", {})
    if not (told.get("share") or told.get("hold")):
        return []  # the share was set after this model was made: the next one will say
    closed = state.out | state.audit
    return [suspect for suspect in so_far.open_suspects(project) if suspect.row not in closed]


def _worth(
    situation: Situation, project: Project, found: Sequence[SuspectRow], rows: Sequence[int]
) -> tuple[Floats, Floats]:
    """What one more answer to each suspect, and a first one to each new row, would teach."""
    model, state = situation.model, project.state
    assert model and state.model
    names = dict.fromkeys([*model.classes, *(label for s in found for label in (s.label, s.likely))])
    number = {name: k for k, name in enumerate(names)}
    right = np.zeros((len(found), len(number)))
    for at, suspect in enumerate(found):
        right[at, number[suspect.likely]] = suspect.wrong
        right[at, number[suspect.label]] = 1 - suspect.wrong
    said = [
        {who: number[label] for who, label in state.answers[suspect.row].items() if label in number}
        for suspect in found
    ]
    did = state.model.did
    temperature = did.temperature if did.blind_temperature is None else did.blind_temperature
    proba = tempered(model.proba(model.features.of_rows(situation.shards, rows)), temperature)
    return worth(said, right, np.hstack([proba, np.zeros((len(rows), len(number) - proba.shape[1]))]))
