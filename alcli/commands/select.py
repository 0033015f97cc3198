"""`select`: choose the next batch and hand it out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from alcli import plugins
from alcli.campaign import deciding, grouping, parts
from alcli.campaign.choosing import Picked, choose
from alcli.campaign.exploring import with_audit
from alcli.campaign.filing import handoff_files, write_beside
from alcli.campaign.handing import hand_out, refuse_to_overwrite, relative, to_ingest
from alcli.campaign.matching import choose_matching
from alcli.campaign.quotas import choose_by_quota
from alcli.campaign.situation import Situation
from alcli.contracts import Handoff, Verdict
from alcli.core.answers import Standing
from alcli.errors import DataError, Fault, ProjectError
from alcli.project import durable
from alcli.project.config import Config, Part
from alcli.project.project import Project
from alcli.project.records import BATCH, SHOWN, BatchRow, BatchSelected, to_lines
from alcli.project.state import State


@dataclass(frozen=True)
class Chosen:
    """One row of the batch, best first; those of the `audit` sample were drawn at random and stand anywhere."""

    rank: int
    id: str
    key: str
    utility: float | None
    reason: str
    text: str
    audit: bool = False


@dataclass(frozen=True)
class Outcome:
    """What `select` did: the round, the files written, the rows, and how many of earlier rounds are still out.

    `stop` are the stopping criteria by which labelling has ended, in spite of which this was asked for.
    """

    command: str
    round: int
    step: int | None
    files: tuple[str, ...]
    rows: tuple[Chosen, ...]
    strategy: str
    cold_start: bool
    candidates: int
    asked_for: int
    still_out: int
    matching: str = ""
    n_matching: int = 0
    n_audit: int = 0
    stop: tuple[Verdict, ...] = ()
    dry_run: bool = False
    remade: bool = False
    classes: tuple[str, ...] = field(default=())
    next: str = ""


def select(
    root: Path,
    *,
    batch_size: int | None = None,
    strategy: str | None = None,
    ids: Path | None = None,
    matching: str | None = None,
    share: float = 0.3,
    format: str | None = None,
    output: Path | None = None,
    folder: Path | None = None,
    reissue: bool = False,
    dry_run: bool = False,
    engine: str = "local",
    anyway: bool = False,
) -> Outcome:
    """Choose up to `batch_size` candidates, commit the batch, write the handoff file.

    Where the stopping rule says that labelling ends, only `anyway`.

    The file goes to `output`, or under a name of ours into `folder` (else the project's).
    With `matching`, this share of the batch comes from the rows that match the pattern; with `ids`, exactly these rows.
    """
    project = Project.open(root)
    state = project.state
    config = _asked_for(project.config, batch_size, strategy, format or _format_of(output))
    parts.check(root, config)
    grouping.check(project.shards, config.guard)
    decision = deciding.decision(project, time.time())
    if decision.stops and not anyway:
        raise ProjectError(
            f"labelling has ended: {decision.because}",
            "alcli export; to go on all the same: alcli select --anyway, or another [stop] in alcli.toml",
        )
    number = state.n_batches_ever + 1
    form = parts.load(root, "formats", config.handoff.format)
    path = output or (folder or project.root) / f"round-{number:03d}{form.suffix}"
    if not dry_run:
        refuse_to_overwrite(path)
    if ids:
        picked = _exactly(project, ids)
    else:

        def chosen(these: Situation) -> Picked:
            return choose_matching(these, matching, share, engine) if matching else choose(these, engine)

        situation = Situation.of(project, config, reissue)
        picked = with_audit(situation, lambda these: choose_by_quota(these, chosen, engine))
    handoff, rows = hand_out(project, config, number, picked, path)
    files = handoff_files(form, handoff, path)
    step = None
    if not dry_run:
        did = BatchSelected(
            round=number,
            rows=len(rows),
            strategy=picked.strategy,
            format=config.handoff.format.use,
            output=relative(path, project.root),
            model=picked.model,
            candidates=picked.candidates,
            matching=matching or "",
            n_matching=picked.matching,
            n_audit=len(picked.audit),
        )
        write_beside(files, path)
        try:
            with project.vault.stage() as staging, durable.replacing(path) as draft:
                draft.write_bytes(files[path])
                durable.sync(draft)  # a disk that refuses the file is to refuse it before the commit
                (staging / BATCH).write_bytes(to_lines(rows))
                (staging / SHOWN).write_bytes(to_lines([row.shown for row in handoff.rows]))
                step = project.commit(staging, project.step(did, config), asks=picked.rows).number
        except OSError as refusal:
            if step is None:
                raise
            raise ProjectError(
                f"round {number} was chosen (step {step}), but {path} could not be written: {refusal.strerror}",
                "alcli select --remake",
            ) from refusal
    return Outcome(
        command="select",
        round=number,
        step=step,
        files=() if dry_run else tuple(map(str, files)),
        rows=_chosen(rows, handoff),
        strategy=picked.strategy,
        cold_start=picked.cold_start,
        candidates=picked.candidates,
        asked_for=len(rows) if ids else config.select.batch_size,
        still_out=len(state.out),
        matching=matching or "",
        n_matching=picked.matching,
        n_audit=len(picked.audit),
        stop=tuple(verdict for clause in decision.clauses for verdict in clause),
        dry_run=dry_run,
        classes=state.classes(config.labels.classes),
        next="alcli select" if dry_run else f"label the rows in {path}, then: alcli ingest {to_ingest(path, form)}",
    )


def _exactly(project: Project, ids: Path) -> Picked:
    """The rows named in a file, one id a line, in its order."""
    from alcli.project import pool

    try:
        lines = ids.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{ids} cannot be read: {error}", "wanted a text file, one id a line") from error
    wanted = {line: number for number, line in reversed(list(enumerate(lines, 1))) if line.strip()}
    if not wanted:
        raise DataError(f"{ids} names no id", "wanted a text file, one id a line")
    order = sorted(wanted, key=wanted.__getitem__)
    found = pool.find(project.shards, order)
    faults = [Fault(why, str(ids), wanted[name], name) for name in order if (why := _why_not(project, found.get(name)))]
    if faults:
        raise DataError(f"{ids}: {len(faults)} of {len(wanted)} ids cannot be asked", f"take them out of {ids}", faults)
    rows = [found[name] for name in order]
    return Picked(rows, [None] * len(rows), ["asked for by id"] * len(rows), "ids", len(rows))


def _why_not(project: Project, row: int | None) -> str:
    """Why a row may not be asked; nothing where it may."""
    if row is None:
        return "not in the pool"
    state = project.state
    content = project.first_of([row]).get(row, row)
    for other in (row, content, *project.twins_of([content])):
        who = "" if other == row else "a row with the same content is "
        if other in state.out:
            return f"{who}still out, in round {_round_of(state, other)}"
        if other in state.answers and state.resolved[other].standing is not Standing.CONFLICT:
            return f"{who}already {state.resolved[other].standing.value}"
    return ""


def _round_of(state: State, row: int) -> int:
    return next(batch.did.round for batch in reversed(state.batches) if any(a.row == row for a in batch.rows))


def _chosen(rows: Sequence[BatchRow], handoff: Handoff) -> tuple[Chosen, ...]:
    return tuple(
        Chosen(rank, asked.id, asked.key, asked.utility, asked.reason, " ".join(row.shown), asked.audit)
        for rank, (asked, row) in enumerate(zip(rows, handoff.rows, strict=True), 1)
    )


def _format_of(output: Path | None) -> str | None:
    """The built-in format that a file's name tells."""
    word = output.suffix[1:] if output else ""
    return word if word in plugins.names("formats") else None


def _asked_for(config: Config, batch_size: int | None, strategy: str | None, format: str | None) -> Config:
    """The specification with what this call asks for in its place; the step records it so."""
    chosen = replace(
        config.select,
        strategy=Part(parts.located(Path(), strategy)) if strategy else config.select.strategy,
        batch_size=batch_size or config.select.batch_size,
    )
    handoff = replace(config.handoff, format=Part(format)) if format else config.handoff
    return replace(config, select=chosen, handoff=handoff)
