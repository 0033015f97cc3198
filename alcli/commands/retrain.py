"""`retrain`: a model from all labels."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from alcli.campaign import deciding, fitting, learned, pairing
from alcli.contracts import Verdict
from alcli.core.answers import Standing
from alcli.errors import ConfigError, ProjectError
from alcli.project.project import Project
from alcli.project.records import ModelRetrained, Pair
from alcli.project.state import State

if TYPE_CHECKING:
    from alcli.contracts import Matrix

FEWEST_CLASSES = 2


@dataclass(frozen=True)
class Outcome:
    """What `retrain` did: the model, what it learned from, and its cross-validated, biased figures.

    `contest` says how another model or other features did, where the model is `auto`.
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
    contest: str = ""
    dry_run: bool = False
    next: str = ""


def retrain(
    root: Path,
    *,
    if_due: bool = False,
    dry_run: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    """Fit the specification's model on all labels and commit it; with `if_due`, only if the trigger says so."""
    project = Project.open(root)
    state, config = project.state, project.config
    verdict = deciding.trigger(project, time.time()) if if_due else None
    if verdict and not verdict.fires:
        return _untrained(state, verdict, config.model.use)
    _enough(state, config.labels.classes)
    if dry_run:
        return _untrained(state, verdict, config.model.use, dry_run=True)
    learned.prepare(project, progress)  # where the specification has changed, this is long work
    start = time.perf_counter()
    n_fit = learned.fit_shards(state.shards)
    rows, names = list(state.labels), list(state.labels.values())
    classes = fitting.class_order(state.classes(config.labels.classes), names)

    def matrix(pair: Pair) -> Matrix:
        return learned.read(project, config, n_fit, pair.beside).of_rows(project.shards, rows)

    settled = pairing.settle(project.root, config, matrix, names, classes, state.seed, _before(project))
    fitted, made = settled.fitted, learned.read(project, config, n_fit, settled.pair.beside)
    with project.vault.stage() as staging:
        learned.save(staging, fitted)
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
            temperature=fitted.temperature,
            pair=settled.pair,
            contest=settled.contest,
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
        n_features=fitted.width,
        n_used=len(fitted.columns),
        seconds=did.seconds,
        conflicts=len(state.standing(Standing.CONFLICT)),
        model=pairing.described(config, settled.pair),
        contest=pairing.told(config, settled.contest),
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


def _before(project: Project) -> ModelRetrained | None:
    """The model in use, if it was made by the same features and model as are named now."""
    trained = project.state.model
    if trained is None:
        return None
    then, now = project.committed[trained.step - 1].step.settings, project.config.tree()
    return trained.did if all(then.get(key) == now[key] for key in ("features", "model")) else None


def _libraries() -> dict[str, str]:
    """The versions that a model depends on."""
    import numpy
    import scipy
    import sklearn

    return {"numpy": numpy.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__}
