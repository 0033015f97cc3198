"""`retrain`: a model from all labels."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alcli.campaign import deciding, learned, parts
from alcli.contracts import Verdict
from alcli.core.answers import Standing
from alcli.errors import ConfigError, ProjectError
from alcli.project.project import Project
from alcli.project.records import ModelRetrained
from alcli.project.state import State

if TYPE_CHECKING:
    from alcli.contracts import Ints, Matrix
    from alcli.project.cache import Features

FEWEST_CLASSES = 2


@dataclass(frozen=True)
class Outcome:
    """What `retrain` did: the model, what it learned from, and its cross-validated, biased figures.

    `selected`: some of the labelled rows were chosen by a model, as the hard ones.
    """

    command: str
    trained: bool
    step: int | None
    verdict: Verdict | None
    n_labels: int
    labels_by_class: Mapping[str, int]
    figures: Mapping[str, float]
    biased: bool
    selected: bool
    n_features: int
    n_used: int
    seconds: float
    conflicts: int
    model: str = ""
    dry_run: bool = False
    next: str = ""


def retrain(root: Path, *, if_due: bool = False, dry_run: bool = False) -> Outcome:
    """Fit the specification's model on all labels and commit it; with `if_due`, only if the trigger says so."""
    project = Project.open(root)
    state, config = project.state, project.config
    verdict = deciding.trigger(project, time.time()) if if_due else None
    if verdict and not verdict.fires:
        return _untrained(state, verdict, config.model.use)
    _enough(state, config.labels.classes)
    if dry_run:
        return _untrained(state, verdict, config.model.use, dry_run=True)
    start = time.perf_counter()
    n_fit = learned.fit_shards(state.shards)
    made = learned.features(project, config, n_fit)
    rows, names = list(state.labels), list(state.labels.values())
    seen = Counter(names)
    order = [c for c in state.classes(config.labels.classes) if seen[c]]
    classes = tuple(order + sorted(seen.keys() - set(order)))
    matrix = _gathered(project, made, rows)
    model = parts.load(root, "models", config.model)
    with project.vault.stage() as staging:
        fitted = _fit(model, config.model.use, matrix, names, classes, state.seed)
        linear = learned.save(staging, fitted.classifier, fitted.columns, matrix.shape[1])
        did = ModelRetrained(
            classes=classes,
            labels_by_class=dict(seen.most_common()),
            figures=fitted.figures,
            features=made.key,
            features_state=made.state_sha,
            fit_shards=n_fit,
            linear=linear,
            seconds=round(time.perf_counter() - start, 3),
            libraries=_libraries(),
        )
        step = project.commit(staging, project.step(did, config)).number
    return Outcome(
        command="retrain",
        trained=True,
        step=step,
        verdict=verdict,
        n_labels=len(rows),
        labels_by_class=did.labels_by_class,
        figures=fitted.figures,
        biased=True,
        selected=_selected(state),
        n_features=matrix.shape[1],
        n_used=len(fitted.columns),
        seconds=did.seconds,
        conflicts=len(state.standing(Standing.CONFLICT)),
        model=config.model.use,
        next="alcli select",
    )


def _untrained(state: State, verdict: Verdict | None, model: str, dry_run: bool = False) -> Outcome:
    return Outcome(
        command="retrain",
        trained=False,
        step=None,
        verdict=verdict,
        n_labels=len(state.labels),
        labels_by_class=state.labels_by_class(),
        figures={},
        biased=True,
        selected=_selected(state),
        n_features=0,
        n_used=0,
        seconds=0.0,
        conflicts=len(state.standing(Standing.CONFLICT)),
        model=model,
        dry_run=dry_run,
        next="alcli retrain" if dry_run else "alcli status",
    )


def _selected(state: State) -> bool:
    """Whether a model chose some of the labelled rows."""
    return any(batch.did.model and any(a.row in state.labels for a in batch.rows) for batch in state.batches)


def _enough(state: State, fixed: tuple[str, ...]) -> None:
    """A model needs two classes; says what is missing."""
    seen = state.labels_by_class()
    if not seen:
        raise ProjectError("there are no labels to train on", "alcli select, label the file, alcli ingest FILE")
    strange = sorted(seen.keys() - set(fixed)) if fixed else []
    if strange:
        raise ConfigError(
            f"{len(strange)} classes of the labels are not among [labels] classes: {', '.join(strange[:5])}",
            "add them to [labels] classes in alcli.toml",
        )
    if len(seen) < FEWEST_CLASSES:
        only, n = next(iter(seen.items()))
        missing = [c for c in fixed if c not in seen]
        raise ProjectError(
            f"all {n} labels are {only!r}; a model needs labels of at least two classes"
            + (f" (none yet of: {', '.join(missing[:5])})" if missing else ""),
            "alcli select, label more, alcli ingest FILE",
        )


@dataclass(frozen=True)
class _Fitted:
    classifier: Any
    columns: Ints
    figures: dict[str, float]


def _fit(model: Any, name: str, matrix: Matrix, names: list[str], classes: tuple[str, ...], seed: int) -> _Fitted:
    """Fit on the columns that occur in the labelled rows: the others can teach nothing."""
    import numpy as np

    from alcli.core.estimating import cross_validated
    from alcli.core.linear import used_columns

    number = {c: k for k, c in enumerate(classes)}
    y = np.array([number[label] for label in names])
    columns = used_columns(matrix)
    if not len(columns):
        raise ProjectError(
            "the labelled rows have no features: there is nothing to learn from",
            "label more: alcli select; or are [features] in alcli.toml too strict?",
        )
    matrix = matrix[:, columns]
    with parts.blamed("model", name):
        classifier = model.build(y)
        learned.require_probabilities(classifier, name)
        classifier.fit(matrix, y)
        figures = cross_validated(model.build, matrix, y, seed)
    return _Fitted(classifier, columns, figures)


def _gathered(project: Project, made: Features, rows: list[int]) -> Matrix:
    """The features of these rows (ascending), shard by shard."""
    import numpy as np

    found = []
    wanted = np.array(rows)
    for shard in project.shards:
        local = wanted[(wanted >= shard.first) & (wanted < shard.first + shard.rows)] - shard.first
        if len(local):
            found.append(made.matrix(shard)[local])
    return learned.stacked(found)


def _libraries() -> dict[str, str]:
    """The versions that a model depends on."""
    import numpy
    import scipy
    import sklearn

    return {"numpy": numpy.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__}
