"""`select --remake`: the last handoff file again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alcli.campaign import parts
from alcli.campaign.filing import handoff_files, write_beside
from alcli.campaign.handing import handoff_at, refuse_to_overwrite, to_ingest
from alcli.errors import ProjectError
from alcli.project import durable
from alcli.project.config import from_tree
from alcli.project.project import Project, shown


@dataclass(frozen=True)
class Outcome:
    """Which round's file was written again, and where."""

    command: str
    round: int
    step: int
    files: tuple[str, ...]
    rows: int
    still_out: int
    remade: bool
    next: str = ""


def remake(root: Path, *, output: Path | None = None) -> Outcome:
    """Write the last handoff file again, byte for byte."""
    project = Project.open(root)
    state = project.state
    if not state.batches:
        raise ProjectError("no batch has been handed out yet", "alcli select")
    batch = state.batches[-1]
    config = from_tree(project.committed[batch.step - 1].step.settings, f"step {batch.step}")
    form = parts.load(root, "formats", config.handoff.format)
    path = output or project.root / batch.did.output
    handoff = handoff_at(path, project, config, batch.rows, shown(project.committed[batch.step - 1]))
    files = handoff_files(form, handoff, path)
    write_beside(files, path)
    if not path.exists() or path.read_bytes() != files[path]:
        refuse_to_overwrite(path)
        with durable.replacing(path) as draft:
            draft.write_bytes(files[path])
    return Outcome(
        command="select",
        round=batch.did.round,
        step=batch.step,
        files=tuple(map(str, files)),
        rows=len(batch.rows),
        still_out=len(state.out),
        remade=True,
        next=f"label the rows in {path}, then: alcli ingest {to_ingest(path, form)}",
    )
