"""Measures how many labels a strategy saves: `alcli simulate` over several data sets, summed up.

    python benchmarks/label_efficiency.py FOLDER

FOLDER holds a folder a data set, each with train.csv (the pool) and test.csv, without which test rows are held out anew
for each seed: columns id,text,label, or id,<numbers and categories>,label. scikit-learn's digits join them. Every
strategy is played on the same features, with the same model and on the same seeds, from nothing labelled. What was
played is kept, so that a second run adds to the first.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded: threads of small products get in their way

import csv
import fnmatch
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np
import results
import typer
from rich.console import Console
from rich.table import Table

from alcli.campaign.joining.specifying import parts_listed
from alcli.campaign.simulating.comparing import Line, compare
from alcli.campaign.simulating.labelled import Source
from alcli.campaign.simulating.planning import Plan
from alcli.commands.simulate import Outcome, simulate
from alcli.core.estimates import curves
from alcli.project.config import Part
from alcli.show.progress import bar

STRATEGIES = "auto,margin,random,uncertainty_herding,max_herding,badge,typiclust,entropy,least_confident,k_center"
CHOOSER = "logistic"  # by itself: what else the default model learns from is not what a strategy is worth
SCRIPT = Plan(  # what a script does today
    strategies=(Part("margin"),),
    features=(Part("tfidf"),),
    models=(Part("sklearn.linear_model:LogisticRegression", {"max_iter": 1000}),),
    cold_start=Part("random"),
    explore=0.0,
)


@dataclass(frozen=True)
class Spending:
    """How a set is played: rows a batch, labels a campaign."""

    batch_size: int
    budget: int


SETS = {
    "banking77": Spending(100, 1_500),
    "clinc150": Spending(100, 2_500),
    "trec6": Spending(25, 750),
    "clickbait": Spending(20, 400),
    "davidson_hate": Spending(25, 750),
    "digits": Spending(10, 300),
    "spam": Spending(20, 400),
    "mailing_lists": Spending(20, 500),
    "reuters": Spending(50, 1_000),
}
TABLE = Spending(10, 200)  # the bench_* sets, and any other


@dataclass(frozen=True)
class Played:
    """A set and what was played on it."""

    name: str
    outcome: Outcome

    def lines(self, against: str) -> dict[str, Line]:
        """Each strategy compared with one of them."""
        o = self.outcome
        return {line.contender.strategy: line for line in compare(o.curves, o.metric, against)}


@dataclass(frozen=True)
class Summary:
    """A strategy over all sets, in shares of one: labels to 90% as a ratio to random's (geometric mean over the sets in
    which either got there), area over random, over margin, and over random in the first five batches (means), the
    worst of the areas over random, and the worst difference in area to the best of the others."""

    strategy: str
    ratio: float | None
    sets_with_ratio: int
    over_random: float
    over_margin: float
    early: float
    worst: float
    behind_best: float


WANTED = {  # of `auto`
    "ratio": ("at most", 0.55),
    "over_random": ("at least", 0.06),
    "over_margin": ("at least", 0.015),
    "early": ("at least", 0.09),
    "worst": ("at least", -0.01),
    "behind_best": ("at least", -0.01),
}


def sources(folder: Path, out: Path, names: Sequence[str]) -> dict[str, Source]:
    """The sets in a folder, and the digits; of these the ones that are named, if any are."""
    found = {
        path.name: Source((path / "train.csv",), path / "test.csv" if (path / "test.csv").is_file() else None)
        for path in sorted(folder.iterdir())
        if (path / "train.csv").is_file()
    }
    found["digits"] = Source((digits(out / "digits.csv"),))
    meant = {name: fnmatch.filter(found, name) for name in names or ["*"]}
    missing = [name for name, there in meant.items() if not there]
    if missing:
        raise typer.BadParameter(f"no such set: {', '.join(missing)}; there are {', '.join(found)}")
    return {name: found[name] for there in meant.values() for name in there}


def digits(file: Path) -> Path:
    """scikit-learn's digits: 1,797 pictures of 8 x 8 as a table."""
    from sklearn.datasets import load_digits

    pictures, labels = load_digits(return_X_y=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["id", *(f"p{at:02d}" for at in range(pictures.shape[1])), "label"])
        writer.writerows(
            [f"d{at}", *row.astype(int), label] for at, (row, label) in enumerate(zip(pictures, labels, strict=True))
        )
    return file


