"""`undo`: take a step back, by a new step."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alcli.project.project import Project
from alcli.project.records import StepUndone
from alcli.project.undoing import undoable


@dataclass(frozen=True)
class Outcome:
    """What `undo` took back."""

    command: str
    undone: int
    verb: str
    step: int | None
    dry_run: bool = False
    next: str = ""


def undo(root: Path, *, step: int | None = None, dry_run: bool = False) -> Outcome:
    """Take back this step, or the newest; refused where a later step needs it."""
    project = Project.open(root)
    chosen = undoable(project.entries, step)
    number = None
    if not dry_run:
        with project.vault.stage() as staging:
            number = project.commit(staging, project.step(StepUndone(chosen.number), project.config)).number
    return Outcome("undo", chosen.number, chosen.step.verb, number, dry_run, next="alcli status")
