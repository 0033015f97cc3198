"""`log`: the row of steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from alcli.project.project import Project
from alcli.project.records import LabelsChanged, StepUndone
from alcli.project.vault import Committed


@dataclass(frozen=True)
class LogLine:
    """One step; `changed` are the sections of the specification that were edited since the one before."""

    step: int
    verb: str
    time: str
    did: Mapping[str, Any]
    undone: bool
    settings: Mapping[str, Any]
    based_on: int
    version: str
    sha256: str
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """The steps, oldest first; with `verify`, every way in which they are not what was committed."""

    command: str
    steps: tuple[LogLine, ...]
    verified: bool
    faults: tuple[str, ...]
    exit_code: int = 0
    next: str = ""

    @property
    def refused(self) -> bool:
        """Whether something is damaged."""
        return bool(self.faults)


def log(root: Path, *, verify: bool = False) -> Outcome:
    """Read the row of steps; `verify` reads every byte and compares it with what was committed."""
    project = Project.open(root)
    faults = tuple(project.vault.faults()) if verify else ()
    undone = {c.step.did.step for c in project.committed if isinstance(c.step.did, StepUndone)}
    return Outcome(
        command="log",
        steps=tuple(
            _line(made, undone, changed)
            for made, changed in zip(project.committed, _edited(project.committed), strict=True)
        ),
        verified=verify,
        faults=faults,
        exit_code=4 if faults else 0,
        next="restore the .alcli folder from a copy" if faults else "alcli status",
    )


def _line(committed: Committed, undone: set[int], changed: tuple[str, ...]) -> LogLine:
    step = committed.step
    did = msgspec.to_builtins(step.did)
    return LogLine(
        step=committed.number,
        verb=step.verb,
        time=step.time,
        did={key: value for key, value in did.items() if key != "verb"},
        undone=committed.number in undone,
        settings=step.settings,
        based_on=step.based_on,
        version=step.version,
        sha256=committed.sha,
        changed=changed,
    )


def _edited(row: Sequence[Committed]) -> Iterator[tuple[str, ...]]:
    """Of each step the sections that differ from what was recorded before.

    Those that a call may override for itself are passed over, and what a change of the classes, or its undo, wrote.
    """
    known: dict[str, Any] = {}
    for committed in row:
        did, settings = committed.step.did, committed.step.settings
        source = row[did.step - 1].step.did if isinstance(did, StepUndone) else did
        passed = {"select", "handoff"} | ({"answers"} if committed.step.verb == "select" else set())
        now = {name: value for name, value in settings.items() if name not in passed}
        different = (name for name, value in now.items() if known.get(name, value) != value)
        yield tuple(name for name in different if name != "labels" or not isinstance(source, LabelsChanged))
        known |= now
