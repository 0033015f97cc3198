"""Measures what the audit sample costs: labels that choosing does not get, against the width of the interval they buy.

    python benchmarks/audit_price.py FOLDER

FOLDER holds a folder a data set, each with train.csv and test.csv: columns id,text,label. Every share of the batches is
played on the same seeds with `auto`, from nothing labelled, and compared with no audit sample at all. The model that is
scored has learned from all labels. What was played is kept, so that a call goes on where another stopped.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded: threads of small products get in their way

import math
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
import results
import typer
from honesty import Spending, stage
from rich.console import Console
from rich.progress import track
from rich.table import Table

from alcli.campaign.simulating.labelled import Labelled, Source, labelled
from alcli.campaign.simulating.replaying import Round, Stage
from alcli.core.estimates import curves, scoring
from alcli.core.estimates.bounds import wilson
from alcli.project.config import Config, Pool

SHARES = ("0", "0.05", "0.1", "0.15", "0.2", "0.3", "0.2 to 100")
SETS = {  # rows a batch, batches
    "trec6": (50, 14),
    "davidson_hate": (50, 14),
    "clickbait": (20, 15),
    "banking77": (100, 12),
    "clinc150": (150, 10),
}
FULL = 5_000  # random labels, or the whole pool: what they are worth is the full score
GOOD = 0.9  # of it


@dataclass(frozen=True)
class Share:
    """The part of each batch that is the audit sample's; half of it once so many rows of it were asked."""

    part: float
    until: int | None = None

    @classmethod
    def of(cls, word: str) -> Share:
        """One as it is named: "0.1", or "0.2 to 200"."""
        part, _, until = word.partition(" to ")
        return cls(float(part), int(until) if until else None)


@dataclass(frozen=True)
class Curve:
    """One campaign: labels spent, rows of the audit sample among them, scores on the test rows; the full pool's."""

    set: str
    share: str
    seed: int
    labels: list[int]
    audit: list[int]
    accuracy: list[float]
    macro_f1: list[float]
    full: float
    metric: str

    @property
    def score(self) -> list[float]:
        """By the metric that suits the set."""
        return self.accuracy if self.metric == "accuracy" else self.macro_f1


def played_with(rows: Labelled, strategy: str, batch_size: int, explore: float) -> Stage:
    """The set with this strategy and this part of each batch audited, by a logistic model."""
    return stage(rows, strategy, "logistic", Spending(batch_size, 0, explore), Stage)


def rounds(rows: Labelled, share: Share, seed: int, batch_size: int) -> Iterator[Round]:
    """A campaign; where the share falls, it goes on with half of it."""
    played = played_with(rows, "auto", batch_size, share.part)
    drawn = set(played.reserve(seed)["row"].tolist())
    past: list[Round] = []
    for one in played.replay(seed):
        past.append(one)
        yield one
        asked = [row for done in past for row in done.rows]
        if share.until and len(drawn.intersection(asked)) >= share.until:
            yield from played_with(rows, "auto", batch_size, share.part / 2).replay(seed, past)
            return


def play(rows: Labelled, name: str, word: str, seed: int, full: float) -> Curve:
    """One campaign."""
    batch_size, n = SETS[name]
    share = Share.of(word)
    drawn = set(played_with(rows, "auto", batch_size, 1.0).reserve(seed)["row"].tolist())
    found = list(islice(rounds(rows, share, seed, batch_size), n))
    audit = np.cumsum([len(drawn.intersection(one.rows)) if share.part else 0 for one in found])
    return Curve(
        set=name,
        share=word,
        seed=seed,
        labels=[one.labels for one in found],
        audit=audit.tolist(),
        accuracy=[one.accuracy for one in found],
        macro_f1=[one.macro_f1 for one in found],
        full=full,
        metric=scoring.fitting_metric(rows.truth),
    )


def full_score(rows: Labelled) -> float:
    """What a model of many random labels scores."""
    played = played_with(rows, "random", 1, 0.0)
    some = np.random.default_rng(0).permutation(len(rows.y))[:FULL].tolist()
    one = played._round(some, played._trained(some, 0, 0, None), (), 0.0)
    return float(getattr(one, scoring.fitting_metric(rows.truth)))


