"""Making a model of all labels: fitted, paired with one that chooses blind to the audit sample, and measured."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from alcli.campaign import fitting, grouping, guarding, learned, pairing, stop_set
from alcli.campaign.fitting import Fitted
from alcli.campaign.lesson import Lesson
from alcli.campaign.measuring import Audit
from alcli.campaign.tested import Tested
from alcli.project.findings import Pair
from alcli.project.project import Project
from alcli.project.records import ModelRetrained

if TYPE_CHECKING:
    from alcli.contracts import Matrix


@dataclass(frozen=True)
class Made:
    """A model and all that is recorded of it; `blind` is the one to choose by, where that is another."""

    did: ModelRetrained
    fitted: Fitted
    blind: Fitted | None

    def save(self, staging: Path) -> None:
        """Write the files of its step."""
        learned.save(staging, self.fitted)
        if self.blind:
            learned.save(staging, self.blind, blind=True)


def train(project: Project, progress: Callable[[int, int], None] | None = None) -> Made:
    """The specification's model, of all labels, of which there are two classes or more."""
    state, config = project.state, project.config
    grouping.check(project.shards, config.guard)
    learned.prepare(project, progress)  # where the specification has changed, this is long work
    start = time.perf_counter()
    n_fit = learned.fit_shards(state.shards)
    rows, names = list(state.labels), list(state.labels.values())
    classes = fitting.class_order(state.classes(config.labels.classes), names)

    def matrix(pair: Pair) -> Matrix:
        return learned.read(project, config, n_fit, pair.beside).of_rows(project.shards, rows)

    settled = pairing.settle(project.root, config, matrix, names, classes, state.seed, _before(project))
    fitted, made = settled.fitted, learned.read(project, config, n_fit, settled.pair.beside)
    lesson = Lesson(rows, names, classes, matrix(settled.pair), state.audit)
    modelled = pairing.with_model(config, settled.pair)
    audit = Audit.of(project, modelled, lesson, fitted)
    test = Tested.of(project, fitted, made, classes)
    judge = test or audit
    measured = judge.measured() if judge else None
    did = ModelRetrained(
        classes=classes,
        labels_by_class=dict(Counter(names).most_common()),
        figures=fitted.figures,
        features=made.key,
        features_state=made.state_sha,
        fit_shards=n_fit,
        linear=fitted.linear is not None,
        seconds=round(time.perf_counter() - start, 3),
        libraries=_libraries(),
        temperature=(audit and audit.temperature) or (test and test.temperature) or fitted.temperature,
        pair=settled.pair,
        contest=settled.contest,
        blind=lesson.classes_chosen if len(lesson.audit) else None,
        measured=measured,
        stability=stop_set.compared(project, fitted, made, classes),
        guarded=guarding.guarded(project, config, audit.right if audit else {}),
        forecast=guarding.foreseen(project, config, measured),
    )
    return Made(did, fitted, lesson.blind(project.root, modelled, state.seed))


def _before(project: Project) -> ModelRetrained | None:
    """The model in use, if it was made by the same features and model as are named now."""
    trained = project.state.model
    if trained is None:
        return None
    now = project.config.tree()
    return trained.did if all(trained.settings.get(key) == now[key] for key in ("features", "model")) else None


def _libraries() -> dict[str, str]:
    """The versions that a model depends on."""
    import numpy
    import scipy
    import sklearn

    return {"numpy": numpy.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__}
