"""A batch on its way to the annotators."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from alcli.campaign.choosing.picked import Picked
from alcli.campaign.learning.learned import Learned
from alcli.contracts import Handoff, HandoffRow
from alcli.core.handoff import keys
from alcli.errors import ConfigError, DataError, ProjectError
from alcli.project.config import Config
from alcli.project.project import SPECIFICATION, Project
from alcli.project.records import BatchRow

Purpose: TypeAlias = Literal["review", "adjudicate"]


@dataclass(frozen=True)
class Handout:
    """A round as it goes out: its rows, the texts shown of each, and the specification that its step records."""

    round: int
    config: Config
    rows: Sequence[BatchRow]
    texts: Sequence[tuple[str, ...]]


def hand_out(
    project: Project,
    config: Config,
    picked: Picked,
    dealt: Sequence[tuple[str, ...]] = (),
    again: Purpose = "review",
) -> Handout:
    """The next round, of these rows; `dealt` are the annotators who are asked each of them, where that is fixed, and
    `again` is why some are among them that have answers already: one more is awaited of each.
    """
    from alcli.project import pool

    columns = config.shown
    try:
        fetched = pool.fetch(project.shards, picked.rows, columns)
    except DataError as error:
        raise ConfigError(f"[handoff] show: {error.message}", error.hint) from error
    number = project.state.n_batches_ever + 1
    ids = [name or "" for name in fetched[pool.ROW_ID]]
    # told of all or of none, lest those that are asked again are known by it
    told = {} if picked.again.issuperset(picked.rows) else _predicted(project, picked.rows)
    rows = []
    for at, row in enumerate(picked.rows):
        predicted, confidence = told.get(row, (None, None))
        to = dealt[at] if dealt else ()
        rows.append(
            BatchRow(
                key=keys.key(project.state.project, number, at + 1, ids[at]),
                row=row,
                id=ids[at],
                utility=picked.utility[at],
                reason=picked.reasons[at],
                audit=row in picked.audit,
                predicted=predicted,
                confidence=confidence,
                wanted=1 if row in picked.again else len(to) or config.answers.per_row,
                to=to,
                purpose=again if row in picked.again else "",
            )
        )
    cells = [[cell or "" for cell in fetched[column]] for column in columns]
    texts = list(zip(*cells, strict=True)) if columns else [()] * len(ids)
    return Handout(number, config, rows, texts)


def handoff_at(path: Path, project: Project, handout: Handout, annotator: str = "") -> Handoff:
    """The rows as the file at `path` hands them out; with an `annotator`, theirs.

    Annotators get no reasons: these would tell the rows that were chosen from those that were drawn to measure by.
    """
    config = handout.config
    photos = project.root / config.features.images.params.get("folder", ".")
    return Handoff(
        id_column=config.id_name,
        shown_columns=config.shown,
        classes=config.labels.classes,
        rows=tuple(
            HandoffRow(asked.key, asked.id, shown, predicted=asked.predicted, confidence=asked.confidence)
            for asked, shown in zip(handout.rows, handout.texts, strict=True)
            if not annotator or annotator in asked.to
        ),
        guide=config.labels.guide,
        skip=next(iter(config.labels.skip), ""),
        images=config.pool.images,
        folder=Path(os.path.relpath(photos, path.parent)).as_posix(),
        annotator=annotator,
    )


def _predicted(project: Project, rows: Sequence[int]) -> dict[int, tuple[str, float]]:
    """What the model in use says of each row, and how sure it is; nothing where there is none."""
    if not project.state.model or not rows:
        return {}
    model = Learned.of(project, project.state.model)
    proba = model.confidence(model.features.of_rows(project.shards, rows))
    best, sure = proba.argmax(axis=1).tolist(), proba.max(axis=1).tolist()
    return {row: (model.classes[k], round(p, 4)) for row, k, p in zip(rows, best, sure, strict=True)}


def refuse_to_overwrite(path: Path) -> None:
    """A handoff file may be half labelled: it is never written over."""
    if path.exists():
        raise ProjectError(
            f"{path} is there already and may hold answers; nothing was written", f"move {path} away, or -o OTHERFILE"
        )


def refuse_to_replace(project: Project, path: Path, inputs: Sequence[Path] = ()) -> None:
    """What a command writes may replace what it wrote before, but no step, specification, handoff or input."""
    batches = (batch.did for batch in project.state.batches)
    handed_out = [project.root / name for did in batches for name in (did.output, *did.outputs.values())]
    whole = path.resolve()
    for kept in (project.root / ".alcli", project.root / SPECIFICATION, *handed_out, *inputs):
        if whole.is_relative_to(kept.resolve()):
            raise ProjectError(f"{path} must not be replaced; nothing was written", "-o ANOTHERFILE")


def relative(path: Path, root: Path) -> str:
    """A file as a step records it: within the project as seen from its folder, so that a copy of it holds too."""
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return str(path.resolve())
