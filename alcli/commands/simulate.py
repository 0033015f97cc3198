"""`simulate`: replay the loop on labelled rows, strategies side by side."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from alcli.campaign import parts, planning
from alcli.campaign.comparing import Contender, Curve, Line, compare
from alcli.campaign.labelled import Counts, Source, labelled
from alcli.campaign.ledger import Ledger
from alcli.campaign.planning import QUICK_SECONDS, Plan
from alcli.campaign.replaying import Round, Stage
from alcli.campaign.specifying import specified
from alcli.core import scoring
from alcli.engine import over, workers
from alcli.errors import UsageError
from alcli.project import pool

Progress: TypeAlias = Callable[[int, int], None]
Watch: TypeAlias = Callable[[str], AbstractContextManager[Progress | None]]

WORK = Path(".alcli-simulate")


def _unseen(title: str) -> AbstractContextManager[Progress | None]:
    return nullcontext()


@dataclass(frozen=True)
class Outcome:
    """What was replayed, on what, and what it says.

    `kept` campaigns were played by earlier calls, `played` ones now, wholly or in part; with `dry_run` they would be.
    `cut_short`: the time of `--quick` was up before all was played.
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
    with ExitStack() as stack:
        there = (work / source.key(base)).exists()
        home = Path(stack.enter_context(tempfile.TemporaryDirectory())) if dry_run and not there else work
        rows = labelled(home, source, base)
        batch_size, budget = planning.spending(plan, rows)
        stages = planning.staged(rows, contenders.values(), batch_size)
        seeds = range(source.seed, source.seed + plan.n_seeds)
        rounds = budget // batch_size
        games = [_Game(at, seed) for seed in seeds for at in range(len(stages))]
        kept = sum(len(Ledger.of(stages[at.stage], at.seed).rounds()) >= rounds for at in games)
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
            seeds=tuple(seeds),
            contenders=tuple(names),
            kept=kept,
            played=len(games) - kept,
            quick=plan.quick,
            work=str(rows.folder),
            dry_run=dry_run,
            next="the same without --dry-run",
        )
        if dry_run:
            return outcome
        _make_features(stages, watch)
        bests = list({(c.features, c.model): _Game(at, None) for at, c in enumerate(names)}.values())
        deadline = began + QUICK_SECONDS if plan.quick else None
        with watch("replaying") as progress:
            found = _played(stages, bests, games, rounds, deadline, engine, progress)
    return _compared(outcome, names, found, rounds, against)


def _fits_together(source: Source) -> None:
    """A matrix has a line for each row of its file: test rows of a file of their own want one of their own."""
    if source.test_vectors and not (source.test and source.vectors):
        raise UsageError("--test-vectors is the matrix of a test file", "--test FILE --vectors FILE")
    if source.test and source.vectors and not source.test_vectors:
        raise UsageError(
            "the test file has no matrix", "--test-vectors FILE; or leave --test out: rows are held out by --test-share"
        )


@dataclass(frozen=True)
class _Game:
    """A campaign to play; without a seed: the model trained on all labels."""

    stage: int
    seed: int | None


@dataclass(frozen=True)
class _Play:
    """Plays a game from where its kept rounds end, and keeps each round."""

    stages: Sequence[Stage]
    rounds: int
    deadline: float | None
    tell: Callable[[], None] | None

    def __call__(self, game: _Game) -> list[Round]:
        stage = self.stages[game.stage]
        ledger = Ledger.of(stage, game.seed)
        done = ledger.begin()
        if game.seed is None:
            more = iter(() if done else [stage.best(0)])
        else:
            more = islice(stage.replay(game.seed, done), max(0, self.rounds - len(done)))
        for one in more:
            ledger.keep(one)
            done.append(one)
            if self.tell:
                self.tell()
            if self.deadline is not None and time.monotonic() > self.deadline:
                break
        return done[: self.rounds]


def _played(
    stages: Sequence[Stage],
    bests: Sequence[_Game],
    games: Sequence[_Game],
    rounds: int,
    deadline: float | None,
    engine: str,
    progress: Progress | None,
) -> dict[_Game, list[Round]]:
    """The rounds of each game; where time is short, of as many seeds as there is time for, and at least of one."""
    done, total = 0, len(bests) + rounds * len(games)

    def tell(n: int = 1) -> None:
        nonlocal done
        done += n
        if progress:
            progress(done, total)

    here = not workers(engine)
    play = _Play(stages, rounds, deadline, tell if here else None)
    seeds = list(dict.fromkeys(game.seed for game in games))
    turns = [[*bests, *games]]
    if deadline is not None:
        turns = [[game for game in games if game.seed == seed] for seed in seeds]
        turns[0] = [*bests, *turns[0]]
    found: dict[_Game, list[Round]] = {}
    took = 0.0
    for turn in turns:
        began = time.monotonic()
        if found and deadline is not None and began + took > deadline:
            break
        for game, played in zip(turn, over(play, turn, engine), strict=True):
            found[game] = played
            if not here:
                tell(len(played))
        took = time.monotonic() - began
    return found


def _compared(
    outcome: Outcome,
    contenders: Sequence[Contender],
    found: Mapping[_Game, list[Round]],
    rounds: int,
    against: str,
) -> Outcome:
    """The outcome with the curves and what they say."""
    bests = {game.stage: played[0] for game, played in found.items() if game.seed is None}
    full_pool = {
        (contenders[at].features, contenders[at].model): getattr(best, outcome.metric) for at, best in bests.items()
    }
    drawn = tuple(
        Curve(contenders[game.stage], game.seed, tuple(played))
        for game, played in found.items()
        if game.seed is not None and played
    )
    seeds = tuple(dict.fromkeys(curve.seed for curve in drawn))
    whole = len(seeds) == len(outcome.seeds) and all(len(curve.rounds) == rounds for curve in drawn)
    lines = compare(drawn, full_pool, outcome.metric, against)
    return replace(
        outcome,
        seeds=seeds,
        lines=lines,
        curves=drawn,
        full_pool_rows=max(best.labels for best in bests.values()),
        cut_short=not whole,
        next=_next(outcome, lines, against),
    )


def _next(outcome: Outcome, lines: Sequence[Line], against: str) -> str:
    if outcome.quick:
        return "the same without --quick"
    found = [line.finding for line in lines if line.finding]
    wanted = [one.seeds_wanted for one in found if one.seeds_wanted]
    if any(one.better is None for one in found) and wanted:
        return f"the same with --seeds {max(wanted)}: what was played is kept"
    better = [line for line in lines if line.finding and line.finding.better]
    if not better and any(one.better is None for one in found):
        return "alcli init --pool FILE"
    best = max(better, key=lambda line: line.area).contender.strategy if better else against
    return f'alcli init --pool FILE, and strategy = "{best}" in alcli.toml'


def _make_features(stages: Sequence[Stage], watch: Watch) -> None:
    every = {each.key: each for stage in stages for read in stage.reads.values() for each in read.each}
    for features in every.values():
        with watch("making features") as progress:
            features.fit(progress, later=stages[0].rows.test)
