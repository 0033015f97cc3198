"""`status`: where the project stands, what comes next, whether to stop. Writes nothing, never opens the pool."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alcli.campaign import deciding, parts
from alcli.campaign.handoff.awaiting import awaited, to_label
from alcli.campaign.learning import pairing
from alcli.campaign.reviewing import so_far
from alcli.campaign.reviewing.so_far import Reviewed
from alcli.contracts import FEWEST_CLASSES, Estimate, Forecast, Verdict
from alcli.core.labelling.answers import Standing
from alcli.project import config as configs
from alcli.project import relabelling
from alcli.project.config import Stop
from alcli.project.findings import Guarded, Measured
from alcli.project.project import Project
from alcli.project.specification import to_toml
from alcli.project.state import Batch, State, seconds

if TYPE_CHECKING:
    from alcli.campaign.reviewing.people import People

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
    """One model of the learning curve; `estimates` are honest, `figures` cross-validated on labels, hence biased.

    `model` says what learns from what, `contest` how another model or other features did, where it is `auto`. The
    classes changed in step `overtaken_in`, so that the figures hold no longer; 0 = they hold.
    """

    step: int
    n_labels: int
    figures: Mapping[str, float]
    model: str = ""
    contest: str = ""
    estimates: Mapping[str, Estimate] = field(default_factory=dict)
    overtaken_in: int = 0


@dataclass(frozen=True)
class Outcome:
    """Where a project stands. `exit_code`: 0 ready to select, 10 waiting for annotators, 11 retrain due, 12 stopped.

    `measured` is what the model in use is worth, `forecast` where its learning curve leads, `guarded` what may have
    been overlooked. `minutes` is the time that answers took, as far as returned files say. `audit_out` rows of the
    audit sample are out. `because` says what has ended labelling; `amended` how the rule for that differs from the one
    agreed at init. `outdated` says how the classes changed since the model was made, whose figures do not hold;
    `queued` rows lost their label with that and are still to be asked again; `unmeasured` rows of the audit sample have
    none yet, without which nothing is measured. `reviewed` says which labels looked wrong. `people` are the annotators,
    where they were asked for.
    """

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
    measured: Measured | None = None
    forecast: Forecast | None = None
    guarded: Guarded | None = None
    minutes: float = 0.0
    audit_out: int = 0
    because: str = ""
    amended: str = ""
    outdated: str = ""
    queued: int = 0
    unmeasured: int = 0
    reviewed: Reviewed | None = None
    people: People | None = None
    next: str = ""


def status(root: Path, *, annotators: bool = False) -> Outcome:
    """The project's state in figures, and the verdicts of its specification; with `annotators`, who said what."""
    project = Project.open(root)
    state, config = project.state, project.config
    now = time.time()
    parts.look_up(root, config)
    retrain, decision = deciding.trigger(project, now), deciding.decision(project, now)
    code, after = _next(project, retrain, decision.stops)
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
        models=tuple(_models(state)),
        biased=not (state.model and state.model.did.measured),
        retrain=retrain,
        stop=decision.verdicts,
        stopped=decision.stops,
        exit_code=code,
        measured=state.model.did.measured if state.model else None,
        forecast=state.model.did.forecast if state.model else None,
        guarded=state.model.did.guarded if state.model else None,
        minutes=round(state.minutes, 1),
        audit_out=len(state.audit & state.out),
        because=decision.because,
        amended=_amended(project),
        outdated=relabelling.outdated(state, how=True) or relabelling.doubted(state),
        queued=len(state.queued - state.out),
        unmeasured=len(state.queued & state.audit),
        reviewed=so_far.standing(project),
        people=_people(project) if annotators else None,
        next=after,
    )


def _people(project: Project) -> People:
    from alcli.campaign.reviewing.people import people  # numpy is not needed for the rest

    return people(project)


def _round(state: State, batch: Batch, now: float) -> RoundLine:
    answered = sum(asked.row in (state.settled if asked.purpose else state.answers) for asked in batch.rows)
    out = sum(asked.row in state.out and state.asked[asked.row].key == asked.key for asked in batch.rows)
    age = max(0.0, now - seconds(batch.time)) / 3600
    did = batch.did
    files = ", ".join(awaited(state, batch).values() or did.outputs.values() or [did.output])
    return RoundLine(did.round, batch.step, did.strategy, did.rows, answered, out, round(age, 2), files)


def _models(state: State) -> Iterator[ModelLine]:
    settings: Mapping[str, Any] | None = None
    for trained in state.models:
        if trained.settings != settings:  # they seldom change, and there may be hundreds of models
            settings = trained.settings
            config = configs.from_tree(settings, f"step {trained.step}")
        did = trained.did
        described, told = pairing.described(config, did.pair), pairing.told(config, did.contest)
        estimates = {name: e for name, e in did.measured.estimates.items() if ":" not in name} if did.measured else {}
        changed = trained.overtaken_in
        yield ModelLine(trained.step, did.n_labels, did.figures, described, told, estimates, changed)


def _amended(project: Project) -> str:
    """How the stopping rule differs from the one that init recorded, in words."""
    change = deciding.amended(project)
    if change is None:
        return ""
    since = f"since step {change.step}" if change.step else "for the next step"
    now, agreed = change.now, change.agreed
    return f"{since} it is {_rule(now, agreed)}; agreed at init: {_rule(agreed, now)}"


def _rule(stop: Stop, other: Stop) -> str:
    """What is not the same in another rule."""
    both = ("any", stop.any, other.any), ("all", stop.all, other.all)
    return ", ".join(f"{key} = {to_toml(parts)}" for key, parts, others in both if parts != others)


def _next(project: Project, retrain: Verdict, stopped: bool) -> tuple[int, str]:
    """The exit code and the command to type."""
    state = project.state
    enough = len(state.labels_by_class()) >= FEWEST_CLASSES
    if stopped:
        learns = state.changed and enough
        return STOPPED, "alcli retrain, then: alcli export" if learns else "alcli export"
    if retrain.fires and enough:
        return RETRAIN_DUE, "alcli retrain"
    last = next((batch for batch in reversed(state.batches) if awaited(state, batch)), None)
    if last:
        files = {name: project.root / file for name, file in awaited(state, last).items()}
        config = configs.from_tree(project.committed[last.step - 1].step.settings, f"step {last.step}")
        form = parts.load(project.root, "formats", config.handoff.format)
        return WAITING, f"label the rows in {to_label(files, form)}"
    if state.history(0).n_candidates == 0:
        return STOPPED, "alcli export (every row of the pool has been asked)"
    return READY, "alcli select"
