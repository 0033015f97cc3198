"""All labels judged at leisure: which look wrong, by models that have not seen them; what `alcli review` goes by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from alcli.campaign import parts
from alcli.campaign.learning import fitting, learned, pairing
from alcli.campaign.learning.lesson import Lesson
from alcli.core.estimates.calibrating import tempered
from alcli.core.labelling.answers import Standing
from alcli.core.labelling.label_errors import FEWEST_ROWS
from alcli.errors import ProjectError
from alcli.project import pool
from alcli.project.findings import Pair
from alcli.project.project import Project
from alcli.project.records import AnswersIngested, PoolAdded

if TYPE_CHECKING:
    from alcli.contracts import Floats, Ints, Matrix
    from alcli.core.labelling.consensus import Consensus
    from alcli.core.labelling.quality import Crossed, Quality


@dataclass(frozen=True)
class Voice:
    """One answer to a row: by whom ("" = unnamed), which label (None = skipped), when, and the seconds that it took."""

    annotator: str
    label: str | None
    time: str
    seconds: float | None = None


@dataclass(frozen=True)
class JudgedLabels:
    """The labelled rows of a project, as a lesson for the pair in use, and what is to be thought of their labels."""

    project: Project
    lesson: Lesson
    matrix: Matrix  # of the lesson, as the model takes it
    found: Crossed | None
    quality: Quality | None
    told: Callable[[Sequence[int]], Floats] | None = None  # what a model of the lesson says of other rows

    @classmethod
    def of(cls, project: Project) -> JudgedLabels:
        """Cross-fits the model of the pair in use on all labels, of which there are two classes or more.

        `quality` is None where there are too few labels to judge any.
        """
        state, config = project.state, project.config
        before = pairing.before(project)
        pair = before.pair if before else Pair()
        rows, names = list(state.labels), list(state.labels.values())
        classes = fitting.class_order(state.classes(config.labels.classes), names)
        read = learned.read(project, config, learned.fit_shards(state.shards), pair.beside)
        lesson = Lesson(rows, names, classes, read.of_rows(project.shards, rows), state.audit)
        from alcli.core.linear import used_columns

        columns = used_columns(lesson.matrix)
        if not len(columns):
            raise ProjectError("the labelled rows have no features: there is nothing to judge them by", "alcli select")
        matrix = fitting.narrowed(lesson.matrix, columns)
        if len(rows) < FEWEST_ROWS:
            return cls(project, lesson, matrix, None, None)
        from alcli.core.estimates.estimating import taught
        from alcli.core.labelling import quality

        model = pairing.with_model(config, pair).model
        build = parts.load(project.root, "models", model).build
        with parts.blamed("model", model.use):
            found = quality.crossed(build, matrix, lesson.y, state.seed)
        settled, corrected = (np.isin(rows, list(those)) for those in (state.settled, state.corrected))
        judged = quality.judged(found, settled=settled, corrected=corrected) if found else None

        def told(others: Sequence[int]) -> Floats:
            with parts.blamed("model", model.use):
                says = taught(build, matrix, lesson.y, len(classes))
                return says(fitting.narrowed(read.of_rows(project.shards, others), columns))

        return cls(project, lesson, matrix, found, judged, told)

    @property
    def wrong(self) -> Floats:
        """The probability that each label is wrong (n,); 0 where that is not known."""
        n = len(self.lesson.rows)
        found: Floats = np.nan_to_num(self.quality.wrong) if self.quality else np.zeros(n)
        return found

    @property
    def unjudged(self) -> tuple[str, ...]:
        """The classes with too few labels."""
        return tuple(self.lesson.classes[k] for k in self.quality.unjudged) if self.quality else ()

    @property
    def likely(self) -> Ints:
        """The class that each row more likely is of (n,); its own where that is not known."""
        return self.quality.likely if self.quality else self.lesson.y

    @cached_property
    def texts(self) -> list[str]:
        """What an annotator sees of each row."""
        columns = self.project.config.pool.content
        fetched = pool.fetch(self.project.shards, self.lesson.rows, columns)
        return [" ".join(filter(None, cells)) for cells in zip(*(fetched[name] for name in columns), strict=True)] or [
            ""
        ] * len(self.lesson.rows)

    @property
    def ids(self) -> list[str]:
        """The pool's own."""
        return [self.project.state.ids[row] for row in self.lesson.rows]

    @cached_property
    def voices(self) -> Mapping[int, Sequence[Voice]]:
        """What was said of each row of the pool, the last of each annotator, in the order in which they came.

        Classes that changed since are called as they are now.
        """
        state = self.project.state
        said: dict[int, dict[str, Voice]] = {}
        for entry in self.project.entries:
            if entry.number in state.undone:
                continue
            if isinstance(entry.step.did, AnswersIngested | PoolAdded):
                for answer in entry.rows:
                    now = state.answers.get(answer.row, {})
                    if not answer.blank and answer.annotator in now:
                        own, who = said.setdefault(answer.row, {}), answer.annotator
                        own.pop(who, None)
                        own[who] = Voice(who, now[who], entry.step.time, answer.seconds)
        return {row: list(own.values()) for row, own in said.items()}

    @cached_property
    def consensus(self) -> tuple[Sequence[int], Consensus] | None:
        """What labels and annotators are worth, with the models' help, and the places of the rows that come first in
        it; None where too few rows have two answers.

        After these come the rows in conflict, which have no label: without them nobody would seem to err.
        """
        from alcli.core.labelling.consensus import crowdlab

        if self.found is None or self.told is None:
            return None
        number = {name: k for k, name in enumerate(self.lesson.classes)}
        state = self.project.state

        def said(row: int) -> dict[str, int]:
            return {who: number[label] for who, label in state.answers[row].items() if label in number}

        kept = [at for at, row in enumerate(self.lesson.rows) if said(row) and row not in state.settled]
        tied = [row for row in state.standing(Standing.CONFLICT) if said(row)]
        proba = self.found.calibrated[kept]
        if tied:
            proba = np.vstack([proba, tempered(self.told(tied), self.found.temperature)])
        found = crowdlab([said(row) for row in (*(self.lesson.rows[at] for at in kept), *tied)], proba)
        return (kept, found) if found else None
