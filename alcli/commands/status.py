"""`status`: where the project stands, what comes next, whether to stop. Writes nothing, never opens the pool."""

from __future__ import annotations

import shlex
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from alcli.campaign import deciding, pairing
from alcli.contracts import Verdict
from alcli.core.answers import Standing
from alcli.project import config as configs
from alcli.project.project import Project
from alcli.project.state import Batch, State, Trained, seconds

READY, WAITING, RETRAIN_DUE, STOPPED = 0, 10, 11, 12


@dataclass(frozen=True)
class RoundLine:
    """One round: what was asked, what came back."""

    round: int
    step: int
    strategy: str
    rows: int
    answered: int
    out: int
    age_hours: float
    file: str


@dataclass(frozen=True)
class ModelLine:
    """One model of the learning curve; its figures are cross-validated on selected rows, hence biased.

    `model` says what learns from what, `contest` how another model or other features did, where it is `auto`.
    """

    step: int
    n_labels: int
    figures: Mapping[str, float]
    model: str = ""
    contest: str = ""


@dataclass(frozen=True)
class Outcome:
    """Where a project stands. `exit_code`: 0 ready to select, 10 waiting for annotators, 11 retrain due, 12 stopped."""

    command: str
    project: str
    steps: int
    pool: int
    duplicates: int
    candidates: int
    labels: int
    skipped: int
    conflicts: int
    out: int
    rounds: tuple[RoundLine, ...]
    classes: tuple[str, ...]
    fixed: bool
    labels_by_class: Mapping[str, int]
    annotators: Mapping[str, int]
    models: tuple[ModelLine, ...]
    biased: bool
    retrain: Verdict
    stop: tuple[Verdict, ...]
    stopped: bool
    exit_code: int
    next: str = ""


def status(root: Path) -> Outcome:
    """The project's state in figures, and the verdicts of its specification."""
    project = Project.open(root)
    state, config = project.state, project.config
    now = time.time()
    retrain, stop = deciding.trigger(project, now), deciding.stopping(project, now)
    stopped = any(verdict.fires for verdict in stop)
    code, after = _next(project, retrain, stopped)
    return Outcome(
        command="status",
        project=str(project.root),
        steps=state.last,
        pool=state.n_rows,
        duplicates=state.n_duplicates,
        candidates=state.history(now).n_candidates,
        labels=len(state.labels),
        skipped=len(state.standing(Standing.SKIPPED)),
        conflicts=len(state.standing(Standing.CONFLICT)),
        out=len(state.out),
        rounds=tuple(_round(state, batch, now) for batch in state.batches),
        classes=state.classes(config.labels.classes),
        fixed=bool(config.labels.classes),
        labels_by_class=state.labels_by_class(),
        annotators=dict(Counter(who for said in state.answers.values() for who in said).most_common()),
        models=tuple(_model(project, trained) for trained in state.models),
        biased=True,
        retrain=retrain,
        stop=tuple(stop),
        stopped=stopped,
        exit_code=code,
        next=after,
    )


def _round(state: State, batch: Batch, now: float) -> RoundLine:
    answered = sum(asked.row in state.answers for asked in batch.rows)
    out = sum(asked.row in state.out and state.asked[asked.row].key == asked.key for asked in batch.rows)
    age = max(0.0, now - seconds(batch.time)) / 3600
    did = batch.did
    return RoundLine(did.round, batch.step, did.strategy, did.rows, answered, out, round(age, 2), did.output)


def _model(project: Project, trained: Trained) -> ModelLine:
    did = trained.did
    config = configs.from_tree(project.committed[trained.step - 1].step.settings, f"step {trained.step}")
    described, told = pairing.described(config, did.pair), pairing.told(config, did.contest)
    return ModelLine(trained.step, did.n_labels, did.figures, described, told)


def _next(project: Project, retrain: Verdict, stopped: bool) -> tuple[int, str]:
    """The exit code and the command to type."""
    state = project.state
    if stopped:
        return STOPPED, "alcli retrain, then: alcli export" if retrain.fires else "alcli export"
    if retrain.fires and len(state.labels_by_class()) > 1:
        return RETRAIN_DUE, "alcli retrain"
    open_batches = [batch for batch in state.batches if any(a.row in state.out for a in batch.rows)]
    if open_batches:
        file = shlex.quote(str(project.root / open_batches[-1].did.output))
        return WAITING, f"label {file}, then: alcli ingest {file}"
    if state.history(0).n_candidates == 0:
        return STOPPED, "alcli export (every row of the pool has been asked)"
    return READY, "alcli select"