def play(name: str, source: Source, plan: Plan, work: Path, engine: str) -> Played:
    """All campaigns on one set. The plan's features are for texts; tables have but one featurizer."""
    with source.paths[0].open(newline="") as file:
        columns = [column for column in next(csv.reader(file)) if column not in ("id", "label")]
    text = [column for column in columns if column == "text"]
    spending = SETS.get(name, TABLE)
    plan = replace(plan, batch_size=plan.batch_size or spending.batch_size, budget=spending.budget)
    outcome = simulate(
        source,
        plan if text else replace(plan, features=()),
        label_column="label",
        id_column="id",
        text=text,
        columns=[] if text else columns,
        work=work,
        engine=engine,
        watch=lambda title: bar(f"{name}: {title}", False),
    )
    return Played(name, outcome)


def summed_up(played: Sequence[Played]) -> list[Summary]:
    """Each strategy over all sets."""
    over_random, over_margin = ([one.lines(name) for one in played] for name in ("random", "margin"))
    found = []
    for strategy in over_random[0]:
        mine = [lines[strategy] for lines in over_random]
        ratios = [line.reach[0].ratio.mean for line in mine if line.reach[0].ratio]
        gains = [gained(line.gain) for line in mine]
        best = [max(line.area for name, line in lines.items() if name != strategy) for lines in over_random]
        found.append(
            Summary(
                strategy=strategy,
                ratio=math.exp(np.mean(np.log(ratios))) if ratios else None,
                sets_with_ratio=len(ratios),
                over_random=float(np.mean(gains)),
                over_margin=float(np.mean([gained(lines[strategy].gain) for lines in over_margin])),
                early=float(np.mean([gained(line.early_gain) for line in mine])),
                worst=min(gains),
                behind_best=min(line.area - peer for line, peer in zip(mine, best, strict=True)),
            )
        )
    return found


def gained(gain: curves.Interval | None) -> float:
    """The difference in area; none to itself."""
    return gain.mean if gain else 0.0


def totals(found: Sequence[Summary]) -> Table:
    """The summary as a table; what `auto` is wanted to reach stands below, with a ! where it does not."""
    columns = {
        "ratio": "labels to 90%,\nof random's",
        "over_random": "area over\nrandom",
        "over_margin": "area over\nmargin",
        "early": "first 5\nbatches",
        "worst": "worst\nset",
        "behind_best": "to the\nbest peer",
    }
    table = Table("strategy", *columns.values(), title="over all sets (points; ratio: geometric mean)")
    for column in table.columns[1:]:
        column.justify = "right"
    for one in found:
        table.add_row(one.strategy, *(said(name, getattr(one, name), one.strategy == "auto") for name in columns))
    table.add_section()
    table.add_row("wanted of auto", *(f"{word} {shown(name, figure)}" for name, (word, figure) in WANTED.items()))
    return table


def said(name: str, figure: float | None, judged: bool) -> str:
    """A figure, and a ! where it misses what is wanted."""
    if figure is None:
        return "-"
    word, wanted = WANTED[name]
    missed = judged and (figure > wanted if word == "at most" else figure < wanted)
    return shown(name, figure) + ("!" if missed else "")


def shown(name: str, figure: float) -> str:
    """Ratios as they are, differences in points."""
    return f"{figure:.2f}" if name == "ratio" else f"{100 * figure:+.1f}"


def by_set(played: Sequence[Played]) -> Table:
    """The area of each strategy on each set, over that of random, and the ratio of labels."""
    table = Table("set", "score", *(line.contender.strategy for line in played[0].outcome.lines))
    for one in played:
        lines = one.lines("random")
        cells = []
        for line in lines.values():
            ratio = line.reach[0].ratio
            labels = f" ({ratio.mean:.2f})" if ratio else ""
            cells.append(f"{100 * gained(line.gain):+.1f}{labels}" if line.gain else f"{100 * line.area:.1f}")
        table.add_row(one.name, one.outcome.metric, *cells)
    table.caption = "points of area over random's (labels to 90% of the full-pool score, as a ratio to random's)"
    return table


@dataclass(frozen=True)
class Stack:
    """Labels that the defaults take to the score that the script has after `labels`, as a share of these."""

    name: str
    labels: int
    score: float
    ratio: curves.Ratio | None


