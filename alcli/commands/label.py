"""`label`: label a handoff file in the terminal."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from alcli.campaign.handoff.desk import Desk
from alcli.project.project import Project


@dataclass(frozen=True)
class Outcome:
    """How far the file is: its rows, those with a label, and the answers `given` in this sitting."""

    command: str
    file: str
    rows: int
    labelled: int
    given: int
    next: str = ""


def label(root: Path, file: Path, *, annotator: str, login: str = "", sit: Callable[[Desk], None]) -> Outcome:
    """Let the annotator `sit` at the desk with this file until they leave; the file holds every answer given.

    Where no annotator is named it is the one whom the file is for, else the one at this `login`.
    """
    desk = Desk.of(file, Project.open(root), annotator, login)
    sit(desk)
    done, rows = desk.sheet.n_labelled, len(desk.sheet.answers)
    named = shlex.quote(str(file))
    return Outcome("label", str(file), rows, done, desk.given, f"alcli {'ingest' if done == rows else 'label'} {named}")
