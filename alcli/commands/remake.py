"""`select --remake`: the last handoff file again."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from alcli.campaign import parts
from alcli.campaign.handing import refuse_to_overwrite
from alcli.contracts import Handoff, HandoffRow
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
    handoff = Handoff(
        id_column=config.id_name,
        shown_columns=config.shown,
        classes=config.labels.classes,
        rows=tuple(
            HandoffRow(asked.key, asked.id, texts, asked.reason)
            for asked, texts in zip(batch.rows, shown(project.committed[batch.step - 1]), strict=True)
        ),
    )
    text = form.write(handoff).encode()
    if not path.exists() or path.read_bytes() != text:
        refuse_to_overwrite(path)
        with durable.replacing(path) as draft:
            draft.write_bytes(text)
    return Outcome(
        command="select",
        round=batch.did.round,
        step=batch.step,
        files=(str(path),),
        rows=len(batch.rows),
        still_out=len(state.out),
        remade=True,
        next=f"label the rows in {path}, then: alcli ingest {shlex.quote(str(path))}",
    )
