"""`simulate`: replay the loop on labelled rows, strategies side by side."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, replace
from itertools import islice, product
from pathlib import Path
from typing import TypeAlias

from alcli import plugins
from alcli.campaign import learned, pairing, parts
from alcli.campaign.comparing import Contender, Curve, Line, compare
from alcli.campaign.labelled import Counts, Labelled, Source, labelled
from alcli.campaign.learned import Read
from alcli.campaign.ledger import Ledger
from alcli.campaign.replaying import Round, Stage
from alcli.campaign.specifying import completed, specified
from alcli.core import scoring
from alcli.engine import over, workers
from alcli.errors import UsageError
from alcli.project import pool
from alcli.project.cache import Features
from alcli.project.config import Config, Part, Pool
from alcli.project.config import Features as Featurizers

Progress: TypeAlias = Callable[[int, int], None]
Watch: TypeAlias = Callable[[str], AbstractContextManager[Progress | None]]

WORK = Path(".alcli-simulate")
_DEFAULT = ("auto", "margin", "random")
SEEDS, ROUNDS, SMALLEST_BATCH, LARGEST_BATCH = 5, 20, 10, 100
QUICK_SEEDS, QUICK_ROUNDS, QUICK_POOL, QUICK_SECONDS = 3, 10, 3_000, 45.0
FEWEST_ROUNDS = 2


def _unseen(title: str) -> AbstractContextManager[Progress | None]:
    return nullcontext()


@dataclass(frozen=True)
class Plan:
    """What is played; None and () stand for what the rows and `quick` make of it."""

    strategies: tuple[Part, ...] = ()
    features: tuple[Part, ...] = ()
    models: tuple[Part, ...] = ()
    cold_start: Part | None = None
    against: str | None = None
    batch_size: int | None = None
    budget: int | None = None
    seeds: int | None = None
    metric: str = "auto"
    quick: bool = False


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
    source = replace(source, most=source.most or (QUICK_POOL if plan.quick else None))
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
    contenders = _contenders(base, plan)
    names, against = list(contenders), _against(plan, contenders)
    for config in contenders.values():
        parts.check(Path(), config)
    with ExitStack() as stack:
        there = (work / source.key(base)).exists()
        home = Path(stack.enter_context(tempfile.TemporaryDirectory())) if dry_run and not there else work
        rows = labelled(home, source, base)
        batch_size, budget = _spending(plan, rows)
        stages = _staged(rows, (_with_batch(config, batch_size) for config in contenders.values()))
        seeds = range(source.seed, source.seed + (plan.seeds or (QUICK_SEEDS if plan.quick else SEEDS)))
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


def _contenders(base: Config, plan: Plan) -> dict[Contender, Config]:
    """Every combination of strategy, features and model, by name."""
    role = pairing.roles(base)[0]
    strategies = plan.strategies or tuple(Part(name) for name in _DEFAULT if name in plugins.names("strategies"))
    features = plan.features or (getattr(base.features, role),)
    models = plan.models or (base.model,)
    found = {}
    for (f, featurizer), (m, model), (s, strategy) in product(*map(_named, (features, models, strategies))):
        select = replace(base.select, strategy=strategy, cold_start=plan.cold_start or base.select.cold_start)
        config = replace(base, select=select, features=replace(base.features, **{role: featurizer}), model=model)
        found[Contender(s, f, m)] = completed(config)
    return found


def _named(some: Sequence[Part]) -> list[tuple[str, Part]]:
    """Parts under the names they are shown by: with their parameters only where the name alone says too little."""
    uses = [part.use for part in some]
    named = []
    for part in some:
        params = ", ".join(f"{key}={value}" for key, value in part.params.items() if key != "adapter")
        alone = uses.count(part.use) == 1 or not params
        named.append((parts.short(part.use) if alone else f"{parts.short(part.use)}({params})", part))
    return named


def _against(plan: Plan, contenders: Iterable[Contender]) -> str:
    """The strategy that the others are compared with."""
    names = list(dict.fromkeys(contender.strategy for contender in contenders))
    if plan.against is None:
        return "random" if "random" in names else names[-1]
    if plan.against not in names:
        raise UsageError(f"{plan.against} is not played", f"--against one of: {', '.join(names)}")
    return plan.against


def _spending(plan: Plan, rows: Labelled) -> tuple[int, int]:
    """Rows a batch, and labels a campaign, in whole batches.

    A batch is five rows a class or a 400th of the pool, whichever is more, between 10 and 100, and so that 20 of them
    are no more than half of the pool. A campaign is 20 batches (10 if it is to be quick), or as many as the pool has.
    """
    n = rows.n_askable
    usual = max(5 * len(rows.classes), n // 400)
    batch_size = plan.batch_size or max(SMALLEST_BATCH, min(usual, n // (2 * ROUNDS), LARGEST_BATCH))
    rounds = QUICK_ROUNDS if plan.quick else ROUNDS
    if plan.budget is not None:
        rounds = math.ceil(plan.budget / batch_size)
    rounds = min(rounds, n // batch_size)
    if rounds < FEWEST_ROUNDS:
        raise UsageError(
            f"{rounds} batches of {batch_size} make no curve: the pool has {n:,} rows to ask",
            f"at least {FEWEST_ROUNDS}: a smaller --batch-size or a greater --budget",
        )
    return batch_size, rounds * batch_size


def _with_batch(config: Config, batch_size: int) -> Config:
    return replace(config, select=replace(config.select, batch_size=batch_size))


def _staged(rows: Labelled, configs: Iterable[Config]) -> list[Stage]:
    """A stage for each specification; those that read the same features share them."""
    shared: dict[str, Features] = {}

    def features(config: Config) -> Features:
        made = Features(rows.folder / "features", learned.blocks(Path(), config), rows.pool)
        return shared.setdefault(made.key, made)

    stages = []
    for config in configs:
        reads = {"": Read((features(config),))}
        rival = pairing.rival(Path(), config)
        if rival and rival.beside:
            part = Part(rival.beside, plugins.defaults("featurizers", rival.beside))
            texts = Config(pool=Pool(text=config.pool.text), features=Featurizers(text=part))
            reads[rival.beside] = Read((features(config), features(texts)))
        stages.append(Stage(Path(), config, rows, reads))
    return stages


def _make_features(stages: Sequence[Stage], watch: Watch) -> None:
    every = {each.key: each for stage in stages for read in stage.reads.values() for each in read.each}
    for features in every.values():
        with watch("making features") as progress:
            features.fit(progress, later=stages[0].rows.test)
