"""`labels`: the classes, and how they change while the campaign is under way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from alcli.campaign.reclassing import Change, Reclassing, speak_of
from alcli.campaign.respecifying import respecified, respecify
from alcli.contracts import FEWEST_CLASSES
from alcli.errors import ProjectError
from alcli.project import amending
from alcli.project.config import Config
from alcli.project.project import SPECIFICATION, Project
from alcli.project.records import Entry, LabelsChanged
from alcli.project.relabelling import described, outdated, typed
from alcli.project.state import State, replay


@dataclass(frozen=True)
class ClassLine:
    """A class, its labels, and what annotators are told of it."""

    name: str
    labels: int
    about: str = ""


@dataclass(frozen=True)
class ChangeLine:
    """A change of the classes, in words: `rows` labels changed with it, `queued` rows lost theirs."""

    step: int
    time: str
    said: str
    rows: int
    queued: int


@dataclass(frozen=True)
class Outcome:
    """The classes as they are, and what `labels` changed: nothing where it lists them.

    `rows` labels changed, `queued` rows lost theirs; `waiting` ones, of all changes, are still to be asked again. `out`
    rows are with annotators, whose files speak of the classes as they were: what is said in the old way there is
    "understood", or "refused", or, where the class itself stays for the rest, "narrowed". `outdated` says why the model
    is used no more. `mended`: the step was there already, and `alcli.toml` alone was written.
    """

    command: str
    classes: tuple[ClassLine, ...]
    fixed: bool
    changes: tuple[ChangeLine, ...]
    change: str = ""
    said: str = ""
    step: int | None = None
    rows: int = 0
    queued: int = 0
    waiting: int = 0
    out: int = 0
    old_names: str = ""
    warnings: tuple[str, ...] = ()
    outdated: str = ""
    mended: bool = False
    dry_run: bool = False
    next: str = ""


def labels(root: Path) -> Outcome:
    """The classes, their labels, and the changes so far; writes nothing."""
    project = Project.open(root)
    return _outcome(project.config, project.state)


def change(
    root: Path,
    what: Change,
    names: Sequence[str],
    into: Sequence[str] = (),
    *,
    skip: bool = False,
    dry_run: bool = False,
) -> Outcome:
    """Change the classes by a new step, and in `alcli.toml`, of which comments and layout stay.

    `names` are the classes that change, or are added, `into` what becomes of them. What was labelled as a class that is
    split or retired is asked again; where it is retired with `skip`, it counts as "cannot be labelled".
    Typed again after a kill before `alcli.toml` was written, it writes that.
    """
    project = Project.open(root)
    state = project.state
    behind = amending.pending(project.specification, state.relabelled)
    if behind and _asks_for(behind.did, what, names, into, skip):
        now = amending.mended(project.specification, state.relabelled)
        if not dry_run:
            respecify(root, now)
        return _outcome(now, state, behind.did, mended=True, dry_run=dry_run)
    config = project.config
    asked = Reclassing(config, state)
    did = asked.change(what, names, into, skip)
    now = amending.changed(config, did)
    did = msgspec.structs.replace(did, classes=now.labels.classes)
    after = _after(project, did, now)
    lost = after.lost.keys() - state.lost.keys()
    moved = sum(after.labels.get(row) != label for row, label in state.labels.items() if row not in lost)
    did = msgspec.structs.replace(did, rows=moved, queued=len(lost))
    step = None
    if dry_run:
        after = _after(project, did, now)
    else:
        step = _commit(project, did, now)
        after = Project.open(root).state
    warnings = (*asked.warnings, *_warnings(config, now, after, did))
    return _outcome(now, after, did, step=step, warnings=warnings, dry_run=dry_run)


def _commit(project: Project, did: LabelsChanged, now: Config) -> int:
    """The new step, and then `alcli.toml`."""
    step = 0
    try:
        with project.vault.stage() as staging, respecified(project.root, now):
            step = project.commit(staging, project.step(did, now)).number
    except OSError as refusal:
        if not step:
            raise
        why = f"step {step} stands, but {project.root / SPECIFICATION} could not be written: {refusal.strerror}"
        raise ProjectError(why, typed(did)) from refusal
    return step


def _after(project: Project, did: LabelsChanged, now: Config) -> State:
    """The state that the change leaves."""
    made = Entry(project.state.last + 1, project.step(did, now))
    return replay([*project.entries, made], project.rule)


def _asks_for(did: LabelsChanged, what: Change, names: Sequence[str], into: Sequence[str], skip: bool) -> bool:
    """Whether these words are those of a change that was made."""
    if what != did.change or skip != did.skipped:
        return False
    if what == "add":
        return {*names} == {*did.into}
    target = {did.becomes} if did.becomes is not None else {*did.into}
    return {*names} - target == {*did.of} - target and {*into} == target


def _warnings(before: Config, now: Config, after: State, did: LabelsChanged) -> list[str]:
    """What a person should know who changed the classes so."""
    found = speak_of(before, did)
    classes = after.classes(now.labels.classes)
    if before.labels.classes and not now.labels.classes:
        found.append("no class is left: from here on the answers bring them")
    elif len(classes) < FEWEST_CLASSES:
        left = f"only {classes[0]!r} is left" if classes else "no class is left"
        found.append(f"{left}: a model needs two")
    untold = [name for name in did.into if name not in now.labels.guide]
    if before.labels.guide and untold:
        found.append(f"[labels] guide tells annotators nothing of {', '.join(map(repr, untold))}")
    return found


def _outcome(
    config: Config,
    state: State,
    did: LabelsChanged | None = None,
    *,
    step: int | None = None,
    warnings: Sequence[str] = (),
    mended: bool = False,
    dry_run: bool = False,
) -> Outcome:
    counts = state.labels_by_class()
    names = dict.fromkeys((*state.classes(config.labels.classes), *counts))
    guide = config.labels.guide
    why = outdated(state, how=True)
    return Outcome(
        command="labels",
        classes=tuple(
            ClassLine(name, counts.get(name, 0), guide[name].about if name in guide else "") for name in names
        ),
        fixed=bool(config.labels.classes),
        changes=tuple(ChangeLine(c.step, c.time, described(c.did), c.did.rows, c.did.queued) for c in state.relabelled),
        change=did.change if did else "",
        said=described(did) if did else "",
        step=step,
        rows=did.rows if did else 0,
        queued=did.queued if did else 0,
        waiting=len(state.queued - state.out),
        out=len(state.out),
        old_names=_old_names(did) if did else "",
        warnings=tuple(warnings),
        outdated=why,
        mended=mended,
        dry_run=dry_run,
        next=_next(state, why, did, dry_run),
    )


def _old_names(did: LabelsChanged) -> str:
    """What becomes of the old names in files that are out; "" where none was changed."""
    if not did.of:
        return ""
    if not {*did.of}.isdisjoint(did.into):
        return "narrowed"
    return "understood" if did.becomes is not None or did.skipped else "refused"


def _next(state: State, why: str, did: LabelsChanged | None, dry_run: bool) -> str:
    if did and dry_run:
        return typed(did)
    if why and len(state.labels_by_class()) >= FEWEST_CLASSES:
        return "alcli retrain"
    return "alcli select" if state.queued - state.out else "alcli status"
