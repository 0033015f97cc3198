"""The verdicts of the specification: is a retrain due, may labelling end."""

from __future__ import annotations

from alcli.campaign import parts
from alcli.contracts import Verdict
from alcli.project.project import Project


def trigger(project: Project, now: float) -> Verdict:
    """Whether a retrain is due; `now` in seconds since 1970."""
    part = project.config.retrain.when
    with parts.blamed("retrain trigger", part.use):
        verdict = parts.load(project.root, "triggers", part).judge(project.state.history(now))
    return Verdict(verdict.fires, verdict.because, part.use)


def stopping(project: Project, now: float) -> list[Verdict]:
    """What each stopping criterion says; labelling may end when any of them fires."""
    history = project.state.history(now)
    verdicts = []
    for part in project.config.stop.any:
        with parts.blamed("stopping criterion", part.use):
            verdict = parts.load(project.root, "stopping", part).judge(history)
        verdicts.append(Verdict(verdict.fires, verdict.because, part.use))
    return verdicts
