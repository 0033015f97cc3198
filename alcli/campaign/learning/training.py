"""Making a model of all labels: fitted, paired with one that chooses blind to the audit sample, and measured."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from alcli.campaign import grouping
from alcli.campaign.learning import checking, fitting, guarding, learned, pairing, stop_set, unlabelled
from alcli.campaign.learning.fitting import Fitted
from alcli.campaign.learning.lesson import Lesson
from alcli.campaign.learning.measuring import Audit
from alcli.campaign.learning.pairing import Before, Material, Settled
from alcli.campaign.learning.resolving import Differing, agreed
from alcli.campaign.learning.tested import Tested
from alcli.project.findings import Pair
from alcli.project.project import Project
from alcli.project.records import CONSENSUS, SUSPECTS, ConsensusRow, ModelRetrained, SuspectRow, to_lines

if TYPE_CHECKING:
    from alcli.contracts import Matrix


@dataclass(frozen=True)
class Made:
    """A model and all that is recorded of it; `blind` is the one to choose by, where that is another."""

    did: ModelRetrained
    fitted: Fitted
    blind: Fitted | None
    suspects: Sequence[SuspectRow] = ()
    consensus: Sequence[ConsensusRow] = ()

    def save(self, staging: Path) -> None:
        """Write the files of its step."""
        learned.save(staging, self.fitted)
        if self.blind:
            learned.save(staging, self.blind, blind=True)
        for name, rows in ((SUSPECTS, self.suspects), (CONSENSUS, self.consensus)):
            if rows:
                (staging / name).write_bytes(to_lines(list(rows)))


def train(project: Project, progress: Callable[[int, int], None] | None = None) -> Made:
    """The specification's model, of all labels, of which there are two classes or more.

    Those that look wrong are told and, with `[review] hold`, the worst of them are not learned from.
    """
    state, config = project.state, project.config
    grouping.check(project.shards, config.guard)
    learned.prepare(project, progress)  # where the specification has changed, this is long work
    start = time.perf_counter()
    settled, lesson, consensus = _taught(project)
    made = learned.read(project, config, learned.fit_shards(state.shards), settled.pair.beside)
    modelled = pairing.with_model(config, settled.pair)
    check = checking.check(project, modelled, lesson, settled.fitted)
    lesson, fitted = checking.without(check.held, project, modelled, lesson, settled.fitted)
    audit = Audit.of(project, modelled, lesson, fitted)
    test = Tested.of(project, fitted, made, lesson.classes)
    judge = test or audit
    measured = judge.measured() if judge else None
    did = ModelRetrained(
        classes=lesson.classes,
        labels_by_class=dict(Counter(lesson.names).most_common()),
        figures=fitted.figures,
        features=made.key,
        features_state=made.state_sha,
        fit_shards=learned.fit_shards(state.shards),
        linear=fitted.linear is not None,
        seconds=round(time.perf_counter() - start, 3),
        libraries=_libraries(),
        temperature=(audit and audit.temperature) or (test and test.temperature) or fitted.temperature,
        blind_temperature=fitted.temperature_alone if lesson.unlabelled is not None else None,
        pair=settled.pair,
        contest=settled.contest,
        blind=lesson.classes_chosen if lesson.chooses_apart else None,
        measured=measured,
        stability=stop_set.compared(project, fitted, made, lesson.classes),
        guarded=guarding.guarded(project, config, audit.right if audit else {}),
        forecast=guarding.foreseen(project, config, measured),
        checked=check.did,
        consensus=len(consensus),
    )
    return Made(did, fitted, lesson.blind(project.root, modelled, state.seed), check.suspects, consensus)


def _taught(project: Project) -> tuple[Settled, Lesson, list[ConsensusRow]]:
    """What learns from what, fitted to all labels, and these; where annotators differ, they are what was agreed on."""
    state, config = project.state, project.config
    n_fit = learned.fit_shards(state.shards)

    def matrix(pair: Pair, rows: Sequence[int]) -> Matrix:
        return learned.read(project, config, n_fit, pair.beside).of_rows(project.shards, rows)

    def material(pair: Pair, rows: Sequence[int]) -> Material:
        others = unlabelled.rows(project, fitting.wanted(project.root, pairing.with_model(config, pair)))
        return Material(matrix(pair, rows), matrix(pair, others) if len(others) else None)

    def taught(labels: Mapping[int, str], before: Before | None) -> tuple[Settled, Lesson]:
        rows, names = list(labels), list(labels.values())
        classes = fitting.class_order(state.classes(config.labels.classes), names)
        settled = pairing.settle(
            project.root, config, lambda pair: material(pair, rows), names, classes, state.seed, before
        )
        learned_from = material(settled.pair, rows)
        return settled, Lesson(rows, names, classes, learned_from.labelled, state.audit, learned_from.unlabelled)

    differing = Differing.of(project)
    labels = differing.by_majority(state.labels)
    settled, lesson = taught(labels, pairing.before(project))
    consensus = _agreed(project, differing, settled, lesson, lambda rows: matrix(settled.pair, rows))
    final = dict(sorted({**state.labels, **{each.row: each.label for each in consensus}}.items()))
    if final != labels:
        settled, lesson = taught(final, settled)
    return settled, lesson, consensus


def _agreed(
    project: Project,
    differing: Differing,
    settled: Settled,
    lesson: Lesson,
    matrix: Callable[[Sequence[int]], Matrix],
) -> list[ConsensusRow]:
    """What annotators who differ come to; choosing stays blind to the audit sample, of which chosen rows learn nothing.

    So these are told by a model of chosen rows, and by how well people agree on them; those of the audit sample by all.
    """
    found = agreed(project, differing, lesson.rows, lesson.classes, settled.fitted, matrix)
    if not found or not len(lesson.audit):
        return found
    drawn = [each for each in found if each.row in project.state.audit]
    blind = lesson.blind(
        project.root, pairing.with_model(project.config, settled.pair), project.state.seed, scored=True
    )
    if blind is None:
        return drawn
    rows = [lesson.rows[at] for at in lesson.chosen.tolist()]
    chosen = agreed(project, differing.apart_from(project.state.audit), rows, lesson.classes_chosen, blind, matrix)
    return sorted([*drawn, *chosen], key=lambda each: each.row)


def _libraries() -> dict[str, str]:
    """The versions that a model depends on."""
    import numpy
    import scipy
    import sklearn

    return {"numpy": numpy.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__}
