"""Measures what a check of labels is worth: campaigns in which one answer in ten is wrong, and what a review mends.

    python benchmarks/label_noise.py FOLDER --cache DIR
    python benchmarks/label_noise.py FOLDER --cache DIR --speed

FOLDER holds a folder a data set, each with train.csv and test.csv: columns id,text,label. The labels of the pool are
made wrong before a campaign begins, so that choosing suffers from them too: to any other class (uniform), or to the one
that the row's own is confused with most (pairs). The check is compared with Cleanlab called by hand, as in a notebook,
and with rows drawn at random: a review mends the labels that come first. Campaigns are kept in DIR and cases in a file,
so that a call goes on where another stopped.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded: threads of small products get in their way

import json
import tempfile
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from itertools import islice, product
from pathlib import Path
from time import process_time
from typing import Annotated, Any

import numpy as np
import results
import typer
from honesty import Spending, split, stage
from rich.console import Console
from rich.progress import track
from rich.table import Table

from alcli.campaign.simulating.labelled import Labelled
from alcli.campaign.simulating.replaying import Stage
from alcli.core.estimates import scoring
from alcli.core.estimates.estimating import cross_fitted, taught
from alcli.core.labelling.quality import crossed, judged
from alcli.models.logistic import Logistic

NOISE, LABELS, BUDGETS = 0.1, (300, 1_000, 2_000), (0.05, 0.1, 0.15)
SETS = {
    "banking77": Spending(100, 20, 0.1),
    "clinc150": Spending(100, 20, 0.1),
    "trec6": Spending(50, 40, 0.1),
    "davidson_hate": Spending(50, 40, 0.1),
}
BY_F1 = {"davidson_hate"}  # one class is three quarters of it
KINDS = ("uniform", "pairs", "clean")
BINS = 10
ABOUT = 0.0025  # a share of wrong labels so small is none: the sets have some of their own


@dataclass(frozen=True)
class Answered(Labelled):
    """A pool whose annotators err: `given` (n,) are the labels that they give."""

    given: Any = field(default=None)

    @property
    def y(self) -> Any:
        """What is answered."""
        return self.given


def erring(y: Any, X: Any, kind: str, seed: int) -> Any:
    """Labels `y` (n,), a tenth of them wrong."""
    rng, k = np.random.default_rng([seed, 7]), int(y.max()) + 1
    if kind == "clean":
        return np.array(y)
    other = (y + rng.integers(1, k, len(y))) % k
    if kind == "pairs":
        found = cross_fitted(Logistic().build, X, y, seed)
        assert found
        confused = np.stack([found.proba[y == c].mean(axis=0) for c in range(k)])
        np.fill_diagonal(confused, -1)
        other = confused.argmax(axis=1)[y]
    return np.where(rng.random(len(y)) < NOISE, other, y)


def play(folder: Path, cache: Path, name: str, kind: str, seed: int) -> dict[str, Any]:
    """The rows that `auto` asks for, in order, with the labels given and the true ones, and fresh rows."""
    kept = cache / f"{name}-{kind}-{seed}.npz"
    if not kept.exists():
        with tempfile.TemporaryDirectory() as work:
            played = stage(split(folder / name, Path(work), seed), "auto", "logistic", SETS[name], Stage)
            rows, read = played.rows, played.reads[""]
            X = np.asarray(read.of_rows(rows.pool, range(len(rows.y))), np.float32)
            fresh = np.concatenate([np.asarray(read.matrix(one), np.float32) for one in rows.test])
            y, truth = np.array(rows.y), np.array(rows.truth)
            given = erring(y, X, kind, seed)
            answered = Answered(**{one.name: getattr(rows, one.name) for one in fields(Labelled)}, given=given)
            rounds = islice(replace(played, rows=answered).replay(seed), SETS[name].rounds)
            asked = np.array([row for done in rounds for row in done.rows])
        cache.mkdir(parents=True, exist_ok=True)
        np.savez(kept, X=X[asked], y=y[asked], given=given[asked], fresh=fresh, truth=truth)
    with np.load(kept) as arrays:
        return dict(arrays)


@dataclass(frozen=True)
class Rows:
    """Labelled rows X (n, d), with class numbers as given and in truth `y` (n,), and fresh rows that judge models."""

    X: Any
    given: Any
    y: Any
    fresh: Any
    truth: Any
    by_f1: bool

    def worth(self, labels: Any, rows: Any = slice(None)) -> float:
        """The score on fresh rows of a model of these labels (n,), in points."""
        classes, y = np.unique(labels[rows], return_inverse=True)
        said = classes[taught(Logistic().build, self.X[rows], y, len(classes))(self.fresh).argmax(axis=1)]
        return 100 * (scoring.macro_f1 if self.by_f1 else scoring.accuracy)(self.truth, said)

    def reviewed(self, at: Any) -> float:
        """The score once a second person has looked at these rows."""
        labels = np.array(self.given)
        labels[at] = self.y[at]
        return self.worth(labels)


def by_hand(X: Any, y: Any, seed: int) -> tuple[Any, int]:
    """Cleanlab as its tutorial calls it: all rows, worst first, and how many of them it flags."""
    from cleanlab.filter import find_label_issues
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    folds = StratifiedKFold(min(5, int(np.bincount(y).max())), shuffle=True, random_state=seed)  # more are an error
    proba = cross_val_predict(Logistic().build(y), X, y, cv=folds, method="predict_proba")
    issues = find_label_issues(y, proba, return_indices_ranked_by="self_confidence", n_jobs=1)
    rest = np.argsort(proba[np.arange(len(y)), y], kind="stable")
    return np.concatenate([issues, rest[~np.isin(rest, issues)]]).astype(np.int64), len(issues)


def case(rows: Rows, seed: int) -> dict[str, Any]:
    """All that is measured of some labelled rows."""
    n, wrong = len(rows.given), rows.given != rows.y
    _, y = np.unique(rows.given, return_inverse=True)
    found = crossed(Logistic().build, rows.X, y, seed)
    assert found
    quality = judged(found)
    hand, flagged = by_hand(rows.X, y, seed)
    orders = {
        "ours": np.argsort(quality.score, kind="stable"),
        "by hand": hand,
        "random": np.random.default_rng(seed).permutation(n),
    }
    queue, rate = quality.suspects, quality.error_rate
    cut = np.minimum((np.nan_to_num(quality.wrong, nan=-1) * BINS).astype(int), BINS - 1)
    without = rows.worth(rows.given)
    return {
        "wrong": int(wrong.sum()),
        "without": without,
        "clean": rows.worth(rows.y),
        "hold": rows.worth(rows.given, ~quality.strong),
        "held": [int(quality.strong.sum()), int(wrong[quality.strong].sum())],
        "gained": {
            way: [rows.reviewed(order[: round(part * n)]) - without for part in BUDGETS]
            for way, order in orders.items()
        },
        "caught": {way: [int(wrong[o[: round(part * n)]].sum()) for part in BUDGETS] for way, o in orders.items()},
        "queue": [len(queue), int(wrong[queue].sum())],
        "expected": None if quality.false_alarms is None else quality.false_alarms * len(queue),
        "queue_gained": {
            way: rows.reviewed(order[: len(queue)]) - without for way, order in {**orders, "ours": queue}.items()
        },
        "flagged": [flagged, int(wrong[hand[:flagged]].sum())],
        "rate": None if rate is None else [rate.low, rate.value, rate.high],
        "truth": float(wrong[np.isfinite(quality.wrong)].mean()) if rate else None,
        "after": after(rows, queue, seed),
        "bins": [
            [int((cut == at).sum()), float(np.nansum(quality.wrong[cut == at])), int(wrong[cut == at].sum())]
            for at in range(BINS)
        ],
    }


def after(rows: Rows, at: Any, seed: int) -> list[float] | None:
    """Once somebody who is right has looked at these rows: the rate told, and how many suspects are left, how many of
    them are wrong as told and in truth; None where there are none to look at."""
    if not len(at):
        return None
    wrong, settled = rows.given != rows.y, np.zeros(len(rows.y), bool)
    settled[at] = True
    _, y = np.unique(np.where(settled, rows.y, rows.given), return_inverse=True)
    found = crossed(Logistic().build, rows.X, y, seed)
    assert found
    quality = judged(found, settled=settled, corrected=settled & wrong)
    rate, left = quality.error_rate, quality.suspects
    assert rate
    told = [rate.low, rate.value, rate.high, float(wrong.mean())]
    return [*told, len(left), float(quality.wrong[left].sum()), int(wrong[left].sum())]


def cases(folder: Path, cache: Path, sets: Sequence[str], seeds: int, file: Path) -> list[dict[str, Any]]:
    """All cases, those that are not in the file measured."""
    there = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    done = {(one["set"], one["kind"], one["seed"], one["labels"]) for one in there}
    todo = [game for game in product(range(seeds), sets, KINDS, LABELS)]
    todo = [game for game in todo if (game[1], game[2], game[0], game[3]) not in done]
    file.parent.mkdir(parents=True, exist_ok=True)
    for seed, name, kind, n in track(todo, "cases", console=Console(stderr=True)):
        played = play(folder, cache, name, kind, seed)
        first = {key: played[key][:n] for key in ("X", "given", "y")}
        measured = case(Rows(**first, fresh=played["fresh"], truth=played["truth"], by_f1=name in BY_F1), seed)
        there.append({"set": name, "kind": kind, "seed": seed, "labels": n, **measured})
        with file.open("a", encoding="utf-8") as opened:
            opened.write(json.dumps(there[-1]) + "\n")
    return [one for one in there if one["set"] in sets and one["seed"] < seeds]


def mean(values: Iterable[float]) -> str:
    """The mean of values, with its standard error."""
    each = np.array(list(values), float)
    return f"{each.mean():.1f} ± {each.std(ddof=1) / np.sqrt(len(each)):.1f}" if len(each) > 1 else f"{each.mean():.1f}"


def share(pairs: Iterable[Sequence[float]]) -> str:
    """Of all first numbers the share that the second ones are."""
    of, some = np.sum(list(pairs), axis=0)
    return f"{some / of:.2f}" if of else "-"


def groups(found: Sequence[dict[str, Any]], clean: bool) -> Iterable[tuple[list[str], list[dict[str, Any]]]]:
    """The cases of each set, kind and number of labels, and of all sets together."""
    some = [one for one in found if (one["kind"] == "clean") == clean]
    names = list(dict.fromkeys(one["set"] for one in some))
    for kind in dict.fromkeys(one["kind"] for one in some):
        for name in (*names, "all"):
            for n in LABELS:
                these = [o for o in some if o["kind"] == kind and o["labels"] == n and name in (o["set"], "all")]
                if these:
                    yield [name, kind, f"{n:,}"], these
    for at in LABELS:
        yield ["all", "clean" if clean else "both", f"{at:,}"], [one for one in some if one["labels"] == at]


def markdown(title: str, heads: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A table for a page."""
    rows = ["| " + " | ".join(cells) + " |" for cells in (heads, ["---"] * len(heads), *lines)]
    return f"\n**{title}**\n\n" + "\n".join(rows)