def stacks(ours: Played, script: Played) -> list[Stack]:
    """The defaults against what a script does today, after a quarter, half and all of the script's labels."""
    metric, found = ours.outcome.metric, []
    mine, theirs = ({curve.seed: curve for curve in one.outcome.curves} for one in (ours, script))
    seeds = sorted(set(mine) & set(theirs))
    rounds = len(theirs[seeds[0]].rounds)
    for n in sorted({max(1, rounds // 4), max(1, rounds // 2), rounds}):
        spent = theirs[seeds[0]].rounds[n - 1].labels
        wanted = [getattr(theirs[seed].rounds[n - 1], metric) for seed in seeds]
        taken = [curves.labels_to(*mine[seed].score(metric), score) for seed, score in zip(seeds, wanted, strict=True)]
        last = mine[seeds[0]].rounds[-1].labels
        ratio = curves.ratio(taken, [float(spent)] * len(seeds), last)
        found.append(Stack(ours.name, spent, float(np.mean(wanted)), ratio))
    return found


def stack_table(found: Sequence[Stack]) -> Table:
    """The whole stacks side by side."""
    table = Table("set", "labels of the script", "its score", "ours take", title="labels to the same score")
    for one in found:
        ratio = "-" if one.ratio is None else f"{one.ratio.bound} {one.ratio.mean:.0%}".strip()
        table.add_row(one.name, f"{one.labels:,}", f"{100 * one.score:.1f}", ratio)
    return table


def plot(played: Sequence[Played], file: Path) -> Path | None:
    """The mean learning curves, a picture a set; None where matplotlib is not installed."""
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError:
        return None
    across = min(3, len(played))
    down = math.ceil(len(played) / across)
    picture = Figure(figsize=(4.5 * across, 3.2 * down), layout="constrained")
    axes = picture.subplots(down, across, squeeze=False).ravel()
    for one, axis in zip(played, axes, strict=False):
        for line in one.outcome.lines:
            some = [curve for curve in one.outcome.curves if curve.contender == line.contender]
            n = min(len(curve.rounds) for curve in some)
            scores = np.array([curve.score(one.outcome.metric, n)[1] for curve in some])
            labels, mean = some[0].score(one.outcome.metric, n)[0], scores.mean(axis=0)
            axis.plot(labels, mean, label=line.contender.strategy)
            if len(some) > 1:
                axis.fill_between(labels, mean - scores.std(axis=0), mean + scores.std(axis=0), alpha=0.15)
        axis.set(title=one.name, xlabel="labels", ylabel=one.outcome.metric)
    axes[0].legend(fontsize="small")
    for axis in axes[len(played) :]:
        axis.set_visible(False)
    picture.savefig(file, dpi=150)
    return file


def record(one: Played) -> dict[str, Any]:
    """All that was found on a set, round by round; the rows asked are left out."""
    told: dict[str, Any] = msgspec.to_builtins(one.outcome)
    for curve in told["curves"]:
        for played in curve["rounds"]:
            del played["rows"]
    return {"name": one.name, **told}


def main(
    folder: Annotated[Path, typer.Argument(help="holds a folder a data set", exists=True, file_okay=False)],
    sets: Annotated[str, typer.Option(help="names or patterns, with commas between; else all")] = "",
    strategies: Annotated[str, typer.Option(help="parts, with commas between")] = STRATEGIES,
    features: Annotated[str, typer.Option(help="the featurizer of texts; else the default")] = "",
    model: Annotated[str, typer.Option(help="the model; else the one that chooses by default")] = CHOOSER,
    cold_start: Annotated[str, typer.Option(help="what chooses before there is a model; else the default")] = "",
    seeds: Annotated[int, typer.Option(help="campaigns of each strategy")] = 5,
    stack: Annotated[bool, typer.Option(help="the defaults as a whole against what a script does today")] = False,
    batch_size: Annotated[int | None, typer.Option(help="rows a batch; else by set")] = None,
    engine: Annotated[str, typer.Option(help="local, or joblib:N for N worker processes")] = "local",
    out: Annotated[Path, typer.Option(help="the folder for campaigns and results")] = results.OUT,
) -> None:
    """Play every strategy on every set and show what each saves."""
    work = out / "label-efficiency"
    named = next(iter(parts_listed(cold_start)), None)
    plan = Plan(
        parts_listed(strategies),
        parts_listed(features),
        parts_listed(model),
        named,
        batch_size=batch_size,
        seeds=seeds,
        explore=0.0,
    )
    if stack:
        models = () if model == CHOOSER else plan.models
        plan = replace(plan, strategies=plan.strategies[:1], models=models)
    played, versus = [], []
    for name, source in sources(folder, out, [word for word in sets.split(",") if word]).items():
        played.append(play(name, source, plan, work, engine))
        if stack:
            as_today = replace(SCRIPT, batch_size=batch_size, seeds=seeds, metric=played[-1].outcome.metric)
            script = play(name, source, as_today, work, engine)
            versus += stacks(played[-1], script)
    console = Console(width=None if Console().is_terminal else 160)
    name = "whole-stack" if stack else "label-efficiency"
    told: dict[str, Any] = {"sets": [record(one) for one in played], "options": asdict(plan)}
    if stack:
        console.print(stack_table(versus))
        told["stacks"] = [asdict(one) for one in versus]
    else:
        found = summed_up(played)
        console.print(by_set(played))
        console.print(totals(found))
        told["summary"], told["wanted"] = [asdict(one) for one in found], WANTED
    print(results.save(name, told, out))
    if picture := plot(played, out / f"{name}.png"):
        print(picture)


if __name__ == "__main__":
    typer.run(main)
