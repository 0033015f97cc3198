"""`retrain`: a model from all labels."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from alcli.campaign import deciding, parts
from alcli.campaign.learning import elsewhere, pairing
from alcli.campaign.learning.training import train
from alcli.campaign.reviewing import so_far
from alcli.contracts import FEWEST_CLASSES, Verdict
from alcli.core.labelling.answers import Standing
from alcli.errors import ConfigError, ProjectError
from alcli.project.findings import Checked, Measured
from alcli.project.project import Project
from alcli.project.state import State


@dataclass(frozen=True)
class Outcome:
    """What `retrain` did: the model, what it learned from, and what it is worth.

    `measured` is honest; None where there is nothing yet to measure by. `figures` are cross-validated on labelled rows,
    hence biased. `contest` says how another model or other features did, where the model is `auto`.
    `selected`: some of the labelled rows were chosen by a model, as the hard ones. `checked` says how many labels look
    wrong; the rows `held` (ids, the worst first) were not learned from. On `consensus` rows annotators differ, and they
    were learned as annotators and model together tell them.
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
    measured: Measured | None = None
    checked: Checked | None = None
    held: tuple[str, ...] = ()
    consensus: int = 0
    dry_run: bool = False
    next: str = ""


def retrain(
    root: Path,
    *,
    if_due: bool = False,
    here: bool = False,
    dry_run: bool = False,
    progress: Callable[[int, int], None] | None = None,
    said: Callable[[str], None] = lambda line: None,
) -> Outcome:
    """Fit the specification's model on all labels and commit it; with `if_due`, only if the trigger says so.

    `[retrain] command` makes it elsewhere, unless it is to be made `here`; `said` is told the lines which that prints.
    """
    project = Project.open(root)
    state, config = project.state, project.config
    verdict = deciding.trigger(project, time.time()) if if_due else None
    if verdict and not verdict.fires:
        return _untrained(state, verdict, config.model.use)
    _enough(state, config.labels.classes)
    if dry_run:
        parts.load(root, "models", config.model)
        return _untrained(state, verdict, config.model.use, dry_run=True)
    n_features = n_used = 0
    if config.retrain.command and not here:
        brought = elsewhere.retrain(project, said)
        did, step = brought.did, brought.step
    else:
        made = train(project, progress)
        did, n_features, n_used = made.did, made.fitted.width, len(made.fitted.columns)
        with project.vault.stage() as staging:
            made.save(staging)
            step = project.commit(staging, project.step(did, config)).number
    after = Project.open(root)
    suspects = [one for model in after.state.models if model.step == step for one in so_far.suspects(after, model)]
    return Outcome(
        command="retrain",
        trained=True,
        step=step,
        verdict=verdict,
        n_labels=did.n_labels,
        labels_by_class=did.labels_by_class,
        figures=did.figures,
        biased=did.measured is None,
        selected=_selected(state),
        n_features=n_features,
        n_used=n_used,
        seconds=did.seconds,
        conflicts=len(after.state.standing(Standing.CONFLICT)),
        model=pairing.described(config, did.pair),
        contest=pairing.told(config, did.contest),
        measured=did.measured,
        checked=did.checked,
        held=tuple(suspect.id for suspect in suspects if suspect.held),
        consensus=did.consensus,
        next="alcli export" if deciding.decision(after, time.time()).stops else "alcli select",
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
    if not seen and (torn := len(state.standing(Standing.CONFLICT))):
        raise ProjectError(
            f"there are no labels to train on: {torn:,} rows are in conflict", "alcli select --adjudicate"
        )
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