def tables(found: Sequence[dict[str, Any]]) -> str:
    """All that was found, as tables."""
    ways = ("ours", "by hand", "random")
    where = ["set", "wrong", "labels"]
    gained = [
        [*head, mean(o["without"] for o in some), mean(o["clean"] - o["without"] for o in some)]
        + [mean(o["gained"][way][at] for o in some) for at in range(len(BUDGETS)) for way in ways]
        + [mean(o["hold"] - o["without"] for o in some)]
        for head, some in groups(found, clean=False)
    ]
    by_hand_heads = ["flagged by hand", "precision", "recall", "precision of those held back"]
    heads = [f"{way} {part:.0%}" for part in BUDGETS for way in ways]
    ahead = [
        [*head]
        + [mean(o["gained"]["ours"][at] - o["gained"]["by hand"][at] for o in some) for at in range(len(BUDGETS))]
        + [mean(o["queue_gained"]["ours"] - o["queue_gained"]["by hand"] for o in some)]
        + [f"{np.mean([o['caught'][way][1] / o['wrong'] for o in some]):.2f}" for way in ways]
        for head, some in groups(found, clean=False)
    ]
    queue = [
        [
            *head,
            f"{np.mean([o['queue'][0] for o in some]):.0f}",
            share(o["queue"] for o in some),
            share([o["wrong"], o["queue"][1]] for o in some),
            share([o["queue"][0], o["expected"] or 0] for o in some),
            share([o["queue"][0], o["queue"][0] - o["queue"][1]] for o in some),
            f"{np.mean([o['flagged'][0] for o in some]):.0f}",
            share(o["flagged"] for o in some),
            share([o["wrong"], o["flagged"][1]] for o in some),
            share(o["held"] for o in some),
        ]
        for head, some in groups(found, clean=False)
    ]
    rates = []
    for clean in (False, True):
        for head, some in groups(found, clean):
            told = [o for o in some if o["rate"]]
            held = [o["rate"][0] - ABOUT <= o["truth"] <= o["rate"][2] for o in told]
            value, truth = (100 * np.mean([one(o) for o in told]) if told else 0.0 for one in (_value, _truth))
            width = 100 * np.mean([o["rate"][2] - o["rate"][0] for o in told]) if told else 0.0
            rates.append([*head, f"{sum(held)} of {len(told)}", f"{value:.1f}", f"{truth:.1f}", f"{width:.1f}"])
    looked = []
    for kind in KINDS:
        each = np.array([o["after"] for o in found if o["kind"] == kind and o.get("after")])
        if len(each):
            low, value, high, truth = 100 * each[:, :4].T
            held = (low - 100 * ABOUT <= truth) & (truth <= high + 1e-9)  # all of them may be known
            figures = [low.mean(), value.mean(), high.mean(), truth.mean(), *each[:, 4:].mean(axis=0)]
            looked.append([kind, f"{held.sum()} of {len(each)}", *(f"{one:.1f}" for one in figures)])
    wasted = [
        [
            *head,
            f"{np.mean([o['queue'][0] for o in some]):.0f}",
            f"{np.mean([o['flagged'][0] for o in some]):.0f}",
            f"{np.mean([o['held'][0] for o in some]):.0f}",
            mean(o["hold"] - o["without"] for o in some),
        ]
        for head, some in groups(found, clean=True)
    ]
    bins = np.sum([o["bins"] for o in found if o["kind"] != "clean"], axis=0)
    reliable = [
        [f"{at / BINS:.1f} to {(at + 1) / BINS:.1f}", f"{n:.0f}", f"{said / n:.2f}", f"{true / n:.2f}"]
        for at, (n, said, true) in enumerate(bins)
        if n
    ]
    return "\n".join(
        [
            markdown("points gained by a review", [*where, "without", "ceiling", *heads, "held back"], gained),
            markdown(
                "ahead of by hand, in points; share of wrong labels found by a review of 10%",
                [*where, *(f"{part:.0%}" for part in BUDGETS), "the queue", *ways],
                ahead,
            ),
            markdown(
                "the queue",
                [*where, "labels", "precision", "recall", "false alarms expected", "and true", *by_hand_heads],
                queue,
            ),
            markdown("the error rate", [*where, "in the interval", "value %", "truth %", "width"], rates),
            markdown(
                "once all suspects were looked at",
                ["wrong", "in the interval", "low %", "value %", "high %", "truth %", "suspects left", "wrong", "true"],
                looked,
            ),
            markdown("no wrong labels", [*where, "suspects", "flagged by hand", "held back", "that costs"], wasted),
            markdown("the probability of being wrong", ["said", "labels", "mean said", "true"], reliable),
        ]
    )


