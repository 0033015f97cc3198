"""Measures whether the estimates of `retrain` are honest: whether the truth lies in 95% of the 95% intervals.

    python benchmarks/honesty.py FOLDER

FOLDER holds a folder a data set, each with train.csv and test.csv: columns id,text,label. In each campaign the rows of
both are split anew, at random, into a pool and rows that are never in it: these tell the truth. The audit sample is
drawn, asked and kept from choosing as in a project. `--seeing` plays campaigns in which choosing sees it, to show why
not. What was played is kept, so that a call goes on where another stopped; the estimates are made anew each time.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded: threads of small products get in their way

import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np
import results
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from alcli import plugins
from alcli.campaign.joining.specifying import completed
from alcli.campaign.learning import learned, unlabelled
from alcli.campaign.learning.learned import Read
from alcli.campaign.simulating.labelled import Labelled, Source, labelled
from alcli.campaign.simulating.replaying import Stage
from alcli.contracts import Estimate
from alcli.core.estimates import honest
from alcli.core.estimates.bounds import Z, wilson
from alcli.core.estimates.estimating import FOLDS, cross_fitted, taught
from alcli.core.estimates.intervals import share_of
from alcli.project.cache import Features
from alcli.project.config import Config, Part, Pool, Select

FRESH, POOL = 0.4, 8_000  # the share of rows that tell the truth, at most 5,000; rows of the pool at the most
DRAWS = 4  # models of random rows that say what selected rows gain


@dataclass(frozen=True)
class Spending:
    """How a set is played: rows a batch, batches, the audit sample's share."""

    batch_size: int
    rounds: int
    explore: float


SETS = {
    "trec6": Spending(50, 10, 0.2),
    "davidson_hate": Spending(50, 10, 0.2),
    "clickbait": Spending(25, 10, 0.3),
    "banking77": Spending(100, 8, 0.2),
    "clinc150": Spending(150, 8, 0.17),
}


@dataclass(frozen=True)
class Look:
    """Where a campaign stands after some labels, half of them or all: the truth, and what estimates are made of.

    `accuracy` and `macro_f1` are the model's on fresh rows, `waiting` its accuracy on the pool's reserved rows that
    were not asked. `y` and `said` are class numbers among `classes` of the audit sample's rows, `sure` how sure it was
    said, `sure_waiting` on average of the `n_waiting` others. After all labels there are `cross_validated`, the
    accuracy on selected rows held out, and `gain`, an estimate, with `gained`, what it is of.
    """

    labels: int
    accuracy: float
    macro_f1: float
    waiting: float
    classes: int
    y: list[int]
    said: list[int]
    sure: list[float]
    sure_waiting: float
    n_waiting: int
    cross_validated: float | None = None
    gain: Estimate | None = None
    gained: float | None = None

    def estimates(self) -> dict[str, Estimate]:
        """What a project would be told, and "sure": the accuracy narrowed by how sure the models are."""
        y, said = np.array(self.y), np.array(self.said)
        found = honest.estimates(y, said, [str(c) for c in range(self.classes)])
        return {**found, "sure": narrowed(y == said, np.array(self.sure), self.sure_waiting, self.n_waiting)}


@dataclass(frozen=True)
class Campaign:
    """One campaign."""

    set: str
    strategy: str
    seeing: bool
    seed: int
    looks: list[Look]
    model: str = "logistic"

    @property
    def key(self) -> tuple[str, str, bool, int, str]:
        """What it is known by."""
        return self.set, self.strategy, self.seeing, self.seed, self.model


@dataclass(frozen=True)
class Seeing(Stage):
    """A campaign in which choosing sees the audit sample."""

    def _chooser(self, asked: Any, reserve: Any, seed: Any, model: Any) -> Any:
        return model

    def _situation(self, asked: Sequence[int], reserve: Any, model: Any, seeds: tuple[int, int]) -> Any:
        blind = super()._situation(asked, reserve, model, seeds)
        return replace(blind, asked=dict(zip(asked, self._labels(asked), strict=True)))


