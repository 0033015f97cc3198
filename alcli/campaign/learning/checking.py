"""The check of labels while a model is made: which look wrong, and which of them it is not to learn from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from alcli.campaign import parts
from alcli.campaign.learning import fitting
from alcli.campaign.learning.fitting import Fitted
from alcli.campaign.learning.lesson import Lesson
from alcli.core.labelling.label_errors import FEWEST_ROWS
from alcli.project.config import Config
from alcli.project.findings import Checked
from alcli.project.project import Project
from alcli.project.records import SuspectRow

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from alcli.contracts import Ints
    from alcli.core.labelling.quality import Crossed

REPEATS = 1  # of cross-fitting, while a model is made: `alcli review` takes its time


@dataclass(frozen=True)
class Check:
    """What is recorded of it, the suspects, worst first, and the places in the lesson of those that are held."""

    did: Checked
    suspects: tuple[SuspectRow, ...] = ()
    held: tuple[int, ...] = ()


def check(project: Project, config: Config, lesson: Lesson, fitted: Fitted) -> Check:
    """Judge the labels of a lesson by what models say of rows they have not seen; with too few labels, none.

    Where something hangs on the answer, which is with `[review] hold` or `share`, it comes from the selected rows
    alone. A label of the audit sample is never held: those that the model contradicts are the ones that look wrong, and
    without them the model would be measured on what it gets right. Nor does it say which other labels are held or asked
    about again: an audited row would then stand among neighbours that were put right for its sake, and look easier than
    a fresh one (by 0 to 0.9 points with one label in ten wrong: `docs/review.md`).
    """
    review = config.review
    acts = review.hold or review.share > 0
    places = lesson.chosen if acts else np.arange(len(lesson.rows))
    found = _said(project, config, lesson, fitted, acts) if len(places) >= FEWEST_ROWS else None
    if found is None or not np.isfinite(found.proba).all():
        return Check(Checked(n=len(places), suspects=0))
    return _check(project, lesson, places, found, review.hold)


def _said(project: Project, config: Config, lesson: Lesson, fitted: Fitted, blind: bool) -> Crossed | None:
    """What is said of each row by models of others, or `blind` of each selected row by models of selected ones; None
    where these are too few for a model."""
    from alcli.core.labelling import quality

    seed = project.state.seed
    matrix = fitting.narrowed(lesson.matrix, fitted.columns)
    if not blind:
        return quality.examined(fitted.held_out, matrix, seed) if fitted.held_out else None
    if not lesson.classes_chosen:
        return None
    at = lesson.chosen
    build = fitting.builder(project.root, config, lesson.classes_chosen, fitted.columns, None)
    _, y = np.unique(lesson.y[at], return_inverse=True)
    with parts.blamed("model", config.model.use):
        return quality.crossed(build, matrix[at], y, seed, REPEATS)


def _check(project: Project, lesson: Lesson, places: Ints, found: Crossed, holds: bool) -> Check:
    """`found` speaks of the rows at these places (m,), and of the classes that they have."""
    from alcli.core.labelling import quality

    state = project.state
    rows = [lesson.rows[at] for at in places.tolist()]
    classes = [lesson.classes[k] for k in np.unique(lesson.y[places]).tolist()]
    settled, corrected = (np.isin(rows, list(those)) for those in (state.settled, state.corrected))
    judged = quality.judged(found, settled=settled, corrected=corrected)
    held = _held(found.y, judged.strong) if holds else frozenset()
    suspects = [
        SuspectRow(
            row=rows[at],
            id=state.ids.get(rows[at], ""),
            label=classes[found.y[at]],
            likely=classes[judged.likely[at]],
            confidence=round(float(judged.confidence[at]), 4),
            wrong=round(float(judged.wrong[at]), 4),
            held=at in held,
        )
        for at in judged.suspects.tolist()
    ]
    did = Checked(
        n=len(rows),
        suspects=len(suspects),
        held=len(held),
        error_rate=judged.error_rate,
        false_alarms=judged.false_alarms,
        unjudged=tuple(classes[k] for k in judged.unjudged),
    )
    return Check(did, tuple(suspects), tuple(int(places[at]) for at in sorted(held)))


def _held(y: Ints, strong: NDArray[np.bool_]) -> frozenset[int]:
    """The strong suspects, but for those of a class that would be left without a label."""
    left = Counter(y[~strong].tolist())
    return frozenset(at for at in np.flatnonzero(strong).tolist() if left[int(y[at])])


def without(
    held: tuple[int, ...], project: Project, config: Config, lesson: Lesson, fitted: Fitted
) -> tuple[Lesson, Fitted]:
    """The lesson without the rows at these places, and the model fitted to that; its figures stay those of all rows."""
    if not held:
        return lesson, fitted
    kept = np.setdiff1d(np.arange(len(lesson.rows)), held)
    rows, names = ([each[at] for at in kept.tolist()] for each in (lesson.rows, lesson.names))
    less = Lesson(rows, names, lesson.classes, lesson.matrix[kept], lesson.drawn, lesson.unlabelled)
    made = fitting.fit(
        project.root,
        config,
        less.matrix,
        names,
        less.classes,
        project.state.seed,
        unlabelled=less.unlabelled,
        scored=False,
    )
    return less, replace(made, held_out=fitted.held_out, judged=fitted.judged)
