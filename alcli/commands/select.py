"""`select`: choose the next batch and hand it out."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from alcli.campaign import deciding, grouping, parts
from alcli.campaign.choosing import dealing_out
from alcli.campaign.choosing.exploring import with_audit
from alcli.campaign.choosing.matching import choose_matching
from alcli.campaign.choosing.named import pick_named
from alcli.campaign.choosing.over_shards import choose
from alcli.campaign.choosing.picked import Picked
from alcli.campaign.choosing.queueing import with_queued
from alcli.campaign.choosing.quotas import choose_by_quota
from alcli.campaign.choosing.relooking import with_relooks
from alcli.campaign.choosing.situation import Situation
from alcli.campaign.handoff.filing import each_of, files_of, in_format, refuse_any, send
from alcli.campaign.handoff.handing import Handout, hand_out
from alcli.contracts import Verdict
from alcli.errors import ProjectError
from alcli.project.config import Answers, Config, Part
from alcli.project.project import Project


@dataclass(frozen=True)
class Chosen:
    """One row of the batch, best first; those of the `audit` sample were drawn at random and stand anywhere.

    `to` are the annotators who are asked, where that is fixed.
    """

    rank: int
    id: str
    key: str
    utility: float | None
    reason: str
    text: str
    audit: bool = False
    to: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What `select` did: the round, the files written, the rows, and how many of earlier rounds are still out.

    `annotators` says how many rows each has, `outputs` which file; `n_shared` rows are asked of more than one person,
    `n_again` have a label that may be wrong. `rare_unknown` are the classes called rare that the model does not know:
    they count for nothing. `stop` are the stopping criteria by which labelling has ended, in spite of which this was
    asked for.
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
    annotators: Mapping[str, int] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    n_shared: int = 0
    n_again: int = 0
    rare_unknown: tuple[str, ...] = ()
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
    annotators: Sequence[str] | None = None,
    overlap: float | None = None,
    per_row: int | None = None,
    format: str | None = None,
    output: Path | None = None,
    folder: Path | None = None,
    reissue: bool = False,
    dry_run: bool = False,
    engine: str = "local",
    anyway: bool = False,
) -> Outcome:
    """Choose up to `batch_size` candidates, commit the batch, write a handoff file, or one for each annotator.

    Where the stopping rule says that labelling ends, only `anyway`.

    The file goes to `output`, or under a name of ours into `folder` (else the project's); those of several annotators
    are called after it. With `matching`, this share of the batch comes from the rows that match the pattern; with
    `ids`, exactly these rows. Each row goes to `per_row` annotators, a share of `overlap` to one more.
    """
    project = Project.open(root)
    state = project.state
    answers = dealing_out.asked_for(project, annotators, overlap, per_row)
    config = in_format(_asked_for(project.config, batch_size, strategy, answers), format, output)
    parts.check(root, config)
    grouping.check(project.shards, config.guard)
    decision = deciding.decision(project, time.time())
    if decision.stops and not anyway:
        raise ProjectError(
            f"labelling has ended: {decision.because}",
            "alcli export; to go on all the same: alcli select --anyway, or another [stop] in alcli.toml",
        )
    form = parts.load(root, "formats", config.handoff.format)
    path = output or (folder or project.root) / f"round-{state.n_batches_ever + 1:03d}{form.suffix}"
    paths = each_of(path, answers.annotators, exactly=bool(output))
    if not dry_run:
        refuse_any(paths.values())
    picked = pick_named(project, ids) if ids else _pick(project, config, matching, share, reissue, engine)
    handout = hand_out(project, config, picked, dealing_out.deal(state, answers, picked.rows, picked.again))
    asked = {name: n for name in answers.annotators if (n := sum(name in row.to for row in handout.rows))}
    files = files_of(project, handout, {name: paths[name] for name in asked} or paths)
    step = None if dry_run else send(project, handout, picked, files, matching or "")
    return Outcome(
        command="select",
        round=handout.round,
        step=step,
        files=() if dry_run else files.names,
        rows=_chosen(handout),
        strategy=picked.strategy,
        cold_start=picked.cold_start,
        candidates=picked.candidates,
        asked_for=len(handout.rows) if ids else config.select.batch_size,
        still_out=len(state.out),
        matching=matching or "",
        n_matching=picked.matching,
        n_audit=len(picked.audit),
        annotators=asked,
        outputs={} if dry_run else files.outputs,
        n_shared=sum(row.wanted > 1 for row in handout.rows),
        n_again=sum(bool(row.purpose) for row in handout.rows),
        rare_unknown=tuple(name for name in config.select.rare if state.model and name not in state.model.did.classes),
        stop=tuple(verdict for clause in decision.clauses for verdict in clause),
        dry_run=dry_run,
        classes=state.classes(config.labels.classes),
        next="alcli select" if dry_run else files.next,
    )


def _pick(project: Project, config: Config, matching: str | None, share: float, reissue: bool, engine: str) -> Picked:
    """The batch, from within: rows by the strategy or a pattern, each group's quota of them, second looks at labels,
    rows that lost their label, and the audit sample's share of all."""

    def chosen(these: Situation) -> Picked:
        return choose_matching(these, matching, share, engine) if matching else choose(these, engine)

    def by_quota(these: Situation) -> Picked:
        return choose_by_quota(these, chosen, engine)

    def relooking(these: Situation) -> Picked:
        return with_relooks(these, project, by_quota)

    def queued(these: Situation) -> Picked:
        return with_queued(these, relooking)

    return with_audit(Situation.of(project, config, reissue), queued)


def _chosen(handout: Handout) -> tuple[Chosen, ...]:
    return tuple(
        Chosen(rank, row.id, row.key, row.utility, row.reason, " ".join(shown), row.audit, row.to)
        for rank, (row, shown) in enumerate(zip(handout.rows, handout.texts, strict=True), 1)
    )


def _asked_for(config: Config, batch_size: int | None, strategy: str | None, answers: Answers) -> Config:
    """The specification with what this call asks for in its place; the step records it so."""
    chosen = replace(
        config.select,
        strategy=Part(parts.located(Path(), strategy)) if strategy else config.select.strategy,
        batch_size=batch_size or config.select.batch_size,
    )
    return replace(config, select=chosen, answers=answers)
