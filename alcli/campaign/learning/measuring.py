"""What a model is worth: measured on the audit sample, while the model is made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from alcli.campaign import parts
from alcli.campaign.learning import fitting
from alcli.campaign.learning.fitting import Fitted
from alcli.campaign.learning.lesson import Lesson
from alcli.campaign.learning.resolving import Differing
from alcli.campaign.reserving import Reserve
from alcli.core.estimates import honest
from alcli.core.estimates.calibrating import FEWEST_ROWS, calibration_error
from alcli.core.reserving import in_order
from alcli.project.config import Config
from alcli.project.findings import Measured
from alcli.project.project import Project

if TYPE_CHECKING:
    from alcli.contracts import Estimate, Floats, Ints, Matrix
    from alcli.core.estimates.estimating import OutOfFold


@dataclass(frozen=True)
class Audit:
    """The labelled rows of the audit sample, and what is said of each by a model of all other labels but its fold's.

    `weights` (a,) are how many rows of the pool each stands for, 1 on average.
    """

    project: Project
    lesson: Lesson
    matrix: Matrix  # of the lesson, as the model takes it
    chooser: Any  # makes the model to choose by: what is asked of labels is asked of it
    found: OutOfFold
    weights: Floats

    @classmethod
    def of(cls, project: Project, config: Config, lesson: Lesson, fitted: Fitted) -> Audit | None:
        """That of a lesson, judged by the model that was fitted to all of it; None where no row can be judged.

        Nor where rows of it lost their label as the classes changed, and have none yet: the others are those of the
        classes that stayed, and no picture of the pool. A row whose label a model has helped to tell is none to judge a
        model by.
        """
        if project.state.queued & project.state.audit:
            return None
        by_model = Differing.of(project).by_model(dict(zip(lesson.rows, lesson.names, strict=True)))
        lesson = replace(lesson, drawn=set(lesson.drawn) - by_model)
        matrix = fitting.narrowed(lesson.matrix, fitted.columns)
        build = fitting.builder(project.root, config, lesson.classes, fitted.columns, lesson.unlabelled)
        with parts.blamed("model", config.model.use):
            found = honest.audited(build, matrix, lesson.y, lesson.audit, project.state.seed)
        if found is None:
            return None
        weights = Reserve.of(project).weights(cls._rows(lesson))
        chooser = fitting.builder(project.root, config, lesson.classes, fitted.columns, None)
        return cls(project, lesson, matrix, chooser, found, np.array([weights[row] for row in cls._rows(lesson)]))

    @staticmethod
    def _rows(lesson: Lesson) -> list[int]:
        return [lesson.rows[at] for at in lesson.audit.tolist()]

    @cached_property
    def rows(self) -> list[int]:
        """The rows of the pool."""
        return self._rows(self.lesson)

    @cached_property
    def said(self) -> Ints:
        """The class said of each (a,)."""
        said: Ints = self.found.proba.argmax(axis=1)
        return said

    @property
    def right(self) -> dict[int, bool]:
        """Whether what is said of each row of the pool is its label."""
        return dict(zip(self.rows, (self.said == self.found.y).tolist(), strict=True))

    @property
    def temperature(self) -> float | None:
        """What calibrates the model, by rows that nobody chose; None where they are too few."""
        return self.found.temperature if self.found.known.sum() >= FEWEST_ROWS else None

    def measured(self) -> Measured:
        """The figures, with their intervals."""
        state = self.project.state
        skipped = (state.audit & state.answers.keys()).difference(self.rows)
        enough = self.temperature is not None
        return Measured(
            source="audit",
            n=len(self.rows),
            estimates=honest.estimates(self.found.y, self.said, self.lesson.classes, self.weights, state.seed),
            skipped=len(skipped),
            waiting=len(in_order(Reserve.of(self.project).draws, state.answers.keys() | state.out)),
            gain=self._gain(),
            calibration_error=calibration_error(self.found.calibrated, self.found.y) if enough else None,
        )

    def _gain(self) -> Estimate | None:
        """How much more selected labels teach than drawn ones."""
        order = {row: place for place, row in enumerate(self.project.state.asked)}
        places = {row: at for at, row in enumerate(self.lesson.rows)}

        def as_asked(at: Ints) -> Ints:
            rows = [self.lesson.rows[place] for place in at.tolist()]
            return np.array([places[row] for row in sorted(rows, key=lambda row: order.get(row, -1))], np.int64)

        audit, chosen = as_asked(self.lesson.audit), as_asked(self.lesson.chosen)
        return honest.gain(self.chooser, self.matrix, self.lesson.y, audit, chosen, self.project.state.seed)
