"""`undo`: take a step back, by a new step."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alcli.campaign.respecifying import respecify, restore
from alcli.project import amending
from alcli.project import config as configs
from alcli.project.config import Config
from alcli.project.project import Project
from alcli.project.records import LabelsChanged, StepUndone
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
    """Take back this step, or the newest; refused where a later step needs it.

    With a change of the classes `alcli.toml` is put back too, but for what was edited in it since.
    """
    project = Project.open(root)
    chosen = undoable(project.entries, step)
    did = chosen.step.did
    config = _before(project, chosen.number, did) if isinstance(did, LabelsChanged) else project.config
    number = None
    if not dry_run:
        # first the file: one that does not know of a step is refused, one that knows of a step undone is not
        stood = respecify(root, config) if isinstance(did, LabelsChanged) else None
        try:
            with project.vault.stage() as staging:
                number = project.commit(staging, project.step(StepUndone(chosen.number), config)).number
        except BaseException:  # Ctrl-C too: the file is to say what the steps say
            if stood is not None:
                restore(root, stood)
            raise
    return Outcome("undo", chosen.number, chosen.step.verb, number, dry_run, next="alcli status")


def _before(project: Project, step: int, did: LabelsChanged) -> Config:
    """The specification without the change of the classes that a step made."""
    before = configs.from_tree(project.committed[step - 2].step.settings, f"step {step - 1}")
    return amending.taken_back(project.specification, before, amending.changed(before, did))
