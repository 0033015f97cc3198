"""What a simulation plays: strategies, features and models side by side, and how many labels each may spend."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from alcli import plugins
from alcli.campaign import parts
from alcli.campaign.joining.specifying import completed
from alcli.campaign.learning import learned, pairing
from alcli.campaign.learning.learned import Read
from alcli.campaign.simulating.comparing import Contender
from alcli.campaign.simulating.labelled import Labelled
from alcli.campaign.simulating.replaying import Stage
from alcli.errors import DataError, UsageError
from alcli.project.cache import Features
from alcli.project.config import Config, Part, Pool
from alcli.project.config import Features as Featurizers

DEFAULT = ("auto", "margin", "random")
SEEDS, ROUNDS, SMALLEST_BATCH, LARGEST_BATCH = 5, 20, 10, 100
QUICK_SEEDS, QUICK_ROUNDS, QUICK_POOL, QUICK_SECONDS = 3, 10, 3_000, 45.0
QUICK_MODEL = "logistic"
FEWEST_ROUNDS = 2


@dataclass(frozen=True)
class Plan:
    """What is played; None and () stand for what the rows and `quick` make of it.

    `explore` is the share of each batch that is drawn; None = as in a new project.
    """

    strategies: tuple[Part, ...] = ()
    features: tuple[Part, ...] = ()
    models: tuple[Part, ...] = ()
    cold_start: Part | None = None
    against: str | None = None
    batch_size: int | None = None
    budget: int | None = None
    seeds: int | None = None
    metric: str = "auto"
    explore: float | None = None
    quick: bool = False

    @property
    def n_seeds(self) -> int:
        """Campaigns of each."""
        return self.seeds or (QUICK_SEEDS if self.quick else SEEDS)

    @property
    def most(self) -> int | None:
        """Rows of the pool at the most."""
        return QUICK_POOL if self.quick else None


def contenders(base: Config, plan: Plan) -> dict[Contender, Config]:
    """Every combination of strategy, features and model, by name."""
    role = pairing.roles(base)[0]
    strategies = plan.strategies or tuple(Part(name) for name in DEFAULT if name in plugins.names("strategies"))
    features = plan.features or (getattr(base.features, role),)
    models = plan.models or (Part(QUICK_MODEL) if plan.quick else base.model,)
    found = {}
    for (f, featurizer), (m, model), (s, strategy) in product(*map(_named, (features, models, strategies))):
        select = replace(
            base.select,
            strategy=strategy,
            cold_start=plan.cold_start or base.select.cold_start,
            explore=base.select.explore if plan.explore is None else plan.explore,
        )
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


def against(plan: Plan, contenders: Iterable[Contender]) -> str:
    """The strategy that the others are compared with."""
    names = list(dict.fromkeys(contender.strategy for contender in contenders))
    if plan.against is None:
        return "random" if "random" in names else names[-1]
    if plan.against not in names:
        raise UsageError(f"{plan.against} is not played", f"--against one of: {', '.join(names)}")
    return plan.against


def spending(plan: Plan, rows: Labelled) -> tuple[int, int]:
    """Rows a batch, and labels a campaign, in whole batches.

    A batch is five rows a class or a 400th of the pool, whichever is more, between 10 and 100, and fewer where 20 of
    them would be more than half of the pool. A campaign is 20 batches (10 if it is to be quick), or as many as the pool
    has.
    """
    n = rows.n_askable
    usual = max(5 * len(rows.classes), n // 400, SMALLEST_BATCH)
    batch_size = plan.batch_size or max(1, min(usual, n // (2 * ROUNDS), LARGEST_BATCH))
    rounds = QUICK_ROUNDS if plan.quick else ROUNDS
    if plan.budget is not None:
        rounds = math.ceil(plan.budget / batch_size)
    rounds = min(rounds, n // batch_size)
    if n < FEWEST_ROUNDS:
        raise DataError("one row to ask makes no curve", "hand in more labelled rows")
    if n < FEWEST_ROUNDS * batch_size:
        raise UsageError(
            f"{FEWEST_ROUNDS} batches of {batch_size}, the fewest for a curve, are more than the {n:,} rows to ask",
            f"a --batch-size of at most {n // FEWEST_ROUNDS}",
        )
    if rounds < FEWEST_ROUNDS:
        raise UsageError(
            f"one batch of {batch_size} makes no curve",
            f"--budget {FEWEST_ROUNDS * batch_size} or more, or a smaller --batch-size",
        )
    return batch_size, rounds * batch_size


def staged(rows: Labelled, configs: Iterable[Config], batch_size: int) -> list[Stage]:
    """A stage for each specification, at this batch size; those that read the same features share them."""
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
        sized = replace(config, select=replace(config.select, batch_size=batch_size))
        stages.append(Stage(Path(), sized, rows, reads))
    return stages
