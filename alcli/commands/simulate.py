"""`simulate`: replay the loop on labelled rows, strategies side by side."""

from __future__ import annotations

import math
import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from alcli import plugins
from alcli.campaign import parts
from alcli.campaign.joining.specifying import specified
from alcli.campaign.learning import pairing
from alcli.campaign.simulating import planning
from alcli.campaign.simulating.comparing import Contender, Curve, Line, compare, level
from alcli.campaign.simulating.labelled import Counts, Source, splits
from alcli.campaign.simulating.planning import QUICK_SECONDS, Plan
from alcli.campaign.simulating.playing import Game, Progress, Watch, played, trained_on_all
from alcli.campaign.simulating.replaying import Round
from alcli.core.estimates import scoring
from alcli.engine import workers
from alcli.errors import UsageError
from alcli.project import pool
from alcli.project.config import Config, Part
from alcli.project.specification import to_toml

WORK = Path(".alcli-simulate")


def _unseen(title: str) -> AbstractContextManager[Progress | None]:
    return nullcontext()


@dataclass(frozen=True)
class Outcome:
    """What was replayed, on what, and what it says.

    `kept` campaigns were played by earlier calls, `played` ones now, wholly or in part; with `dry_run` they would be.
    `cut_short`: the time of `--quick` was up before all was played; `batches` and `seeds` are those that are compared.
    """

    command: str
    files: tuple[str, ...]
    pool: int
    test: int
    classes: tuple[str, ...]
    counts: Counts
    text: tuple[str, ...]
    columns: tuple[str, ...]
    images: tuple[str, ...]
    guessed: bool
    metric: str
    batch_size: int
    budget: int
    batches: int
    seeds: tuple[int, ...]
    contenders: tuple[Contender, ...]
    kept: int
    played: int
    quick: bool = False
    cut_short: bool = False
    full_pool_rows: int = 0
    lines: tuple[Line, ...] = ()
    curves: tuple[Curve, ...] = ()
    work: str = ""
    dry_run: bool = False
    next: str = ""


def simulate(
    source: Source,
    plan: Plan,
    *,
    label_column: str,
    id_column: str | None = None,
    text: Sequence[str] = (),
    columns: Sequence[str] = (),
    images: Sequence[str] = (),
    work: Path = WORK,
    engine: str = "local",
    dry_run: bool = False,
    watch: Watch = _unseen,
) -> Outcome:
    """Play every strategy on all features and with every model, and compare them.

    Campaigns are kept in `work` round by round; what is there already is not played again. `watch` gives, for what is
    being done, something to call with what is done and what there is to do.
    """
    began = time.monotonic()
    source = replace(source, most=source.most or plan.most)
    _fits_together(source)
    workers(engine)  # one that there is not is refused before features are made
    for path in filter(None, (source.test, source.paths[0])):
        first = next(pool.read([path]))  # so that a file that cannot be read is told as one
    base, guessed = specified(
        first.table,
        id_column=id_column,
        text=text,
        columns=columns,
        images=images,
        vectors=source.vectors is not None,
        label_column=label_column,
    )
    contenders = planning.contenders(base, plan)
    names, against = list(contenders), planning.against(plan, contenders)
    for config in contenders.values():
        parts.check(Path(), config)
    if not dry_run:
        _writable(work)
    with ExitStack() as stack:
        fresh = Path(stack.enter_context(tempfile.TemporaryDirectory())) if dry_run else None
        seeds = range(source.seed, source.seed + plan.n_seeds)
        by_seed = splits(work, source, base, seeds, fresh)
        rows = by_seed[source.seed]
        batch_size, budget = planning.spending(plan, rows)
        staged = {
            each.folder: planning.staged(each, contenders.values(), batch_size)
            for each in {rows.folder: rows for rows in by_seed.values()}.values()
        }
        stages = {seed: staged[rows.folder] for seed, rows in by_seed.items()}
        rounds = budget // batch_size
        games = [Game(seed, at) for seed in seeds for at in range(len(names))]
        kept = sum(len(game.ledger(stages).rounds()) >= rounds for game in games)
        outcome = Outcome(
            command="simulate",
            files=tuple(map(str, source.paths)),
            pool=len(rows.y),
            test=len(rows.truth),
            classes=rows.classes,
            counts=rows.counts,
            text=base.pool.text,
            columns=base.pool.columns,
            images=base.pool.images,
            guessed=guessed,
            metric=scoring.fitting_metric(rows.truth) if plan.metric == "auto" else plan.metric,
            batch_size=batch_size,
            budget=budget,
            batches=rounds,
            seeds=tuple(seeds),
            contenders=tuple(names),
            kept=kept,
            played=len(games) - kept,
            quick=plan.quick,
            work=str(work),
            dry_run=dry_run,
            next="the same without --dry-run",
        )
        if dry_run:
            return outcome
        on_all = trained_on_all(stages, games)
        deadline = began + QUICK_SECONDS if plan.quick else math.inf
        found = played(stages, games, on_all, rounds, deadline, engine, watch)
    return _compared(outcome, contenders, found, on_all, against)


