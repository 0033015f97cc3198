"""Measures what second looks at labels do to the accuracy that is told, and what `[review] hold` does to the model.

    python benchmarks/reviewed_audit.py FOLDER

FOLDER holds a folder a data set, each with train.csv and test.csv: columns id,text,label. Of each set rows are drawn
and labelled; the first fifth of them is the audit sample. One label in ten is wrong: any other class, or the one that
the row's own is confused with most; or none is. Then every suspect is looked at once, by somebody who is right, and
accuracy is told as `retrain` tells it. The truth is the accuracy on rows that were never drawn.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded: threads of small products get in their way

import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import results
import typer
from honesty import Spending, split, stage
from label_noise import erring
from rich.console import Console
from rich.progress import track
from rich.table import Table

from alcli.campaign.simulating.replaying import Stage
from alcli.core.estimates import honest
from alcli.core.labelling import quality
from alcli.models.logistic import Logistic

SETS = {"davidson_hate": 1_000, "trec6": 1_000, "banking77": 1_500}  # labels
KINDS = ("uniform", "pairs", "clean")
AUDITED = 5  # labels for each one that is audited
LOOKED_AT = ("nobody", "others, told blind", "others, told by all", "all suspects", "all of the audit sample")
BUILD = Logistic().build


def played(X: Any, y: Any, fresh: Any, truth: Any, kind: str, seed: int) -> dict[str, tuple[float, float]]:
    """For each way to look again, the accuracy told and the true one; for `held`, the true one with and without."""
    n = len(y)
    given = erring(y, X, kind, seed)
    audit, rest = np.arange(n // AUDITED), np.arange(n // AUDITED, n)
    found = _suspects(X, given, seed)
    blind = rest[_suspects(X[rest], given[rest], seed).suspects]
    others = np.setdiff1d(found.suspects, audit)
    looks: tuple[Any, ...] = ([], blind, others, found.suspects, np.union1d(audit, others))
    mended = {name: _mended(given, y, at) for name, at in zip(LOOKED_AT, looks, strict=True)}
    told = {name: _told(X, labels, audit, fresh, truth, seed) for name, labels in mended.items()}
    held = np.setdiff1d(np.arange(n), rest[_suspects(X[rest], given[rest], seed).strong])
    return told | {"held": (_accuracy(X, given, fresh, truth), _accuracy(X[held], given[held], fresh, truth))}


def _suspects(X: Any, given: Any, seed: int) -> Any:
    _, y = np.unique(given, return_inverse=True)
    found = quality.crossed(BUILD, X, y, seed, 1)
    assert found
    return quality.judged(found)


def _mended(given: Any, y: Any, at: Any) -> Any:
    mended = np.array(given)
    mended[at] = y[at]
    return mended


def _told(X: Any, labels: Any, audit: Any, fresh: Any, truth: Any, seed: int) -> tuple[float, float]:
    found = honest.audited(BUILD, X, labels, audit, seed)
    assert found
    return float(found.right.mean()), _accuracy(X, labels, fresh, truth)


def _accuracy(X: Any, labels: Any, fresh: Any, truth: Any) -> float:
    return float((BUILD(labels).fit(X, labels).predict(fresh) == truth).mean())


def games(folder: Path, name: str, seeds: int) -> Iterator[tuple[str, dict[str, tuple[float, float]]]]:
    """All that is played on one set."""
    with tempfile.TemporaryDirectory() as work:
        rows = split(folder / name, Path(work), 0)
        read = stage(rows, "auto", "logistic", Spending(100, 1, 0.2), Stage).reads[""]
        X = np.asarray(read.of_rows(rows.pool, range(len(rows.y))), np.float32)
        fresh = np.concatenate([np.asarray(read.matrix(one), np.float32) for one in rows.test])
        y, truth = np.array(rows.y), np.array(rows.truth)
    for kind in KINDS:
        for seed in track(range(seeds), f"{name}, {kind}", console=Console(stderr=True)):
            at = np.random.default_rng(seed).permutation(len(y))[: SETS[name]]
            yield kind, played(X[at], y[at], fresh, truth, kind, seed)


def main(
    folder: Annotated[Path, typer.Argument(help="holds the data sets", exists=True, file_okay=False)],
    sets: Annotated[str, typer.Option(help="names, with commas between")] = ",".join(SETS),
    seeds: Annotated[int, typer.Option(help="draws of each kind on each set")] = 20,
    out: Annotated[Path, typer.Option(help="the folder for results")] = results.OUT,
) -> None:
    """Play and show: told less true accuracy in points, with its standard error; what hold adds to the true one."""
    warnings.simplefilter("ignore")
    table = Table("set", "wrong labels", *LOOKED_AT, "hold adds")
    kept: dict[str, Any] = {}
    for name in sets.split(","):
        each: dict[str, list[dict[str, tuple[float, float]]]] = {kind: [] for kind in KINDS}
        for kind, one in games(folder, name, seeds):
            each[kind].append(one)
        for kind, some in each.items():
            off = {way: [100 * (one[way][0] - one[way][1]) for one in some] for way in LOOKED_AT}
            off["held"] = [100 * (one["held"][1] - one["held"][0]) for one in some]
            table.add_row(name, kind, *map(_said, off.values()))
            kept[f"{name}, {kind}"] = some
    Console(width=None if Console().is_terminal else 160).print(table)
    print(results.save("reviewed_audit", {"played": kept}, out))


def _said(points: list[float]) -> str:
    return f"{np.mean(points):+.1f} ± {np.std(points, ddof=1) / np.sqrt(len(points)):.1f}"


if __name__ == "__main__":
    typer.run(main)