@dataclass(frozen=True)
class Numbers:
    """All rows of a split as numbers: features and class numbers of the pool's rows and of the fresh ones."""

    X: Any
    y: Any
    fresh: Any
    truth: Any

    def accuracy(self, build: Any, rows: Any, X: Any, truth: Any) -> float:
        """That of a model of these rows of the pool, on others."""
        said = taught(build, self.X[rows], self.y[rows], int(self.y.max()) + 1)(X).argmax(axis=1)
        return float(np.mean(said == truth))

    def builder(self, model: str, asked: Any, seed: int) -> Any:
        """What makes this model for labels (n,), which may learn from rows that were not asked, too."""
        made: Any = plugins.load("models", model)
        others = unlabelled.drawn(len(self.y), getattr(made, "unlabelled", 0), seed, asked.tolist())
        return (lambda y: made.build_beside(y, self.X[others])) if others else made.build


def stage(rows: Labelled, strategy: str, model: str, spending: Spending, kind: Callable[..., Stage]) -> Stage:
    """The set with this strategy and this model, on the default features."""
    select = Select(strategy=Part(strategy), batch_size=spending.batch_size, explore=spending.explore)
    config = completed(Config(pool=Pool(id="id", text=("text",)), select=select, model=Part(model)))
    features = Features(rows.folder / "features", learned.blocks(Path(), config), rows.pool)
    features.fit(None, later=rows.test)
    return kind(Path(), config, rows, {"": Read((features,))})


def split(folder: Path, work: Path, seed: int) -> Labelled:
    """A pool and fresh rows, drawn by the seed."""
    source = Source((folder / "train.csv", folder / "test.csv"), test_share=FRESH, most=POOL, seed=seed)
    return labelled(work, source, Config(pool=Pool(text=("text",), label="label")))


