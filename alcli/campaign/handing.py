"""A batch on its way to the annotators."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from alcli.campaign.choosing import Picked
from alcli.contracts import Handoff, HandoffRow
from alcli.core import keys
from alcli.errors import ConfigError, DataError, ProjectError
from alcli.project.config import Config
from alcli.project.project import SPECIFICATION, Project
from alcli.project.records import BatchRow


def hand_out(project: Project, config: Config, number: int, picked: Picked) -> tuple[Handoff, list[BatchRow]]:
    """The batch as annotators get it, and as the vault keeps it."""
    from alcli.project import pool

    columns = config.shown
    try:
        fetched = pool.fetch(project.shards, picked.rows, columns)
    except DataError as error:
        raise ConfigError(f"[handoff] show: {error.message}", error.hint) from error
    ids = [name or "" for name in fetched[pool.ROW_ID]]
    asked = [
        BatchRow(keys.key(project.state.project, number, place, id), row, id, utility, reason)
        for place, (row, id, utility, reason) in enumerate(
            zip(picked.rows, ids, picked.utility, picked.reasons, strict=True), 1
        )
    ]
    cells = [[cell or "" for cell in fetched[column]] for column in columns]
    texts = list(zip(*cells, strict=True)) if columns else [()] * len(ids)
    handoff = Handoff(
        id_column=config.id_name,
        shown_columns=columns,
        classes=config.labels.classes,
        rows=tuple(HandoffRow(a.key, a.id, t, a.reason) for a, t in zip(asked, texts, strict=True)),
    )
    return handoff, asked


def refuse_to_overwrite(path: Path) -> None:
    """A handoff file may be half labelled: it is never written over."""
    if path.exists():
        raise ProjectError(
            f"{path} is there already and may hold answers; nothing was written", f"move {path} away, or -o OTHERFILE"
        )


def refuse_to_replace(project: Project, path: Path, inputs: Sequence[Path] = ()) -> None:
    """What a command writes may replace what it wrote before, but no handoff, no specification and no input."""
    handed_out = [project.root / batch.did.output for batch in project.state.batches]
    for kept in (project.root / SPECIFICATION, *handed_out, *inputs):
        if path.resolve() == kept.resolve():
            raise ProjectError(f"{path} must not be replaced; nothing was written", "-o ANOTHERFILE")


def relative(path: Path, root: Path) -> str:
    """A file as a step records it: within the project as seen from its folder, so that a copy of it holds too."""
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return str(path.resolve())
