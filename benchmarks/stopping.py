"""Measures when stopping criteria end a campaign, and what that costs.

    python benchmarks/stopping.py FOLDER

FOLDER holds a folder a data set, each with train.csv (the pool) and test.csv: columns id,text,label, or id,<numbers and
categories>,label. scikit-learn's digits join them. A campaign begins with nothing labelled and goes on for a fixed
number of batches, a tenth of each drawn at random: the audit sample. After each batch stands what a project records of
a model: its estimates on the audit sample, and how it compares with the model before on 2,000 rows of the pool. Beside
that, and unseen by any criterion, stands what it is worth on the test rows. Criteria judge these recorded histories; a
record is kept, and a second run plays only what is not there.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded: threads of small products get in their way

import csv
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice, product
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
import results
import typer
from audited import known
from label_efficiency import Spending, sources
from rich.console import Console
from rich.progress import track
from rich.table import Table

from alcli import plugins
from alcli.campaign.joining.specifying import completed, parts_listed, specified
from alcli.campaign.simulating import planning
from alcli.campaign.simulating.labelled import Labelled, Source, labelled
from alcli.campaign.simulating.replaying import Stage
from alcli.contracts import Retrained, RoundHistory
from alcli.core.estimates import honest
from alcli.core.estimates.stability import Promised, stability
from alcli.project import pool
from alcli.project.config import Part

RECIPE = 1  # raise it when the same seed comes to give another record
WATCHED = 2_000  # rows of the pool on which successive models are compared
SETS = {
    "banking77": Spending(100, 4_000),
    "clinc150": Spending(100, 4_000),
    "trec6": Spending(50, 2_000),
    "davidson_hate": Spending(50, 2_000),
    "clickbait": Spending(50, 2_000),
    "digits": Spending(20, 800),
    "bench_spambase": Spending(25, 1_000),
    "bench_phoneme": Spending(25, 1_000),
}


class Scored(msgspec.Struct, frozen=True):
    """A model as the history has it, and what it is worth on the test rows."""

    model: Retrained
    accuracy: float
    macro_f1: float


class Campaign(msgspec.Struct, frozen=True):
    """A recorded campaign, from the first model on."""

    set: str
    seed: int
    batch_size: int
    models: tuple[Scored, ...]

    def histories(self) -> Iterator[RoundHistory]:
        """What criteria saw after each model."""
        for n, scored in enumerate(self.models, 1):
            yield RoundHistory(
                n_labels=scored.model.n_labels,
                n_changed=0,
                n_rounds=n,
                n_out=0,
                n_candidates=1,
                started=0.0,
                now=scored.model.time,
                models=tuple(earlier.model for earlier in self.models[:n]),
            )


@dataclass(frozen=True)
class Contract:
    """Criteria that end labelling together: `all`, as `alcli.toml` would have them."""

    all: tuple[Part, ...]

    @property
    def name(self) -> str:
        """What it consists of."""
        return " + ".join(
            f"{p.use}({', '.join(f'{key}={value}' for key, value in p.params.items())})" for p in self.all
        )

    def stop(self, campaign: Campaign) -> int | None:
        """The model after which labelling may end; None where that never comes."""
        criteria = [plugins.load("stopping", part.use, part.params) for part in self.all]
        histories = enumerate(campaign.histories())
        return next((at for at, history in histories if all(one.judge(history).fires for one in criteria)), None)


CONTRACTS = (
    "{use = 'plateau', rounds = 3}",
    "{use = 'plateau', rounds = 5}",
    "{use = 'plateau', rounds = 5, min_gain = 0.01}",
    "{use = 'plateau', rounds = 5, confidence = 0.5}",
    "{use = 'stable_predictions', kappa = 0.95, window = 3}",
    "{use = 'stable_predictions', kappa = 0.97, window = 5}",
    "{use = 'stable_predictions', kappa = 0.98, window = 5}",
    "{use = 'stable_predictions', kappa = 0.99, window = 3}",
    "{use = 'classification_change', at_most = 0.0, window = 1}",
    "{use = 'classification_change', at_most = 0.01, window = 3}",
    "{use = 'classification_change', at_most = 0.02, window = 3}",
    "{use = 'overall_uncertainty', at_most = 0.1}",
    "{use = 'overall_uncertainty', at_most = 0.2}",
    "{use = 'overall_uncertainty', at_most = 0.3}",
    "{use = 'stable_predictions', kappa = 0.97, window = 5}, {use = 'plateau', rounds = 3}",
    "{use = 'stable_predictions', kappa = 0.97, window = 5}, {use = 'plateau', rounds = 5}",
    "{use = 'classification_change', at_most = 0.01, window = 3}, {use = 'plateau', rounds = 3}",
    "{use = 'classification_change', at_most = 0.01, window = 3}, {use = 'plateau', rounds = 5}",
)


@dataclass(frozen=True)
class Cost:
    """What a contract did over the campaigns. `never` fired in so many of them, which then count to their end.

    In shares of one, mean and worst: labels spent of the longest run's, and accuracy on the test rows lost against the
    best model of the run.
    """

    contract: str
    campaigns: int
    never: int
    spent: float
    lost: float
    worst: float


@dataclass(frozen=True)
class Promise:
    """What `target` did where it is so far below the best accuracy of the run: of the campaigns it ended, in how many
    the accuracy on the test rows was below the target; labels spent of those that would have done, on average."""

    below_best: float
    confidence: float
    window: int
    ended: int
    campaigns: int
    broken: int
    spent: float | None


def record(name: str, source: Source, seed: int, model: str, work: Path) -> Campaign:
    """A campaign of the default strategy and features with this model, played here or opened."""
    file = work / f"{name}-{seed}-{model}-{RECIPE}.json"
    if file.exists():
        return msgspec.json.decode(file.read_bytes(), type=Campaign)
    with source.paths[0].open(newline="") as opened:
        columns = [column for column in next(csv.reader(opened)) if column not in ("id", "label")]
    text = [column for column in columns if column == "text"]
    base, _ = specified(
        next(pool.read(source.paths)).table,
        id_column="id",
        text=text,
        columns=[] if text else columns,
        label_column="label",
    )
    rows, spending = labelled(work, source, base), SETS[name]
    config = completed(replace(base, model=Part(model)))
    [stage] = planning.staged(rows, [config], spending.batch_size)
    models = tuple(_scored(stage, rows, seed, spending.budget // spending.batch_size))
    campaign = Campaign(name, seed, spending.batch_size, models)
    draft = file.with_suffix(".draft")
    draft.write_bytes(msgspec.json.encode(campaign))
    draft.rename(file)
    return campaign


def _scored(stage: Stage, rows: Labelled, seed: int, rounds: int) -> Iterator[Scored]:
    """The models of a campaign, one a round."""
    read, drawn = stage.reads[""], stage.reserve(seed)["row"]
    watched = np.random.default_rng([seed, WATCHED]).permutation(len(rows.y))[:WATCHED]
    waiting = read.of_rows(rows.pool, watched)
    asked: list[int] = []
    before: Promised | None = None
    for step, done in enumerate(islice(stage.replay(seed), rounds), 1):
        asked = [*asked, *done.rows]
        now = known(stage, asked, drawn, seed)
        if now is None:
            continue
        found = honest.estimates(now.audit.y, now.audit.proba.argmax(axis=1), now.classes) if now.audit else {}
        said = Promised(now.classes, now.model.proba(waiting))
        model = Retrained(
            step=step,
            n_labels=len(asked),
            time=3600.0 * step,
            estimates={metric: estimate for metric, estimate in found.items() if ":" not in metric},
            stability=stability(said, before),
        )
        before = said
        yield Scored(model, done.accuracy, done.macro_f1)


def cost(contract: Contract, campaigns: Sequence[Campaign]) -> Cost:
    """What the contract costs over campaigns."""
    stops = [contract.stop(campaign) for campaign in campaigns]
    ends = [-1 if stop is None else stop for stop in stops]
    spent, lost = [], []
    for campaign, end in zip(campaigns, ends, strict=True):
        models = campaign.models
        spent.append(models[end].model.n_labels / models[-1].model.n_labels)
        lost.append(max(one.accuracy for one in models) - models[end].accuracy)
    never = stops.count(None)
    return Cost(contract.name, len(campaigns), never, float(np.mean(spent)), float(np.mean(lost)), max(lost))


def promise(below: float, confidence: float, window: int, campaigns: Sequence[Campaign]) -> Promise:
    """What `target` keeps of what it says."""
    ended, broken, spent = 0, 0, []
    for campaign in campaigns:
        wanted = max(one.accuracy for one in campaign.models) - below
        params = {"at_least": wanted, "confidence": confidence, "window": window}
        target = Contract((Part("target", params),))
        end = target.stop(campaign)
        if end is not None:
            enough = next(one for one in campaign.models if one.accuracy >= wanted)
            ended += 1
            broken += campaign.models[end].accuracy < wanted
            spent.append(campaign.models[end].model.n_labels / enough.model.n_labels)
    return Promise(below, confidence, window, ended, len(campaigns), broken, float(np.mean(spent)) if spent else None)


def table(costs: Sequence[Cost]) -> Table:
    """What each contract costs."""
    shown = Table("criteria", "never", "labels", "lost", "at worst", title="labels spent, and points of accuracy lost")
    for one in costs:
        never = f"{one.never} of {one.campaigns}"
        shown.add_row(one.contract, never, f"{one.spent:.0%}", f"{100 * one.lost:.1f}", f"{100 * one.worst:.1f}")
    return shown


def promises(found: Sequence[Promise]) -> Table:
    """What `target` keeps."""
    shown = Table(
        "below the best", "confidence", "models in a row", "ended", "too early", "labels, of enough", title="target"
    )
    for one in found:
        ended = f"{one.ended} of {one.campaigns}"
        asked = f"{100 * one.below_best:g}", f"{one.confidence:g}", f"{one.window}"
        shown.add_row(*asked, ended, f"{one.broken}", f"{one.spent:.1f}" if one.spent else "-")
    return shown


def main(
    folder: Annotated[Path, typer.Argument(help="holds a folder a data set", exists=True, file_okay=False)],
    sets: Annotated[str, typer.Option(help="names, with commas between")] = ",".join(SETS),
    seeds: Annotated[int, typer.Option(help="campaigns of each set")] = 2,
    model: Annotated[str, typer.Option(help="what learns from the labels")] = "self_training",
    contract: Annotated[list[str] | None, typer.Option(help="criteria that have to agree, as in alcli.toml")] = None,
    out: Annotated[Path, typer.Option(help="the folder for campaigns and results")] = results.OUT,
) -> None:
    """Record the campaigns that are not there yet, and let every contract judge them."""
    work = out / "stopping"
    work.mkdir(parents=True, exist_ok=True)
    games = list(product(range(seeds), sources(folder, out, sets.split(",")).items()))
    watched = track(games, "campaigns", console=Console(stderr=True))
    campaigns = [record(name, source, seed, model, work) for seed, (name, source) in watched]
    costs = [cost(Contract(parts_listed(words)), campaigns) for words in contract or CONTRACTS]
    looks = product((0.02, 0.05, 0.08), (0.8, 0.95), (1, 2))
    kept = [promise(below, confidence, window, campaigns) for below, confidence, window in looks]
    for shown in (table(costs), promises(kept)):
        Console(width=None if Console().is_terminal else 160).print(shown)
    told = {"costs": [asdict(one) for one in costs], "target": [asdict(one) for one in kept]}
    print(results.save("stopping", {"sets": sets, "seeds": seeds, "model": model, **told}, out))


if __name__ == "__main__":
    typer.run(main)