def play(folder: Path, name: str, strategy: str, seeing: bool, seed: int, model: str) -> Campaign:
    """One campaign, looked at when half of its rounds and when all are over."""
    spending = SETS[name]
    with tempfile.TemporaryDirectory() as work:
        rows = split(folder / name, Path(work), seed)
        played = stage(rows, strategy, model, spending, Seeing if seeing else Stage)
        read = played.reads[""]
        some = [read.of_rows(rows.pool, range(len(rows.y))), np.concatenate([read.matrix(one) for one in rows.test])]
        numbers = Numbers(np.asarray(some[0], np.float32), rows.y, np.asarray(some[1], np.float32), rows.truth)
        rounds = list(islice(played.replay(seed), spending.rounds))
        order = np.array(list(dict.fromkeys(played.reserve(seed)["row"].tolist())))
        looks = []
        for upto in (spending.rounds // 2, spending.rounds):
            asked = np.array([row for done in rounds[:upto] for row in done.rows])
            last = rounds[upto - 1]
            build = numbers.builder(model, asked, seed)
            looks.append(
                look(numbers, build, asked, order, last.accuracy, last.macro_f1, seed, upto == spending.rounds)
            )
    return Campaign(name, strategy, seeing, seed, looks, model)


@dataclass(frozen=True)
class Kept:
    """A model that is kept beside others once it is fitted."""

    model: Any
    beside: list[Any]

    def fit(self, X: Any, y: Any) -> Any:
        """As the model itself."""
        self.beside.append(self.model.fit(X, y))
        return self.beside[-1]


def look(
    numbers: Numbers, build: Any, asked: Any, order: Any, accuracy: float, macro_f1: float, seed: int, last: bool
) -> Look:
    """What is known and what is true after these rows."""
    X, (classes, y) = numbers.X[asked], np.unique(numbers.y[asked], return_inverse=True)
    drawn = np.isin(asked, order)
    audit, selected = np.flatnonzero(drawn), np.flatnonzero(~drawn)
    waiting = order[~np.isin(order, asked)]
    fitted: list[Any] = []
    found = honest.audited(lambda labels: Kept(build(labels), fitted), X, y, audit, seed)
    assert found
    sure = [model.predict_proba(numbers.X[waiting]).max(axis=1).mean() for model in fitted]
    biased = cross_fitted(build, X[selected], y[selected], seed) if last else None
    gain = honest.gain(build, X, y, audit, selected, seed) if last else None
    return Look(
        labels=len(asked),
        accuracy=accuracy,
        macro_f1=macro_f1,
        waiting=numbers.accuracy(build, asked, numbers.X[waiting], numbers.y[waiting]),
        classes=len(classes),
        y=found.y.tolist(),
        said=found.proba.argmax(axis=1).tolist(),
        sure=found.proba.max(axis=1).round(4).tolist(),
        sure_waiting=float(np.mean(sure)),
        n_waiting=len(waiting),
        cross_validated=biased.figures["accuracy_cv"] if biased else None,
        gain=gain,
        gained=gained(numbers, build, asked[selected], len(audit) - len(audit) // FOLDS, seed) if gain else None,
    )


def narrowed(right: Any, sure: Any, sure_waiting: float, n_waiting: int) -> Estimate:
    """The accuracy, with how sure models are of rows without a label as a control variate.

    What sureness explains of being right is taken away, but for the part of it that waiting rows do not know either:
    prediction-powered inference at the best lambda (Angelopoulos, Duchi and Zrnic 2023), cross-fitted (Zrnic and
    Candes 2024), with Wilson's interval of as many more rows.
    """
    n, share = len(right), float(np.mean(right))
    if share in (0, 1) or np.ptp(sure) == 0:
        return share_of(right)
    slope = float(np.cov(right, sure)[0, 1] / np.var(sure, ddof=1))
    explained = max(0.0, 1 - (1 - np.corrcoef(right, sure)[0, 1] ** 2) * (n - 1) / (n - 2))
    waiting = n_waiting / (n + n_waiting)
    off = waiting * (float(np.mean(sure)) - sure_waiting)  # from the mean over all that were drawn
    value = float(np.clip(share - slope * off, 0, 1)) if explained else share
    low, high = wilson(value, n / (1 - explained * waiting))
    return Estimate(value, low, high, (high - low) / (2 * Z), n)


def gained(numbers: Numbers, build: Any, selected: Any, n: int, seed: int) -> float:
    """The accuracy on fresh rows of a model of the first `n` selected rows beyond that of models of random rows."""
    rng = np.random.default_rng(seed)
    drawn = [rng.permutation(len(numbers.y))[:n] for _ in range(DRAWS)]
    one, *others = [numbers.accuracy(build, rows, numbers.fresh, numbers.truth) for rows in (selected[:n], *drawn)]
    return one - float(np.mean(others))


@dataclass(frozen=True)
class Ledger:
    """The campaigns that were played, a JSON line each."""

    file: Path

    def read(self) -> dict[tuple[str, str, bool, int, str], Campaign]:
        """Those that are there whole."""
        found = {}
        for line in self.file.read_text().splitlines() if self.file.exists() else ():
            try:
                one = msgspec.json.decode(line, type=Campaign)
            except msgspec.DecodeError:
                continue  # cut short by a kill
            found[one.key] = one
        return found

    def keep(self, one: Campaign) -> None:
        """Put a campaign at the end."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("ab") as opened:
            opened.write(msgspec.json.encode(one) + b"\n")


@dataclass(frozen=True)
class Verdict:
    """Over some campaigns: how often the interval held the truth, its mean width, the mean error, and the error's
    spread; all but the first in points."""

    n: int
    coverage: float
    width: float
    error: float
    uncertain: float | None  # the standard error of the mean error
    spread: float

    @classmethod
    def of(cls, found: Sequence[tuple[Estimate, float]]) -> Verdict:
        """That of estimates, each with the truth."""
        errors = 100 * np.array([estimate.value - truth for estimate, truth in found])
        return cls(
            n=len(found),
            coverage=float(np.mean([estimate.low <= truth <= estimate.high for estimate, truth in found])),
            width=100 * float(np.mean([estimate.high - estimate.low for estimate, _ in found])),
            error=float(errors.mean()),
            uncertain=results.standard_error(errors.tolist()),
            spread=float(errors.std()),
        )

    def __str__(self) -> str:
        return f"{self.coverage:.1%} {self.width:4.1f} {self.error:+.1f} {results.plus_minus(self.uncertain)}"


def judged(some: Sequence[Campaign], looks: Sequence[int] = (0, 1)) -> dict[str, Verdict]:
    """What these campaigns say of each kind of estimate."""
    seen = [one.looks[at] for one in some for at in looks]
    told = [look.estimates() for look in seen]
    pairs = {
        "accuracy": [(each["accuracy"], look.accuracy) for each, look in zip(told, seen, strict=True)],
        "sure": [(each["sure"], look.accuracy) for each, look in zip(told, seen, strict=True)],
        "macro_f1": [(e["macro_f1"], look.macro_f1) for e, look in zip(told, seen, strict=True) if "macro_f1" in e],
        "gain": [(look.gain, look.gained) for look in seen if look.gain and look.gained is not None],
    }
    return {kind: Verdict.of(found) for kind, found in pairs.items() if found}


def table(campaigns: Sequence[Campaign]) -> Table:
    """Each set, and all; of each estimate how often the interval held the truth, its width, and the mean error."""
    kinds = {"accuracy": "accuracy", "sure": "narrowed by sureness", "macro_f1": "macro-F1", "gain": "gain"}
    shown = Table(
        "set", "strategy", "campaigns", *kinds.values(), "cross-validated", "pool rows", title="coverage, width, error"
    )
    groups = {(one.set, one.strategy, one.seeing) for one in campaigns}
    groups |= {("all", strategy, seeing) for _, strategy, seeing in groups}
    groups |= {("all", "all", seeing) for _, _, seeing in groups}
    for name, strategy, seeing in sorted(groups, key=lambda group: (group[2], group[0] == "all", group)):
        some = [
            one
            for one in campaigns
            if one.seeing == seeing and name in (one.set, "all") and strategy in (one.strategy, "all")
        ]
        found = judged(some)
        looks = [look for one in some for look in one.looks]
        off = [look.cross_validated - look.accuracy for look in looks if look.cross_validated is not None]
        biased = f"{100 * np.mean(off):+.1f}"
        pool = f"{100 * np.mean([look.waiting - look.accuracy for look in looks]):+.1f}"
        cells = [str(found[kind]) if kind in found else "" for kind in kinds]
        shown.add_row(name, strategy + (" (seeing)" if seeing else ""), str(len(some)), *cells, biased, pool)
    return shown


def games(
    sets: Sequence[str], strategies: Sequence[str], seeing: bool, seeds: range, model: str
) -> Iterator[tuple[Any, ...]]:
    """What is to be played: no two campaigns on the same split."""
    for seed in seeds:
        for name in sets:
            for at, strategy in enumerate(strategies):
                yield name, strategy, seeing, seed + 1_000 * at, model


def main(
    folder: Annotated[Path, typer.Argument(help="holds the data sets", exists=True, file_okay=False)],
    sets: Annotated[str, typer.Option(help="names, with commas between")] = ",".join(SETS),
    strategies: Annotated[str, typer.Option(help="names, with commas between")] = "auto,margin",
    seeds: Annotated[int, typer.Option(help="campaigns of each strategy on each set")] = 40,
    seeing: Annotated[bool, typer.Option(help="campaigns in which choosing sees the audit sample")] = False,
    model: Annotated[str, typer.Option(help="what learns from the labels")] = "self_training",
    ledger: Annotated[str, typer.Option(help="the name of the file of campaigns")] = "honesty",
    out: Annotated[Path, typer.Option(help="the folder for campaigns and results")] = results.OUT,
) -> None:
    """Play the campaigns and show what their estimates were worth."""
    warnings.simplefilter("ignore")
    book = Ledger(out / f"{ledger}.jsonl")
    there = book.read()
    todo = list(games(sets.split(","), strategies.split(","), seeing, range(seeds), model))
    for game in track([game for game in todo if game not in there], "campaigns", console=Console(stderr=True)):
        book.keep(play(folder, *game))
    campaigns = [one for one in book.read().values() if one.model == model]
    Console(width=None if Console().is_terminal else 200).print(table(campaigns))
    told = {
        name: asdict(verdict) for name, verdict in judged([one for one in campaigns if one.seeing == seeing]).items()
    }
    print(results.save("honesty", {"sets": {name: asdict(one) for name, one in SETS.items()}, "found": told}, out))


if __name__ == "__main__":
    typer.run(main)
