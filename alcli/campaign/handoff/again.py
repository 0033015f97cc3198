"""Rows that have answers already, handed out once more: for a second look at a label, or to settle a conflict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from alcli.campaign import parts
from alcli.campaign.choosing.picked import Picked
from alcli.campaign.handoff.filing import files_of, refuse_any, send
from alcli.campaign.handoff.handing import Handout, Purpose, hand_out
from alcli.project.config import Config
from alcli.project.project import Project


@dataclass(frozen=True)
class HandedOut:
    """The round that the rows make, its step (None in a dry run), the files written, the command to type `next`."""

    handout: Handout
    step: int | None
    files: tuple[str, ...]
    next: str


def hand_out_again(
    project: Project,
    config: Config,
    rows: Sequence[int],
    purpose: Purpose,
    reasons: Sequence[str],
    *,
    extra: tuple[str, Sequence[str]] | None = None,
    path: Path | None = None,
    dry_run: bool = False,
) -> HandedOut:
    """Hand out these rows of the pool in one file, for whoever takes it; what comes back outranks what stands.

    `extra` is a column to show beside the pool's own: its name and a text for each row. Where the pool shows a column
    of that name already, it gets another. The file goes to `path`, else under a name of ours into the project's folder.
    In format and settings it follows `config`; `filing.in_format` puts the format of a call there.

    Raises `ProjectError` where a file is there already, `ProjectMoved` where a row was answered meanwhile.
    """
    parts.check(project.root, config)
    form = parts.load(project.root, "formats", config.handoff.format)
    number = project.state.n_batches_ever + 1
    path = path or project.root / f"round-{number:03d}-{purpose}{form.suffix}"
    if not dry_run:
        refuse_any([path])
    picked = Picked.unscored(rows, reasons, purpose, again=True)
    handout = hand_out(project, config, picked, again=purpose)
    if extra:
        handout = _showing(handout, *extra)
    files = files_of(project, handout, {"": path})
    step = None if dry_run else send(project, handout, picked, files)
    return HandedOut(handout, step, () if dry_run else files.names, files.next)


def _showing(handout: Handout, name: str, texts: Sequence[str]) -> Handout:
    """The same with one column more, which the step records among those that were shown."""
    config = handout.config
    taken = {column.casefold() for column in (config.id_name, *config.shown)}
    while name.casefold() in taken:
        name = f"{name}_"
    shown = replace(config, handoff=replace(config.handoff, show=(*config.shown, name)))
    rows = [(*cells, text) for cells, text in zip(handout.texts, texts, strict=True)]
    return replace(handout, config=shown, texts=rows)
