"""The verdicts of the specification: is a retrain due, may labelling end, and is that by the rule agreed at first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from alcli import plugins
from alcli.campaign import parts
from alcli.contracts import FEWEST_CLASSES, RoundHistory, Verdict
from alcli.errors import ConfigError
from alcli.project import config as configs
from alcli.project import relabelling
from alcli.project.config import Part, Stop
from alcli.project.project import Project
from alcli.project.state import State
from alcli.project.vault import Committed


def trigger(project: Project, now: float) -> Verdict:
    """Whether a retrain is due; `now` in seconds since 1970.

    It is, whatever the trigger says, where the classes changed so that the last model is used no more, or does not know
    classes that have labels by now; and where labels that it learned from were taken back, or all of a class went.
    """
    part = project.config.retrain.when
    with parts.blamed("retrain trigger", part.use):
        verdict = parts.load(project.root, "triggers", part).judge(project.state.history(now))
    why = relabelling.outdated(project.state) or relabelling.unlearned(project.state) or _unfounded(project.state)
    if why and len(project.state.labels_by_class()) >= FEWEST_CLASSES:
        return Verdict(True, why, part.use)
    return Verdict(verdict.fires, verdict.because, part.use)


def _unfounded(state: State) -> str:
    """Which labels the model in use learned from that are none any more; "" where it is as its labels are."""
    if state.model is None:
        return ""
    n = len(state.taken_back)
    if n:
        return f"{n} label{' was' if n == 1 else 's were'} taken back that the model of step {state.model.step} learned"
    there = state.labels_by_class()
    gone = next((name for name in state.model.did.classes if name not in there), None)
    return f"the model of step {state.model.step} knows {gone!r}, of which there is no label now" if gone else ""


@dataclass(frozen=True)
class Decision:
    """Whether labelling may end: when one criterion of `any` fires, or every one of `all`, if there are any.

    >>> spent, flat = Verdict(True, "2000 of 2000 labels spent", "budget"), Verdict(False, "...", "plateau")
    >>> decision = Decision(any=(spent,), all=(flat,))
    >>> decision.stops, decision.because
    (True, '2000 of 2000 labels spent (budget)')
    """

    any: tuple[Verdict, ...] = ()
    all: tuple[Verdict, ...] = ()

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Those of `any`, then those of `all`."""
        return (*self.any, *self.all)

    @property
    def clauses(self) -> tuple[tuple[Verdict, ...], ...]:
        """What ends labelling: each of `any` that fires, by itself; and `all` together, if they all fire."""
        alone = tuple((verdict,) for verdict in self.any if verdict.fires)
        together = bool(self.all) and all(verdict.fires for verdict in self.all)
        return (*alone, self.all) if together else alone

    @property
    def stops(self) -> bool:
        """Whether labelling may end."""
        return bool(self.clauses)

    @property
    def because(self) -> str:
        """What ends labelling, with the figures and the names; "" where nothing does."""
        said = ([f"{verdict.because} ({verdict.name})" for verdict in clause] for clause in self.clauses)
        return "; ".join(map(" and ".join, said))


def decision(project: Project, now: float, as_if_answered: bool = False) -> Decision:
    """What the stopping criteria say, and what follows; `now` in seconds since 1970.

    `as_if_answered`: as if the rows that are out had been labelled, which is what they will cost.
    """
    stop, history = project.config.stop, project.state.history(now)
    if as_if_answered:
        out = len(project.state.out - project.state.blank)
        history = replace(history, n_labels=history.n_labels + out, n_answers=history.n_answers + out)
    return Decision(
        any=tuple(_verdict(project.root, part, history) for part in stop.any),
        all=tuple(_verdict(project.root, part, history) for part in stop.all),
    )


def _verdict(root: Path, part: Part, history: RoundHistory) -> Verdict:
    with parts.blamed("stopping criterion", part.use):
        verdict = parts.load(root, "stopping", part).judge(history)
    return Verdict(verdict.fires, verdict.because, part.use)


@dataclass(frozen=True)
class Amended:
    """When labelling may end is no longer what was `agreed` at init, but what it is `now`.

    `step` is the first that was made under a rule other than the one agreed; None where no step has been made since.
    """

    agreed: Stop
    now: Stop
    step: int | None


def amended(project: Project) -> Amended | None:
    """How `[stop]` differs from what init recorded; None where it does not.

    Parameters left out count as their defaults; the order of criteria counts for nothing.
    """
    first = project.committed[0]
    agreed, now = _recorded(project, first), _completed(project.root, project.config.stop)
    if _same(agreed, now):
        return None
    written = first.step.settings["stop"]
    others = (
        c.number
        for c in project.committed[1:]
        if c.step.settings["stop"] != written and not _same(agreed, _recorded(project, c))
    )
    return Amended(agreed, now, next(others, None))


def _recorded(project: Project, made: Committed) -> Stop:
    """The rule under which a step was made."""
    stop = configs.from_tree({"stop": made.step.settings["stop"]}, f"step {made.number}").stop
    return _completed(project.root, stop)


def _completed(root: Path, stop: Stop) -> Stop:
    """The rule with every default written out, of the parts that can still be found."""

    def full(part: Part) -> Part:
        try:
            return Part(part.use, {**plugins.defaults("stopping", parts.located(root, part.use)), **part.params})
        except ConfigError:
            return part

    return Stop(any=tuple(map(full, stop.any)), all=tuple(map(full, stop.all)))


def _same(one: Stop, other: Stop) -> bool:
    return _same_parts(one.any, other.any) and _same_parts(one.all, other.all)


def _same_parts(some: Sequence[Part], others: Sequence[Part]) -> bool:
    return all(part in others for part in some) and all(part in some for part in others)
