"""A batch on its way to the annotators."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path

from alcli.campaign.choosing import Picked
from alcli.campaign.learned import Learned
from alcli.contracts import Format, Handoff, HandoffRow
from alcli.core import keys
from alcli.errors import ConfigError, DataError, ProjectError
from alcli.project.config import Config
from alcli.project.project import SPECIFICATION, Project
from alcli.project.records import BatchRow


def hand_out(
    project: Project, config: Config, number: int, picked: Picked, path: Path
) -> tuple[Handoff, list[BatchRow]]:
    """The batch as annotators get it, in a file at `path`, and as the vault keeps it.

    Annotators get no reasons: these would tell the rows that were chosen from those that were drawn to measure by.
    """
    from alcli.project import pool

    columns = config.shown
    try:
        fetched = pool.fetch(project.shards, picked.rows, columns)
    except DataError as error:
        raise ConfigError(f"[handoff] show: {error.message}", error.hint) from error
    ids = [name or "" for name in fetched[pool.ROW_ID]]
    predicted = _predicted(project, picked.rows)

    def key(place: int, id: str) -> str:
        return keys.key(project.state.project, number, place, id)

    picked_rows = zip(picked.rows, ids, picked.utility, picked.reasons, predicted, strict=True)
    asked = [
        BatchRow(key(place, id), row, id, utility, reason, row in picked.audit, *said)
        for place, (row, id, utility, reason, said) in enumerate(picked_rows, 1)
    ]
    cells = [[cell or "" for cell in fetched[column]] for column in columns]
    texts = list(zip(*cells, strict=True)) if columns else [()] * len(ids)
    return handoff_at(path, project, config, asked, texts), asked


def handoff_at(
    path: Path, project: Project, config: Config, asked: Sequence[BatchRow], texts: Iterable[tuple[str, ...]]
) -> Handoff:
    """Rows and the texts shown of them, as the file at `path` hands them out."""
    photos = project.root / config.features.images.params.get("folder", ".")
    return Handoff(
        id_column=config.id_name,
        shown_columns=config.shown,
        classes=config.labels.classes,
        rows=tuple(
            HandoffRow(a.key, a.id, shown, predicted=a.predicted, confidence=a.confidence)
            for a, shown in zip(asked, texts, strict=True)
        ),
        guide=config.labels.guide,
        skip=next(iter(config.labels.skip), ""),
        images=config.pool.images,
        folder=Path(os.path.relpath(photos, path.parent)).as_posix(),
    )


def to_ingest(path: Path, form: Format) -> str:
    """The name of the file that comes back, for a shell; a format that is not handed in itself says how it ends."""
    return shlex.quote(str(path.with_name(path.stem + getattr(form, "returns", path.suffix))))


def _predicted(project: Project, rows: Sequence[int]) -> list[tuple[str | None, float | None]]:
    """What the model in use says of each row, and how sure it is."""
    if not project.state.model or not rows:
        return [(None, None)] * len(rows)
    model = Learned.of(project, project.state.model)
    proba = model.confidence(model.features.of_rows(project.shards, rows))
    best = proba.argmax(axis=1).tolist()
    return [(model.classes[k], round(float(p), 4)) for k, p in zip(best, proba.max(axis=1), strict=True)]


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
