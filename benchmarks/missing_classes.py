"""Measures how soon classes are found that the seed set misses.

    python benchmarks/missing_classes.py FOLDER

FOLDER holds a folder a data set, each with train.csv and test.csv: columns id,text,label. For each seed, three in ten
of the classes, drawn at random, have no label in the seed set; each of the others has two. Then batches are asked as
in a campaign until every class has a label, and what counts is the labels spent by then, and when half of the missing
classes were found.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded: threads of small products get in their way

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import results
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from alcli.campaign.joining.specifying import completed
from alcli.campaign.learning import learned
from alcli.campaign.learning.learned import Read
from alcli.campaign.simulating.labelled import Labelled, Source, labelled
from alcli.campaign.simulating.replaying import Round, Stage
from alcli.project.cache import Features
from alcli.project.config import Config, Part, Pool, Select

MISSED = 0.3  # of the classes
SEEDS_EACH = 2  # labels of every other class


@dataclass(frozen=True)
class Search:
    """Labels spent until half and until all of the missing classes were found; None where the budget did not do."""

    set: str
    strategy: str
    seed: int
    missing: int
    half: int | None
    all: int | None


TEXTS = Pool(id="id", text=("text",), label="label")


def stage(rows: Labelled, strategy: str, batch_size: int, pool: Pool = TEXTS) -> Stage:
    """The set with this strategy, on the default features and a logistic model."""
    config = completed(
        Config(
            pool=pool,
            select=Select(strategy=Part(strategy), batch_size=batch_size, explore=0.0),
            model=Part("logistic"),
        )
    )
    features = Features(rows.folder / "features", learned.blocks(Path(), config), rows.pool)
    return Stage(Path(), config, rows, {"": Read((features,))})


def seed_set(rows: Labelled, seed: int) -> tuple[list[int], set[int]]:
    """Rows that are labelled before the first batch, and the classes that none of them is of."""
    rng = np.random.default_rng(seed)
    classes = rng.permutation(len(rows.classes))
    missing = set(classes[: max(1, round(MISSED * len(classes)))].tolist())
    askable = np.setdiff1d(np.arange(len(rows.y)), rows.twins[:, 0])
    found: list[int] = []
    for c in sorted(set(classes.tolist()) - missing):
        of_class = askable[rows.y[askable] == c]
        found.extend(rng.choice(of_class, min(SEEDS_EACH, len(of_class)), replace=False).tolist())
    return found, missing


def search(name: str, rows: Labelled, strategy: str, seed: int, batch_size: int, budget: int) -> Search:
    """One campaign, until nothing is missing or the budget is spent."""
    seeds, missing = seed_set(rows, seed)
    start = Round(len(seeds), len(rows.classes) - len(missing), 0.0, 0.0, 0.0, tuple(seeds))
    left, spent = set(missing), 0
    half = None
    for done in stage(rows, strategy, batch_size).replay(seed, [start]):
        for row in done.rows:
            spent += 1
            left.discard(int(rows.y[row]))
            if half is None and len(left) <= len(missing) / 2:
                half = spent
            if not left:
                return Search(name, strategy, seed, len(missing), half, spent)
        if spent >= budget:
            break
    return Search(name, strategy, seed, len(missing), half, None)


def mean(spent: list[int | None], budget: int) -> str:
    """The mean, where a search without success counts as the whole budget."""
    late = sum(labels is None for labels in spent)
    shown = f"{np.mean([budget if labels is None else labels for labels in spent]):,.0f}"
    return f"{shown} ({late} not)" if late else shown


def table(found: list[Search], budget: int) -> Table:
    """Means over the seeds, a row for each set and strategy."""
    shown = Table("set", "strategy", "missing", "half found after", "all found after", "of random's", title="labels")
    for name in dict.fromkeys(one.set for one in found):
        spent = {}
        for strategy in dict.fromkeys(one.strategy for one in found):
            mine = [one for one in found if (one.set, one.strategy) == (name, strategy)]
            spent[strategy] = np.mean([budget if one.all is None else one.all for one in mine])
            ratio = f"{spent[strategy] / spent['random']:.2f}" if "random" in spent else ""
            half, every = (mean([getattr(one, what) for one in mine], budget) for what in ("half", "all"))
            shown.add_row(name, strategy, str(mine[0].missing), half, every, ratio)
    return shown


def searches(
    folder: Path, sets: list[str], strategies: list[str], seeds: int, batch_size: int, budget: int, out: Path
) -> Iterator[Search]:
    """Every campaign."""
    for name in sets:
        source = Source((folder / name / "train.csv",), folder / name / "test.csv")
        rows = labelled(out / "missing-classes", source, Config(pool=TEXTS))
        for seed in range(seeds):
            for strategy in strategies:
                yield search(name, rows, strategy, seed, batch_size, budget)


def main(
    folder: Annotated[Path, typer.Argument(help="holds the data sets", exists=True, file_okay=False)],
    sets: Annotated[str, typer.Option(help="names, with commas between")] = "banking77,clinc150,trec6",
    strategies: Annotated[str, typer.Option(help="names, with commas between; random first")] = "random,margin,auto",
    seeds: Annotated[int, typer.Option(help="campaigns of each strategy")] = 5,
    batch_size: Annotated[int, typer.Option(help="labels a round")] = 25,
    budget: Annotated[int, typer.Option(help="labels after which a search is given up")] = 1_000,
    out: Annotated[Path, typer.Option(help="the folder for features and results")] = results.OUT,
) -> None:
    """Play the searches and show what they took."""
    names, words = sets.split(","), strategies.split(",")
    total = len(names) * len(words) * seeds
    played = searches(folder, names, words, seeds, batch_size, budget, out.resolve())
    found = list(track(played, "searches", total=total, console=Console(stderr=True)))
    Console().print(table(found, budget))
    record = {"batch_size": batch_size, "budget": budget, "seeds": list(range(seeds))}
    print(results.save("missing-classes", record | {"searches": [asdict(one) for one in found]}, out))


if __name__ == "__main__":
    typer.run(main)
