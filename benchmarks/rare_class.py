"""Measures how soon a class at one in a hundred is found, and how well it is learned.

    python benchmarks/rare_class.py FOLDER

FOLDER holds a folder a data set, each with train.csv and test.csv: columns id,text,label, or id, any numbers and
categories, label. In each set one class is thinned out, at random, until it is 1% of the pool. Campaigns start with
nothing labelled; what counts is the labels spent until one and until ten rows of the class were found, and the mean
macro-F1 on the test rows over all rounds.

With --against-rest all other classes count as one, as where a few frauds are sought, and each seed thins the next class
in turn.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded: threads of small products get in their way

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
import results
import typer
from missing_classes import TEXTS, mean, stage
from rich.console import Console
from rich.progress import track
from rich.table import Table

from alcli.campaign.simulating.labelled import Labelled, Source, labelled
from alcli.project.config import Config, Pool

SHARE = 0.01
ENOUGH = 10  # rows of the class
THINNED = {"clickbait": "clickbait", "trec6": "NUM", "davidson_hate": "hate"}  # the class, else the last by name


@dataclass(frozen=True)
class Hunt:
    """Labels spent until the first and the tenth row of the rare class; None where the budget did not do."""

    set: str
    strategy: str
    seed: int
    first: int | None
    tenth: int | None
    macro_f1: float


@dataclass(frozen=True)
class Thinned:
    """A set in which one class is 1% of the pool."""

    source: Source
    pool: Pool
    rare: str


def thinned(folder: Path, out: Path, number: int | None) -> Thinned:
    """The set with one class thinned out; with a number, the class of that number, against all others as one."""
    rows, test = (pd.read_csv(folder / f"{part}.csv", dtype=str, keep_default_na=False) for part in ("train", "test"))
    names = sorted(rows["label"].unique())
    rare = THINNED.get(folder.name, names[-1]) if number is None else names[number % len(names)]
    if number is not None:
        for labelled_rows in (rows, test):
            labelled_rows["label"] = labelled_rows["label"].where(labelled_rows["label"] == rare, "other")
    others, few = rows[rows["label"] != rare], rows[rows["label"] == rare]
    few = few.sample(min(len(few), max(1, round(len(others) * SHARE / (1 - SHARE)))), random_state=number or 0)
    out.mkdir(parents=True, exist_ok=True)
    name = f"{folder.name}-rare" + ("" if number is None else f"-{number}")
    files = out / f"{name}.csv", out / f"{name}-test.csv"
    pd.concat([others, few]).sort_index().to_csv(files[0], index=False)
    test.to_csv(files[1], index=False)
    columns = tuple(column for column in rows.columns if column not in ("id", "label"))
    pool = TEXTS if columns == ("text",) else Pool(id="id", columns=columns, label="label")
    return Thinned(Source(files[:1], files[1]), pool, rare)


def hunt(name: str, rows: Labelled, of: Thinned, strategy: str, seed: int, batch_size: int, budget: int) -> Hunt:
    """One campaign."""
    rounds = list(islice(stage(rows, strategy, batch_size, of.pool).replay(seed), budget // batch_size))
    asked = [row for done in rounds for row in done.rows]
    spent = (np.flatnonzero(rows.y[asked] == rows.classes.index(of.rare)) + 1).tolist()
    first, tenth = (spent[n - 1] if len(spent) >= n else None for n in (1, ENOUGH))
    return Hunt(name, strategy, seed, first, tenth, float(np.mean([done.macro_f1 for done in rounds])))


def table(found: list[Hunt], budget: int) -> Table:
    """Means over the seeds."""
    shown = Table(
        "set", "strategy", "first found after", f"{ENOUGH} found after", "mean macro-F1", title="a class at 1%"
    )
    for name, strategy in dict.fromkeys((one.set, one.strategy) for one in found):
        mine = [one for one in found if (one.set, one.strategy) == (name, strategy)]
        first, tenth = mean([one.first for one in mine], budget), mean([one.tenth for one in mine], budget)
        shown.add_row(name, strategy, first, tenth, f"{100 * np.mean([one.macro_f1 for one in mine]):.1f}")
    return shown


def hunts(
    folder: Path,
    sets: list[str],
    strategies: list[str],
    seeds: int,
    batch_size: int,
    budget: int,
    against_rest: bool,
    out: Path,
) -> Iterator[Hunt]:
    """Every campaign."""
    for name in sets:
        for seed in range(seeds):
            of = thinned(folder / name, out, seed if against_rest else None)
            rows = labelled(out / "rare-class", of.source, Config(pool=of.pool))
            for strategy in strategies:
                yield hunt(name, rows, of, strategy, seed, batch_size, budget)


def main(
    folder: Annotated[Path, typer.Argument(help="holds the data sets", exists=True, file_okay=False)],
    sets: Annotated[str, typer.Option(help="names, with commas between")] = "clickbait,trec6,davidson_hate",
    strategies: Annotated[
        str, typer.Option(help="names, with commas between")
    ] = "random,margin,entropy,badge,typiclust,max_herding,uncertainty_herding,auto",
    seeds: Annotated[int, typer.Option(help="campaigns of each strategy")] = 10,
    batch_size: Annotated[int, typer.Option(help="labels a round")] = 25,
    budget: Annotated[int, typer.Option(help="labels a campaign")] = 500,
    against_rest: Annotated[bool, typer.Option(help="all other classes as one, the next class each seed")] = False,
    out: Annotated[Path, typer.Option(help="the folder for features and results")] = results.OUT,
) -> None:
    """Play the campaigns and show what they took."""
    names, words = sets.split(","), strategies.split(",")
    played = hunts(folder, names, words, seeds, batch_size, budget, against_rest, out.resolve())
    found = list(track(played, "campaigns", total=len(names) * len(words) * seeds, console=Console(stderr=True)))
    Console().print(table(found, budget))
    record = {"batch_size": batch_size, "budget": budget, "seeds": list(range(seeds)), "against_rest": against_rest}
    print(results.save("rare-class", record | {"hunts": [asdict(one) for one in found]}, out))


if __name__ == "__main__":
    typer.run(main)