@dataclass(frozen=True)
class Price:
    """Over all sets, of a share: labels to 90% of the full score, of what they are without an audit sample (geometric
    mean, with its standard error); difference in area and at the end; the audit sample's rows and the width of the
    accuracy's interval at the end."""

    share: str
    campaigns: int
    ratio: float
    ratio_error: float | None
    area: float
    area_error: float | None
    last: float
    audit: float
    width: float


def price(word: str, found: Sequence[Curve]) -> Price:
    """What a share costs, campaign by campaign against the one of the same set and seed without an audit sample."""
    free = {(one.set, one.seed): one for one in found if one.share == "0"}
    pairs = [(one, free[one.set, one.seed]) for one in found if one.share == word and (one.set, one.seed) in free]
    ratios, areas, last, widths = [], [], [], []
    for one, other in pairs:
        mine, theirs = ((np.array(c.labels, float), np.array(c.score)) for c in (one, other))
        taken = [curves.labels_to(*each, GOOD * one.full) for each in (mine, theirs)]
        if any(taken):  # who does not get there is taken to do so with the last label
            ratios.append(math.log((taken[0] or one.labels[-1]) / (taken[1] or one.labels[-1])))
        areas.append(curves.area(*mine) - curves.area(*theirs))
        last.append(one.score[-1] - other.score[-1])
        low, high = wilson(one.accuracy[-1], one.audit[-1]) if one.audit[-1] else (0.0, 1.0)
        widths.append(high - low)
    return Price(
        share=word,
        campaigns=len(pairs),
        ratio=math.exp(np.mean(ratios)) if ratios else math.nan,
        ratio_error=results.standard_error(ratios),
        area=float(np.mean(areas)),
        area_error=results.standard_error(areas),
        last=float(np.mean(last)),
        audit=float(np.mean([one.audit[-1] for one, _ in pairs])),
        width=float(np.mean(widths)),
    )


def main(
    folder: Annotated[Path, typer.Argument(help="holds the data sets", exists=True, file_okay=False)],
    sets: Annotated[str, typer.Option(help="names, with commas between")] = ",".join(SETS),
    shares: Annotated[str, typer.Option(help="with commas between; 0 first")] = ",".join(SHARES),
    seeds: Annotated[int, typer.Option(help="campaigns of each share on each set")] = 5,
    out: Annotated[Path, typer.Option(help="the folder for campaigns and results")] = results.OUT,
) -> None:
    """Play the campaigns and show what each share costs and buys."""
    warnings.simplefilter("ignore")
    file = out / "audit-price.jsonl"
    lines = file.read_bytes().splitlines() if file.exists() else []
    kept = [msgspec.json.decode(line, type=Curve) for line in lines]
    there = {(one.set, one.share, one.seed) for one in kept}
    names, words = sets.split(","), shares.split(",")
    for seed in track(range(seeds), "seeds", console=Console(stderr=True)):
        for name in names:
            todo = [word for word in words if (name, word, seed) not in there]
            if not todo:
                continue
            source = Source((folder / name / "train.csv",), folder / name / "test.csv")
            rows = labelled(out / "audit-price", source, Config(pool=Pool(text=("text",), label="label")))
            full = next((one.full for one in kept if one.set == name), None) or full_score(rows)
            for word in todo:
                kept.append(play(rows, name, word, seed, full))
                with file.open("ab") as opened:
                    opened.write(msgspec.json.encode(kept[-1]) + b"\n")
    found = [price(word, kept) for word in dict.fromkeys(one.share for one in kept)]
    shown = Table("share", "campaigns", "labels to 90%", "area", "at the end", "audit rows", "interval", title="points")
    for one in found:
        shown.add_row(
            one.share,
            str(one.campaigns),
            f"{one.ratio:.2f} {results.plus_minus(one.ratio_error, 2)}",
            f"{100 * one.area:+.2f} {results.plus_minus(one.area_error, 2, times=100)}",
            f"{100 * one.last:+.2f}",
            f"{one.audit:.0f}",
            f"{100 * one.width:.1f}",
        )
    Console(width=None if Console().is_terminal else 160).print(shown)
    print(results.save("audit-price", {"shares": [asdict(one) for one in found], "sets": SETS}, out))


if __name__ == "__main__":
    typer.run(main)