def _value(one: dict[str, Any]) -> float:
    return float(one["rate"][1])


def _truth(one: dict[str, Any]) -> float:
    return float(one["truth"])


def speed(n: int = 10_000, k: int = 77, d: int = 256, seed: int = 0) -> dict[str, float]:
    """CPU seconds of five fits and of the whole check, of rows that stand about as far apart as short texts."""
    import cleanlab.filter  # noqa: F401  # loading it is no part of the check

    rng = np.random.default_rng(seed)
    y = np.concatenate([np.arange(k), rng.integers(0, k, n - k)])
    X = rng.normal(0, 1, (k, d))[y] * 0.5 + rng.normal(0, 1, (n, d))
    X = (X / np.linalg.norm(X, axis=1, keepdims=True)).astype(np.float32)
    given = erring(y, X, "uniform", seed)
    began = process_time()
    cross_fitted(Logistic().build, X, given, seed)
    fitted = process_time()
    found = crossed(Logistic().build, X, given, seed)
    assert found
    between = process_time()
    judged(found)
    done = process_time()
    return {
        "five fits": fitted - began,
        "crossed": between - fitted,
        "judged": done - between,
        "ratio": (done - fitted) / (fitted - began),
    }


def main(
    folder: Annotated[Path, typer.Argument(help="holds the data sets", exists=True, file_okay=False)],
    cache: Annotated[Path, typer.Option(help="the folder for campaigns")],
    sets: Annotated[str, typer.Option(help="names, with commas between")] = ",".join(SETS),
    seeds: Annotated[int, typer.Option(help="campaigns of each kind on each set")] = 5,
    only_speed: Annotated[bool, typer.Option("--speed", help="only what the check costs")] = False,
    out: Annotated[Path, typer.Option(help="the folder for cases and results")] = results.OUT,
) -> None:
    """Play the campaigns and show what a review is worth."""
    warnings.simplefilter("ignore")
    if only_speed:
        found = speed()
        shown = Table(*found, title="CPU seconds: 10,000 rows, 77 classes")
        shown.add_row(*(f"{value:.2f}" for value in found.values()))
        Console().print(shown)
        print(results.save("label_noise_speed", found, out))
        return
    measured = cases(folder, cache, sets.split(","), seeds, out / "label_noise.jsonl")
    print(tables(measured))
    spending = {name: asdict(one) for name, one in SETS.items()}
    print(results.save("label_noise", {"sets": spending, "cases": measured}, out))


if __name__ == "__main__":
    typer.run(main)
