"""`select --remake`: the handoff files of the last round again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alcli.campaign.handoff.filing import each_of, files_of, write_missing
from alcli.campaign.handoff.handing import Handout
from alcli.errors import ProjectError
from alcli.project.config import from_tree
from alcli.project.project import Project, shown


@dataclass(frozen=True)
class Outcome:
    """Which round's files were written again, and where; those `kept` were there and have changed."""

    command: str
    round: int
    step: int
    files: tuple[str, ...]
    rows: int
    still_out: int
    remade: bool
    kept: tuple[str, ...] = ()
    next: str = ""


def remake(root: Path, *, output: Path | None = None) -> Outcome:
    """Write the last round's handoff files again, byte for byte; to `output`, or called after it.

    Where only some are lost, those that were labelled meanwhile are left alone.
    """
    project = Project.open(root)
    state = project.state
    if not state.batches:
        raise ProjectError("no batch has been handed out yet", "alcli select")
    batch = state.batches[-1]
    made = project.committed[batch.step - 1]
    handout = Handout(batch.did.round, from_tree(made.step.settings, f"step {batch.step}"), batch.rows, shown(made))
    were = {name: project.root / file for name, file in (batch.did.outputs or {"": batch.did.output}).items()}
    paths = each_of(output, list(batch.did.outputs), exactly=True) if output else were
    files = files_of(project, handout, paths)
    lost = {path: data for path, data in files.handoffs.items() if not path.exists()}
    write_missing({**files.beside, **(lost if lost and not output else files.handoffs)})
    kept = tuple(str(path) for path, data in files.handoffs.items() if path.read_bytes() != data)
    return Outcome(
        command="select",
        round=batch.did.round,
        step=batch.step,
        files=tuple(name for name in files.names if name not in kept),
        rows=len(batch.rows),
        still_out=len(state.out),
        remade=True,
        kept=kept,
        next=files.next,
    )
