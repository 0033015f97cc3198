"""What else is odd about labels, found while they are judged: conflicts, confusions, haste, rows of no class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.campaign.learning.learned import Learned
from alcli.campaign.reviewing.suspecting import JudgedLabels
from alcli.core.labelling import oddities
from alcli.core.near import groups, words

if TYPE_CHECKING:
    from alcli.campaign.reviewing.suspecting import Voice

REFERENCE = 3_000  # rows of the pool, to see what is ordinary
_STREAM = 8  # of random numbers, apart from those of choosing


@dataclass(frozen=True)
class Shown:
    """A labelled row as a person is shown it."""

    id: str
    label: str
    text: str


@dataclass(frozen=True)
class TakenForEachOther:
    """Two classes that are taken for each other: about so many rows of the one are of the other, and conversely."""

    one: str
    other: str
    one_as_other: float
    other_as_one: float
    examples: tuple[Shown, ...]


@dataclass(frozen=True)
class Hasty:
    """Of so many answers of an annotator whose time is known (`timed`), these rows were labelled faster than read."""

    annotator: str
    rows: tuple[str, ...]
    timed: int


@dataclass(frozen=True)
class Strange:
    """Rows that seem to belong to no class, the oddest first; of as many ordinary ones so many would be told."""

    rows: tuple[Shown, ...]
    expected: float


def contradictions(judged: JudgedLabels) -> tuple[tuple[Shown, ...], ...]:
    """Groups of near-identical texts that have different labels, but for those that people have looked at again."""
    if not judged.project.config.pool.text:
        return ()
    found = oddities.contradicted(groups(judged.texts), judged.lesson.names)
    settled, rows = judged.project.state.settled, judged.lesson.rows
    open_ = (group for group in found if not all(rows[at] in settled for at in group))
    return tuple(_shown(judged, group) for group in open_)


def confusions(judged: JudgedLabels) -> tuple[TakenForEachOther, ...]:
    """Pairs of classes that are confused both ways."""
    if judged.quality is None:
        return ()
    classes = judged.lesson.classes
    return tuple(
        TakenForEachOther(classes[pair.a], classes[pair.b], pair.a_as_b, pair.b_as_a, _shown(judged, pair.examples))
        for pair in oddities.confused(judged.lesson.y, judged.likely, judged.wrong)
    )


def haste(judged: JudgedLabels) -> tuple[Hasty, ...]:
    """Who answered faster than the text can be read, as far as times are known."""
    told: list[tuple[int, Voice]] = [
        (at, voice)
        for at, row in enumerate(judged.lesson.rows)
        for voice in judged.voices.get(row, ())
        if voice.seconds
    ]
    if not told or not judged.project.config.pool.text:
        return ()
    seconds = np.array([voice.seconds for _, voice in told], float)
    n_words = np.array([len(words(judged.texts[at])) for at, _ in told])
    found = oddities.hasty(seconds, n_words, [voice.annotator for _, voice in told])
    ids = judged.ids
    return tuple(Hasty(one.annotator, tuple(ids[told[place][0]] for place in one.rows), one.timed) for one in found)


def strange(judged: JudgedLabels) -> Strange | None:
    """Shown rows that are far from what the pool is like and of no class; None where there is no model to ask."""
    project = judged.project
    state = project.state
    if state.model is None or judged.found is None:
        return None
    from alcli.core.labelling.outliers import outliers

    n, closed = state.n_rows, [*state.answers]
    rng = np.random.default_rng([state.seed, n, _STREAM])
    drawn = rng.choice(n, min(n, REFERENCE + len(closed)), replace=False)
    drawn = np.sort(drawn[~np.isin(drawn, closed)][:REFERENCE])
    model = Learned.of(project, state.model)
    far = model.features.of_rows(project.shards, drawn)
    own = model.features.of_rows(project.shards, judged.lesson.rows)
    found = outliers(own, judged.found.calibrated, far, model.confidence(far))
    return Strange(_shown(judged, found.rows), found.expected)


def _shown(judged: JudgedLabels, places: Sequence[int]) -> tuple[Shown, ...]:
    ids = judged.ids
    return tuple(Shown(ids[at], judged.lesson.names[at], judged.texts[at]) for at in places)
