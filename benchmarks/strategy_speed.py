"""CPU seconds of one batch by the strategies that look at distances, ours and scikit-activeml's, in one process.

    python benchmarks/strategy_speed.py 100000 --columns 64 --batch-size 100

Without scikit-activeml only our own seconds are shown. Its ProbCover and MaxHerding make tables of all pairs, and are
not run where those would not fit. On one thread; loading libraries does not count.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from measure import ONE_THREAD

os.environ.update(ONE_THREAD)

import numpy as np
import results
from scipy.sparse import csr_matrix  # noqa: F401  # loaded here, so that no strategy is charged for it
from sklearn.linear_model import LogisticRegression

from alcli import plugins
from alcli.contracts import Asked, PoolView
from alcli.core.choosing import top

STRATEGIES = (
    "k_center",
    "typiclust",
    "probcover",
    "badge",
    "max_herding",
    "uncertainty_herding",
    "cluster_margin",
)
CLASSES, ASKED, REFERENCE, SEED = 20, 500, 3_000, 0
TABLE_OF_ALL_PAIRS = ("probcover", "max_herding")  # scikit-activeml's make one
MOST_PAIRS = 20_000  # rows: a table of 3 GB


@dataclass(frozen=True)
class Pool:
    """Rows of length 1 around a centre for each class, some of them asked, and a model trained on those."""

    features: np.ndarray
    y: np.ndarray
    asked: np.ndarray
    model: Any

    @classmethod
    def made(cls, n: int, columns: int) -> Pool:
        rng = np.random.default_rng(SEED)
        y = rng.integers(CLASSES, size=n)
        features = (rng.normal(size=(CLASSES, columns))[y] + 2 * rng.normal(size=(n, columns))).astype(np.float32)
        features /= np.linalg.norm(features, axis=1, keepdims=True)
        asked = rng.choice(n, ASKED, replace=False)
        return cls(features, y, asked, LogisticRegression(C=10, max_iter=1000).fit(features[asked], y[asked]))


def ours(name: str, pool: Pool, batch_size: int) -> list[int]:
    """Rows chosen: every candidate is scored, the short list is cut, the batch chosen from it."""
    strategy = plugins.load("strategies", name)
    rng = np.random.default_rng(SEED)
    rows = np.setdiff1d(np.arange(len(pool.y)), pool.asked)
    classes = tuple(str(c) for c in range(CLASSES))
    proba = pool.model.predict_proba(pool.features) if "proba" in strategy.needs else None
    view = PoolView(rows, rng.random(len(rows)), classes, None if proba is None else proba[rows])
    short = view.take(top(strategy.utility(view), view.lottery, strategy.short_list(batch_size)))
    some = np.sort(rng.choice(len(pool.y), min(REFERENCE, len(pool.y)), replace=False))
    reference = PoolView(
        some, np.zeros(len(some)), classes, None if proba is None else proba[some], pool.features[some]
    )
    asked = Asked(pool.features[pool.asked], pool.y[pool.asked])
    short = replace(short, features=pool.features[short.rows], asked=asked, reference=reference)
    chosen: list[int] = short.rows[strategy.select(short, batch_size, rng).at].tolist()
    return chosen


def theirs(name: str, pool: Pool, batch_size: int) -> Callable[[], Any] | None:
    """scikit-activeml's query; None where it has none."""
    from skactiveml.classifier import SklearnClassifier
    from skactiveml.pool import Badge, CoreSet, MaxHerding, ProbCover, TypiClust

    y = np.full(len(pool.y), np.nan)
    y[pool.asked] = pool.y[pool.asked]
    kinds = {"k_center": CoreSet, "typiclust": TypiClust, "probcover": ProbCover, "max_herding": MaxHerding}
    if name in kinds:
        extra = {"n_classes": CLASSES} if name == "probcover" else {}
        strategy = kinds[name](random_state=SEED, **extra)
        return lambda: strategy.query(pool.features, y, batch_size=batch_size)
    if name == "badge":
        model = SklearnClassifier(LogisticRegression(C=10, max_iter=1000), classes=list(range(CLASSES)))
        model.fit(pool.features, y)
        badge = Badge(random_state=SEED)
        return lambda: badge.query(pool.features, y, model, fit_clf=False, batch_size=batch_size)
    return None


def cpu(run: Callable[[], Any], repeats: int = 1) -> float:
    """The least CPU seconds of some runs."""
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    return min(seconds)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("rows", type=int)
    parser.add_argument("--columns", type=int, default=64)
    parser.add_argument("--batch-size", type=int, default=100)
    parser.add_argument("--strategies", default=",".join(STRATEGIES))
    parser.add_argument("--out", type=Path, default=results.OUT)
    words = parser.parse_args()
    try:
        import skactiveml  # noqa: F401  # only whether it is there

        compared = True
    except ImportError:
        compared = False
        print("scikit-activeml is not installed, nothing is compared: pip install scikit-activeml", file=sys.stderr)
    pool = Pool.made(words.rows, words.columns)
    print(f"{words.rows:,} rows, {words.columns} columns, a batch of {words.batch_size}: CPU s")
    print(f"{'':20} {'alcli':>8} {'scikit-activeml':>16} {'share':>7}")
    found: dict[str, dict[str, float | None]] = {}
    for name in words.strategies.split(","):
        own = cpu(partial(ours, name, pool, words.batch_size), repeats=3)
        other = None
        too_many = name in TABLE_OF_ALL_PAIRS and words.rows > MOST_PAIRS
        if compared and not too_many and (query := theirs(name, pool, words.batch_size)):
            other = cpu(query)
        found[name] = {"alcli": own, "scikit-activeml": other}
        says = "not run" if compared and too_many else "-" if other is None else f"{other:.2f}"
        print(f"{name:20} {own:8.3f} {says:>16} {f'{own / other:.1%}' if other else '':>7}", flush=True)
    results.save(f"strategies-{words.rows}x{words.columns}", {"batch_size": words.batch_size, "cpu": found}, words.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