def _fits_together(source: Source) -> None:
    """A matrix has a line for each row of its file: test rows of a file of their own want one of their own."""
    if source.test_vectors and not (source.test and source.vectors):
        raise UsageError("--test-vectors is the matrix of a test file", "--test FILE --vectors FILE")
    if source.test and source.vectors and not source.test_vectors:
        raise UsageError(
            "the test file has no matrix", "--test-vectors FILE; or leave --test out: rows are held out by --test-share"
        )


def _writable(work: Path) -> None:
    try:
        work.mkdir(parents=True, exist_ok=True)
        usable = os.access(work, os.W_OK | os.X_OK)
    except OSError:
        usable = False
    if not usable:
        raise UsageError(f"campaigns cannot be kept in {work}", "--work DIR: a folder that can be written to")


def _compared(
    outcome: Outcome,
    configs: Mapping[Contender, Config],
    found: Mapping[Game, list[Round]],
    on_all: Mapping[Game, Game],
    against: str,
) -> Outcome:
    """The outcome with the curves and what they say."""
    contenders = list(configs)
    drawn = level(
        Curve(contenders[game.contender], game.seed, tuple(rounds), found[on_all[game]][0])
        for game, rounds in found.items()
        if not game.on_all
    )
    seeds = tuple(dict.fromkeys(curve.seed for curve in drawn))
    batches = len(drawn[0].rounds)
    lines = compare(drawn, outcome.metric, against)
    outcome = replace(
        outcome,
        seeds=seeds,
        lines=lines,
        curves=drawn,
        full_pool_rows=drawn[0].full_pool.labels,
        cut_short=len(seeds) < len(outcome.seeds) or batches < outcome.batches,
        batches=batches,
    )
    return replace(outcome, next=_next(outcome, configs, against))


def _next(outcome: Outcome, configs: Mapping[Contender, Config], against: str) -> str:
    if outcome.quick:
        return "the same again, which goes on; or without --quick" if outcome.cut_short else "the same without --quick"
    found = [line.finding for line in outcome.lines if line.finding]
    undecided = any(one.better is None for one in found)
    wanted = [one.seeds_wanted for one in found if one.seeds_wanted]
    if undecided and wanted:
        if len(outcome.seeds) == 1:
            return f"the same with --seeds {max(wanted)}: what was played is kept"
        # an interval is for one look: seeds added to those that were looked at would prove a difference too often
        return f"the same with --seed {outcome.seeds[-1] + 1} --seeds {max(wanted)}: fresh seeds, for one look"
    good = [line for line in outcome.lines if line.finding and line.finding.better]
    if found and not undecided and not good:
        good = [line for line in outcome.lines if line.contender.strategy == against]
    if not good:
        return "alcli init --pool FILE"
    best = max(good, key=lambda line: line.area).contender
    return f"alcli init --pool FILE, and {_settings(best, configs)} in alcli.toml"


def _settings(best: Contender, configs: Mapping[Contender, Config]) -> str:
    """What makes a project like this contender: its strategy, and features and model where there are several."""
    config = configs[best]
    said = [f"strategy = {_toml('strategies', config.select.strategy)}"]
    if len({contender.features for contender in configs}) > 1:
        role = pairing.roles(config)[0]
        said.append(f"{role} = {_toml('featurizers', getattr(config.features, role))} under [features]")
    if len({contender.model for contender in configs}) > 1:
        said.append(f"{_toml('models', config.model, as_table=True)} under [model]")
    return ", ".join([f"{said[0]} under [select]", *said[1:]]) if len(said) > 1 else said[0]


def _toml(kind: str, part: Part, as_table: bool = False) -> str:
    """A part as it is written in `alcli.toml`, on one line, without the parameters that are the defaults."""
    usual = plugins.defaults(kind, part.use)
    own = {name: value for name, value in part.params.items() if name not in usual or usual[name] != value}
    return to_toml(Part(part.use, own), as_table).replace("\n", ", ")
