"""Measures how well the labels to a target are foretold: campaigns replayed, a forecast after every round.

    python benchmarks/forecast.py FOLDER

FOLDER holds a folder a data set, each with train.csv (the pool) and test.csv: columns id,text,label, or id,<numbers
and categories>,label. Each campaign starts with nothing labelled; a part of each batch is the audit sample. After each
round the learning curve is what a project would have recorded: the model's accuracy, cross-fitted on the audit rows
that have come so far. The true curve is the accuracy on the test rows, made to rise (isotonic regression).

Targets are what the true curve reaches with 1.25 to 4 times the labels, a point higher than now at the least. A
hopeless target is five points above the model of all labels of the pool.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded: threads of small products get in their way

import csv
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated

import numpy as np
import results
import typer
from audited import known
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sklearn.isotonic import IsotonicRegression

from alcli.campaign.joining.specifying import completed, specified
from alcli.campaign.simulating import planning
from alcli.campaign.simulating.labelled import Source, labelled
from alcli.campaign.simulating.replaying import Stage
from alcli.contracts import Forecast
from alcli.core.estimates.forecasting import Point, forecast
from alcli.core.estimates.intervals import share_of
from alcli.project import pool
from alcli.project.config import Part

SETS = {  # rows a batch, labels a campaign
    "banking77": (100, 2_000),
    "trec6": (25, 1_500),
    "davidson_hate": (25, 1_000),
    "clickbait": (20, 700),
    "bench_spambase": (15, 600),
    "bench_phoneme": (15, 600),
    "bench_splice": (15, 600),
}
AHEAD = (1.25, 1.5, 2.0, 3.0, 4.0)  # times the labels now
STEP, HOPELESS = 0.01, 0.05


@dataclass(frozen=True)
class Campaign:
    """A campaign: after each round the labels, the accuracy on the test rows, and the recorded point."""

    set: str
    seed: int
    n_pool: int
    full: float
    labels: list[int]
    truth: list[float]
    points: list[Point]


@dataclass(frozen=True)
class Told:
    """A forecast and what came of it: labels in all to the target; None for a hopeless target."""

    set: str
    seed: int
    now: int
    audit: int
    actual: float | None
    n_pool: int
    forecast: Forecast


def stage(folder: Path, explore: float, batch_size: int, model: str, out: Path) -> Stage:
    """A set with the default strategy and features, and this model."""
    source = Source((folder / "train.csv",), folder / "test.csv")
    with source.paths[0].open(newline="", encoding="utf-8") as file:
        columns = [name for name in next(csv.reader(file)) if name not in ("id", "label")]
    text = [name for name in columns if name == "text"]
    table = next(pool.read(source.paths)).table
    config, _ = specified(table, id_column="id", text=text, columns=[] if text else columns, label_column="label")
    config = completed(replace(config, model=Part(model), select=replace(config.select, explore=explore)))
    return planning.staged(labelled(out / "forecast", source, config), [config], batch_size)[0]


def play(name: str, stage: Stage, seed: int, budget: int) -> Campaign:
    """One campaign."""
    reserved = np.unique(stage.reserve(seed)["row"])
    asked: list[int] = []
    labels, truth, points = [], [], []
    for done in stage.replay(seed):
        asked += done.rows
        now = known(stage, asked, reserved, seed)
        if now and now.audit and len(now.audit.y) > 1:
            labels.append(len(asked))
            truth.append(done.accuracy)
            points.append(Point(len(asked), share_of(now.audit.proba.argmax(axis=1) == now.audit.y)))
        if len(asked) >= budget:
            break
    risen = IsotonicRegression().fit_transform(np.array(labels, float), truth)
    return Campaign(name, seed, stage.rows.n_askable, stage.best(seed).accuracy, labels, risen.tolist(), points)


def foretold(campaign: Campaign) -> Iterator[Told]:
    """A forecast after each round, for each target."""
    c = campaign
    labels, truth = np.array(c.labels), np.array(c.truth)
    hopeless = min(0.995, max(c.full, c.truth[-1]) + HOPELESS)
    for at, now in enumerate(c.labels):
        ahead = np.minimum(np.searchsorted(labels, [times * now for times in AHEAD]), len(labels) - 1)
        targets = {float(t) for t in truth[ahead] if t >= truth[at] + STEP}
        for target in (*sorted(targets), hopeless):
            actual = None if target == hopeless else float(labels[np.argmax(truth >= target)])
            told = forecast(c.points[: at + 1], "accuracy", c.n_pool, target)
            if told:
                yield Told(c.set, c.seed, now, c.points[at].estimate.n, actual, c.n_pool, told)


def table(found: Sequence[Told]) -> Table:
    """What was told, set by set and over all."""
    shown = Table(
        "set", "forecasts", "off by", "within 2x", "in the band", "below", "above", "wrongly out", "rightly out"
    )
    for name in (*dict.fromkeys(told.set for told in found), ""):
        mine = [told for told in found if name in ("", told.set)]
        reached, hopeless = ([t for t in mine if (t.actual is None) == none] for none in (False, True))
        if not reached:
            continue
        off = [abs(math.log(at(t, t.forecast.more) / (t.actual or 1))) for t in reached]
        below = [(t.actual or 0) < at(t, t.forecast.least) for t in reached]
        above = [(t.actual or 0) > at(t, t.forecast.most) for t in reached]
        held = [not (low or high) for low, high in zip(below, above, strict=True)]
        figures = (np.mean(held), np.mean(below), np.mean(above), np.mean([hopes_not(t) for t in reached]))
        shown.add_row(
            name or "all",
            f"{len(reached)}",
            f"{math.exp(np.median(off)):.2f}x",
            f"{np.mean(np.array(off) < math.log(2)):.0%}",
            *(f"{figure:.0%}" for figure in figures),
            f"{np.mean([hopes_not(t) for t in hopeless]):.0%}" if hopeless else "",
        )
    return shown


def at(told: Told, more: int | None) -> float:
    """Labels in all; those that the pool does not have are all that it has."""
    return told.n_pool if more is None else told.now + more


def hopes_not(told: Told) -> bool:
    return told.forecast.outlook == "out of reach"


def main(
    folder: Annotated[Path, typer.Argument(help="holds the data sets", exists=True, file_okay=False)],
    sets: Annotated[str, typer.Option(help="names, with commas between")] = ",".join(SETS),
    seeds: Annotated[int, typer.Option(help="campaigns on each set")] = 3,
    explore: Annotated[float, typer.Option(help="the audit sample's share of a batch")] = 0.15,
    model: Annotated[str, typer.Option(help="what learns from the labels")] = "self_training",
    out: Annotated[Path, typer.Option(help="the folder for features and results")] = results.OUT,
) -> None:
    """Play the campaigns and show how good the forecasts were."""
    games = [(name, seed) for name in sets.split(",") for seed in range(seeds)]
    found: list[Campaign] = []
    for name, seed in track(games, "campaigns", console=Console(stderr=True)):
        batch_size, budget = SETS[name]
        found.append(play(name, stage(folder / name, explore, batch_size, model, out.resolve()), seed, budget))
    told = [one for campaign in found for one in foretold(campaign)]
    Console(width=120).print(table(told))
    record = {
        "explore": explore,
        "model": model,
        "campaigns": [asdict(one) for one in found],
        "forecasts": [asdict(one) for one in told],
    }
    print(results.save("forecast", record, out))


if __name__ == "__main__":
    typer.run(main)
