"""Measures how fast a model gets better: whole campaigns through the command line, with played annotators.

    python benchmarks/campaign.py FOLDER

FOLDER holds train.csv, the pool, and test.csv, kept apart: columns id,text,label, or id,<numbers and
categories>,label. Each campaign starts with nothing labelled and goes round by round: select, labels filled
in from train.csv, ingest, retrain, predict the test rows. The table shows the accuracy on them by labels
spent, mean ± standard deviation over the seeds. All strategies start from the same first batch of a seed.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import pandas as pd
import played
import results
import typer
from measure import CommandFailed
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sklearn.metrics import accuracy_score, f1_score

EXHAUSTED = 4  # the exit code of select at the end of the pool
TOO_FEW = (3, 4)  # the exit codes of retrain while labels or classes are missing


@dataclass(frozen=True)
class Point:
    """One point of a learning curve."""

    strategy: str
    seed: int
    labels: int
    accuracy: float
    macro_f1: float


@dataclass(frozen=True)
class Data:
    """A data set as files to hand to the tool, and the answers it never sees."""

    pool: Path
    unlabelled_test: Path
    columns: list[str]
    answers: dict[str, str]
    truth: pd.Series


def read(folder: Path, out: Path) -> Data:
    """Takes the labels out of a data set."""
    train, test = (pd.read_csv(folder / name, dtype=str, keep_default_na=False) for name in ("train.csv", "test.csv"))
    out.mkdir(parents=True, exist_ok=True)
    train.drop(columns="label").to_csv(out / "pool.csv", index=False)
    test.drop(columns="label").to_csv(out / "test.csv", index=False)
    return Data(
        pool=out / "pool.csv",
        unlabelled_test=out / "test.csv",
        columns=[name for name in train.columns if name not in ("id", "label")],
        answers=dict(zip(train["id"], train["label"], strict=True)),
        truth=test.set_index("id")["label"],
    )


def campaign(data: Data, project: Path, strategy: str, seed: int, batch_size: int, budget: int) -> Iterator[Point]:
    """One campaign, from nothing to the budget or the end of the pool."""
    shutil.rmtree(project, ignore_errors=True)
    shown = ("--text", "text") if "text" in data.columns else ("--columns", ",".join(data.columns))
    played.alcli("init", project, "--pool", data.pool, "--id", "id", *shown, "--seed", seed)
    spent, trained = 0, False
    while spent < budget:
        by_strategy = ("--strategy", strategy) if trained else ()  # before a model, the cold start is the tool's own
        n = min(batch_size, budget - spent)
        try:
            outcome = played.alcli("select", "-n", n, *by_strategy, project=project)
        except CommandFailed as failed:
            if failed.returncode == EXHAUSTED and spent:
                return
            raise
        files, answered = played.annotate(outcome, data.answers)
        if not answered:
            return
        spent += len(answered)
        played.alcli("ingest", *files, project=project)
        try:
            played.alcli("retrain", project=project)
        except CommandFailed as failed:
            if failed.returncode in TOO_FEW and not trained:
                continue  # the first batches may hold one class only
            raise
        trained = True
        yield score(data, project, strategy, seed, spent)


def score(data: Data, project: Path, strategy: str, seed: int, spent: int) -> Point:
    """The model of now on the rows it never saw."""
    file = project / f"predictions-{spent:05d}.csv"
    played.alcli("predict", data.unlabelled_test, "-o", file, project=project)
    predicted = pd.read_csv(file, dtype=str, keep_default_na=False).set_index("id")["label"].loc[data.truth.index]
    return Point(
        strategy,
        seed,
        spent,
        accuracy=float(accuracy_score(data.truth, predicted)),
        macro_f1=float(f1_score(data.truth, predicted, average="macro", zero_division=0)),
    )


def over_seeds(points: list[Point], figure: str, statistic: Literal["mean", "std"]) -> pd.DataFrame:
    """The mean or std of a figure over the seeds: a row for each number of labels, a column a strategy."""
    return pd.DataFrame(points).pivot_table(
        values=figure, index="labels", columns="strategy", aggfunc=statistic, dropna=False
    )


def labels_needed(points: list[Point], figure: str, share: float = 0.9) -> dict[str, list[int | None]]:
    """Labels until each curve first reaches a share of the best mean of all; None where it never does."""
    enough = share * np.nanmax(over_seeds(points, figure, "mean"))
    curves: dict[tuple[str, int], list[Point]] = defaultdict(list)
    for point in points:
        curves[point.strategy, point.seed].append(point)
    needed: dict[str, list[int | None]] = defaultdict(list)
    for (strategy, _), curve in curves.items():
        needed[strategy].append(next((p.labels for p in curve if getattr(p, figure) >= enough), None))
    return dict(needed)


def table(points: list[Point], figure: str, strategies: list[str], title: str) -> Table:
    """Labels by strategy, with the area under each curve and the labels needed below."""
    mean, sd = over_seeds(points, figure, "mean"), over_seeds(points, figure, "std")
    shown = Table("labels", *strategies, title=title)
    for column in shown.columns:
        column.justify = "right"
    for labels, means, sds in zip(mean.index, mean[strategies].to_numpy(), sd[strategies].to_numpy(), strict=True):
        shown.add_row(f"{labels:,}", *map(spread, means, sds))
    shown.add_section()
    shown.add_row("mean of the curve", *(f"{100 * mean[name].mean():.1f}" for name in strategies))
    needed = labels_needed(points, figure)
    shown.add_row("labels to 90% of the best", *(count(needed[name]) for name in strategies))
    return shown


def spread(mean: float, sd: float) -> str:
    """Per cent, as mean ± sd; one seed has no sd."""
    if np.isnan(mean):
        return ""
    return f"{100 * mean:.1f}" if np.isnan(sd) else f"{100 * mean:.1f} ± {100 * sd:.1f}"


def count(needed: list[int | None]) -> str:
    """The mean over the seeds, if all of them got there."""
    reached = [labels for labels in needed if labels is not None]
    return f"{np.mean(reached):,.0f}" if len(reached) == len(needed) else f"{len(reached)} of {len(needed)} reach it"


def plot(points: list[Point], figure: str, file: Path) -> Path | None:
    """The learning curves as a picture; None where matplotlib is not installed."""
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError:
        return None
    mean, sd = over_seeds(points, figure, "mean"), over_seeds(points, figure, "std").fillna(0)
    picture = Figure(figsize=(7, 4.5), layout="constrained")
    axes = picture.add_subplot(xlabel="labels", ylabel=figure)
    for name in mean:
        axes.plot(mean.index, mean[name], marker=".", label=name)
        axes.fill_between(mean.index, mean[name] - sd[name], mean[name] + sd[name], alpha=0.2)
    axes.legend()
    picture.savefig(file, dpi=150)
    return file


def main(
    folder: Annotated[Path, typer.Argument(help="holds train.csv and test.csv", exists=True, file_okay=False)],
    strategies: Annotated[str, typer.Option(help="names, with commas between")] = "margin,random",
    seeds: Annotated[int, typer.Option(help="campaigns of each strategy")] = 3,
    batch_size: Annotated[int, typer.Option(help="labels a round")] = 100,
    budget: Annotated[int, typer.Option(help="labels a campaign may spend")] = 1500,
    out: Annotated[Path, typer.Option(help="the folder for projects and results")] = results.OUT,
) -> None:
    """Run campaigns and show accuracy by labels spent."""
    names = strategies.split(",")
    out = out.resolve()
    home = out / f"campaign-{folder.resolve().name}"
    data = read(folder, home)
    runs = [(strategy, seed) for strategy in names for seed in range(seeds)]
    points = [
        point
        for strategy, seed in track(runs, "campaigns", console=Console(stderr=True))
        for point in campaign(data, home / f"{strategy}-{seed}", strategy, seed, batch_size, budget)
    ]
    for figure in ("accuracy", "macro_f1"):
        title = f"{folder.resolve().name}: {figure} on {len(data.truth):,} test rows, seeds: {seeds}"
        Console().print(table(points, figure, names, title))
    options = {"batch_size": batch_size, "budget": budget, "seeds": list(range(seeds)), "strategies": names}
    needed = {figure: labels_needed(points, figure) for figure in ("accuracy", "macro_f1")}
    record = options | {"labels_to_90_percent": needed, "points": [asdict(point) for point in points]}
    print(results.save(home.name, record, out))
    if picture := plot(points, "accuracy", out / f"{home.name}.png"):
        print(picture)


if __name__ == "__main__":
    typer.run(main)
