"""A pool to ask strategies of other packages about: plain functions that any test may use."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from campaign import alcli, make_project, play_round, succeed
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from typer.testing import Result
from views import sealed

from alcli import plugins
from alcli.contracts import Asked, PoolView, Selection

CLASSES = ("a", "b", "c", "d")


@dataclass(frozen=True)
class Scene:
    """Candidates (n, d) and rows asked so far, in four overlapping clusters; the last rows asked have no label."""

    candidates: np.ndarray
    asked: np.ndarray
    y: np.ndarray

    @property
    def labelled(self) -> tuple[np.ndarray, np.ndarray]:
        return self.asked[self.y >= 0], self.y[self.y >= 0]

    def view(self, sparse: bool = False) -> PoolView:
        """All that a foreign strategy may be shown; the model is a logistic regression."""
        matrix: Callable[[np.ndarray], Any] = csr_matrix if sparse else np.array
        n = len(self.candidates)
        return PoolView(
            rows=sealed(np.arange(n) * 3),
            lottery=sealed(np.random.default_rng(1).random(n)),
            classes=CLASSES,
            proba=sealed(fit(*self.labelled)(self.candidates)),
            features=sealed(matrix(self.candidates)),
            committee=sealed(np.stack([fit(X, y)(self.candidates) for X, y in self.members()], axis=1)),
            asked=Asked(sealed(matrix(self.asked)), sealed(self.y)),
            fit=fit,
        )

    def members(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """What each member of the committee has learned from."""
        X, y = self.labelled
        return [(X[skip:], y[skip:]) for skip in (0, 3, 6)]

    @property
    def whole(self) -> tuple[np.ndarray, np.ndarray]:
        """The candidates and below them the rows asked so far, as a person would write it down; -1 = no label."""
        y = np.concatenate([np.full(len(self.candidates), -1), self.y])
        return np.vstack([self.candidates, self.asked]), y


def scene(n: int = 150, asked: int = 30, seed: int = 0) -> Scene:
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(len(CLASSES), 6)) * 1.5

    def rows(count: int) -> tuple[np.ndarray, np.ndarray]:
        y = np.arange(count) % len(CLASSES)
        return (centres[y] + rng.normal(size=(count, 6))).astype(np.float32), y

    X, y = rows(asked)
    return Scene(rows(n)[0], X, np.where(np.arange(asked) < asked - 4, y, -1))


def fit(X: Any, y: np.ndarray) -> Callable[[Any], np.ndarray]:
    """What `PoolView.fit` is: a model, as a function of rows that gives one that gives probabilities."""
    model = LogisticRegression().fit(X, y)

    def proba(features: Any) -> np.ndarray:
        found = np.zeros((features.shape[0], len(CLASSES)))
        found[:, model.classes_] = model.predict_proba(features)
        return found

    return proba


def adapted(adapter: str, name: str, **params: Any) -> Any:
    return plugins.load("strategies", name, {"adapter": adapter, **params})


def chosen(adapter: str, name: str, view: PoolView, n: int = 8, seed: int = 0, **params: Any) -> Selection:
    """What the strategy chooses: twice the same, whole, distinct, explained; numpy's generator is as it was."""
    strategy = adapted(adapter, name, **params)
    np.random.seed(1234)
    before = np.random.get_state()[1].copy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        first, again = (strategy.select(view, n, np.random.default_rng(seed)) for _ in range(2))
    assert (np.random.get_state()[1] == before).all()
    at = first.at
    assert at.tolist() == again.at.tolist()
    assert len(at) == len(set(at.tolist())) == min(n, len(view))
    assert at.min() >= 0
    assert at.max() < len(view)
    assert (np.diff(first.utility) < 0).all()
    assert len(first.reasons) == len(at)
    return first


def campaign(folder: Path, table: str, own: str = "") -> Result:
    """`select` in a small project with a model, whose strategy is this TOML table; `own` is its file mine.py."""
    project = make_project(folder)
    (project / "mine.py").write_text(own)
    play_round(project, 12)
    succeed("-C", project, "retrain")
    file = project / "alcli.toml"
    lines = [f"strategy = {table}" if line.startswith("strategy =") else line for line in file.read_text().splitlines()]
    assert f"strategy = {table}" in lines
    file.write_text("\n".join(lines))
    return alcli("-C", project, "select", "-n", "5", "--json")
