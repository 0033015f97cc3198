"""`pull`: take in a model that was trained in a copy of the project."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from alcli.campaign.learning.pulling import Copy
from alcli.project.project import Project


@dataclass(frozen=True)
class PulledLine:
    """A retrain of the copy: its number `there`, and that of the `step` it became; None where it was not taken in."""

    there: int
    step: int | None
    time: str
    n_labels: int
    figures: Mapping[str, float]
    libraries: Mapping[str, str]


@dataclass(frozen=True)
class Outcome:
    """What `pull` took from the copy, oldest first.

    `common` is how many steps the two have in common, `meanwhile` how many came in here besides. `unlike` are the
    libraries of another version than those the newest of these models was made with.
    """

    command: str
    source: str
    common: int
    meanwhile: int
    pulled: tuple[PulledLine, ...]
    unlike: tuple[str, ...] = ()
    dry_run: bool = False
    next: str = ""


def pull(root: Path, source: Path, *, dry_run: bool = False) -> Outcome:
    """Check the copy's chain of steps against the project's and its files against its steps; take in its retrains."""
    project = Project.open(root)
    copy = Copy(project, source)
    common = copy.common
    taken = copy.check() if dry_run else copy.take()
    return Outcome(
        command="pull",
        source=str(source),
        common=common,
        meanwhile=len(project.committed) - common,
        pulled=tuple(
            PulledLine(p.there, p.step, p.time, p.did.n_labels, p.did.figures, p.did.libraries) for p in taken
        ),
        unlike=_unlike(taken[-1].did.libraries) if taken else (),
        dry_run=dry_run,
        next=f"alcli pull {shlex.quote(str(source))}" if dry_run and taken else "alcli status",
    )


def _unlike(libraries: Mapping[str, str]) -> tuple[str, ...]:
    here = {name: _version(name) for name in libraries}
    return tuple(f"{name} {there} there, {here[name]} here" for name, there in libraries.items() if here[name] != there)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "none"
