"""`add`: more unlabelled rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from alcli.campaign.joining import pooling
from alcli.campaign.learning import learned
from alcli.campaign.learning.tested import Kept
from alcli.contracts import Reading
from alcli.project.project import Project
from alcli.project.records import Overlap


@dataclass(frozen=True)
class Outcome:
    """What `add` brought: new rows, rows already known, rows with the content of an earlier one.

    `overlap` is what the files had in common with the test file, if there is one; `ignored` are columns that the pool
    does not have; `hindered` says why features could not be made yet; `readings` say how columns are
    read for them, and which cells of the new rows cannot be.
    """

    command: str
    rows: int
    known: int
    repeats: int
    contradicted: int
    duplicates: int
    labels: int
    ignored: tuple[str, ...]
    pool: int
    step: int | None
    overlap: Overlap | None = None
    hindered: str = ""
    readings: tuple[Reading, ...] = ()
    dry_run: bool = False
    next: str = ""


def add(
    root: Path,
    files: Sequence[Path],
    *,
    vectors: Path | None = None,
    dry_run: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    """Read more rows into the pool; known rows are passed over, changed content under a known id is refused."""
    project = Project.open(root)
    state, config = project.state, project.config
    step, hindered = None, ""
    readings: tuple[Reading, ...] = ()
    with project.vault.stage() as staging:
        did = pooling.stage(
            staging,
            files,
            config,
            first_row=state.n_rows,
            known=project.shards,
            vectors=vectors,
            seed=state.seed,
            drawn_below=state.drawn_below,
            closed=(state.answers.keys() | state.out) - state.audit,
            test=Kept.of(project),
            changes=state.relabelled,
        )
        if did.rows and not dry_run:
            step = project.commit(staging, project.step(did, config)).number
    if step is not None:
        joined = Project.open(root)
        hindered = learned.prepared_or_why(joined, progress)
        readings = () if hindered else learned.readings(joined, first_shard=len(project.shards))
    return Outcome(
        command="add",
        rows=did.rows,
        known=did.known,
        repeats=did.repeats,
        contradicted=did.contradicted,
        duplicates=did.duplicates,
        labels=did.labels,
        ignored=did.ignored,
        pool=state.n_rows + (did.rows if step else 0),
        step=step,
        overlap=did.overlap,
        hindered=hindered,
        readings=readings,
        dry_run=dry_run,
        next="mend that, or [features] in alcli.toml, then: alcli select" if hindered else "alcli select",
    )
