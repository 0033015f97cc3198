"""Measures what a model gains by learning from rows without a label: `self_training` beside `logistic`.

    python benchmarks/pool_taught.py FOLDER

FOLDER is that of `label_efficiency.py`, and the campaigns are played alike. Both models are of the same labels: batches
are chosen by the plain one either way.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded: threads of small products get in their way

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import results
import typer
from label_efficiency import Played, play, sources
from rich.console import Console
from rich.table import Table

from alcli.campaign.joining.specifying import parts_listed
from alcli.campaign.simulating.planning import Plan

MODELS = ("logistic", "self_training")
ROUNDS = 20  # of each campaign: later, a model has labels enough


@dataclass(frozen=True)
class Gain:
    """What the pool adds to the score, mean of the rounds: mean of the seeds, standard error; and in each of the first
    rounds, mean of the seeds."""

    name: str
    metric: str
    strategy: str
    plain: float
    mean: float
    error: float | None
    rounds: tuple[float, ...]


def gains(one: Played) -> list[Gain]:
    """Of each strategy, paired by seed."""
    metric = one.outcome.metric
    found = []
    for strategy in dict.fromkeys(curve.contender.strategy for curve in one.outcome.curves):
        by_model = [
            {
                curve.seed: np.array([getattr(each, metric) for each in curve.rounds[:ROUNDS]])
                for curve in one.outcome.curves
                if (curve.contender.strategy, curve.contender.model) == (strategy, model)
            }
            for model in MODELS
        ]
        plain, taught = (np.array([of[seed] for seed in sorted(of)]) for of in by_model)
        each = (taught - plain).mean(axis=1)
        error = results.standard_error(each)
        by_round = tuple((taught - plain).mean(axis=0).tolist())
        found.append(Gain(one.name, metric, strategy, float(plain.mean()), float(each.mean()), error, by_round))
    return found


def shown(found: list[Gain]) -> Table:
    """The gains as a table, in points."""
    table = Table("set", "score", "strategy", "logistic", "gain", "after 1 batch", "5", "10", "20")
    for column in table.columns[3:]:
        column.justify = "right"
    for gain in found:
        after = [f"{100 * gain.rounds[n - 1]:+.1f}" if n <= len(gain.rounds) else "" for n in (1, 5, 10, 20)]
        mean = f"{100 * gain.mean:+.1f} {results.plus_minus(gain.error, times=100)}"
        table.add_row(gain.name, gain.metric, gain.strategy, f"{100 * gain.plain:.1f}", mean, *after)
    table.caption = f"points, mean of the first {ROUNDS} rounds; ± standard error over the seeds"
    return table


def main(
    folder: Annotated[Path, typer.Argument(help="holds a folder a data set", exists=True, file_okay=False)],
    sets: Annotated[str, typer.Option(help="names, with commas between; else all there are")] = "",
    strategies: Annotated[str, typer.Option(help="parts, with commas between")] = "auto,random",
    seeds: Annotated[int, typer.Option(help="campaigns of each")] = 3,
    engine: Annotated[str, typer.Option(help="local, or joblib:N for N worker processes")] = "local",
    out: Annotated[Path, typer.Option(help="the folder for campaigns and results")] = results.OUT,
) -> None:
    """Play every strategy with both models on every set, and show what the pool adds."""
    plan = Plan(parts_listed(strategies), models=parts_listed(",".join(MODELS)), seeds=seeds, explore=0.0)
    found = []
    for name, source in sources(folder, out, [word for word in sets.split(",") if word]).items():
        found += gains(play(name, source, plan, out / "label-efficiency", engine))
    Console(width=None if Console().is_terminal else 160).print(shown(found))
    print(results.save("pool-taught", {"gains": [asdict(one) for one in found]}, out))


if __name__ == "__main__":
    typer.run(main)
