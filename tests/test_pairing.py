"""`auto`: the other pair contends when it is due, takes over when it is clearly ahead, and is told of."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from campaign import succeed
from scipy.sparse import csr_matrix

from alcli.campaign.learning import pairing
from alcli.campaign.learning.pairing import Material
from alcli.project.config import Config, Part, Pool
from alcli.project.findings import Pair
from alcli.project.records import ModelRetrained

TABLE = Config(pool=Pool(columns=("a", "b")), model=Part("auto"))
TEXT = Config(pool=Pool(text=("body",)), model=Part("auto"))
CLASSES = ("no", "yes")


def labelled(n: int, straight: bool) -> tuple[np.ndarray, list[str]]:
    """Points, and whether they lie beyond a line; or else in two opposite quarters of the plane, as no line tells."""
    X = np.random.default_rng(0).uniform(-1, 1, (n, 2)).astype(np.float32)
    beyond = X.sum(axis=1) > 0 if straight else X[:, 0] * X[:, 1] > 0
    return X, [CLASSES[int(b)] for b in beyond]


def settle(n: int, straight: bool, before: ModelRetrained | None = None) -> tuple[pairing.Settled, list[Pair]]:
    X, names = labelled(n, straight)
    asked: list[Pair] = []

    def material(pair: Pair) -> Material:
        asked.append(pair)
        return Material(X)

    return pairing.settle(Path(), TABLE, material, names, CLASSES, 0, before), asked


@pytest.fixture(scope="module")
def crossed() -> tuple[pairing.Settled, list[Pair]]:
    """A hundred labels in opposite quarters."""
    return settle(100, straight=False)


@pytest.fixture(scope="module")
def straight() -> tuple[pairing.Settled, list[Pair]]:
    """A hundred labels on two sides of a line."""
    return settle(100, straight=True)


def recorded(settled: pairing.Settled, n: int) -> ModelRetrained:
    return ModelRetrained(CLASSES, {"no": n}, {}, "", "", 1, True, 0.0, {}, pair=settled.pair, contest=settled.contest)


def test_the_forest_takes_over_where_no_line_tells_the_classes(crossed: Any) -> None:
    settled, asked = crossed
    assert settled.pair == Pair(model="forest")
    assert asked == [Pair(), Pair(model="forest")]
    assert settled.contest is not None
    assert settled.contest.other == Pair()
    assert settled.contest.gain < 0 < settled.contest.error
    assert settled.contest.accuracy < -0.2
    assert (
        settled.fitted.proba(labelled(100, False)[0]).argmax(axis=1)
        == [CLASSES.index(c) for c in labelled(100, False)[1]]
    ).mean() > 0.9


def test_the_logistic_model_stays_where_it_is_as_good(straight: Any) -> None:
    settled, _ = straight
    assert settled.pair == Pair()
    assert settled.contest is not None
    assert settled.contest.other == Pair(model="forest")
    assert "forest on columns: " in pairing.told(TABLE, settled.contest)
    assert "less, cross-fitted on 100 labels" in pairing.told(TABLE, settled.contest)


def test_nothing_is_tried_while_labels_are_few_or_have_hardly_grown(straight: Any) -> None:
    assert settle(99, straight=False)[1] == [Pair()]
    before = recorded(straight[0], 100)
    kept, asked = settle(124, straight=True, before=before)
    assert asked == [Pair()]
    assert kept.contest == before.contest, "what was found is still told"
    assert len(settle(125, straight=True, before=before)[1]) == 2


def test_the_pair_in_use_is_tried_first_and_stays(crossed: Any) -> None:
    settled, asked = settle(130, straight=False, before=recorded(crossed[0], 100))
    assert asked == [Pair(model="forest"), Pair()]
    assert settled.pair == Pair(model="forest")


def test_a_model_that_is_named_has_no_rival() -> None:
    X, names = labelled(100, False)
    named = Config(pool=Pool(columns=("a", "b")), model=Part("logistic"))
    settled = pairing.settle(Path(), named, lambda pair: Material(csr_matrix(X)), names, CLASSES, 0)
    assert (settled.pair, settled.contest) == (Pair(), None)


@pytest.mark.parametrize(
    ("config", "pair", "words"),
    [
        (TABLE, Pair(), "self_training on columns"),
        (TABLE, Pair(model="forest"), "forest on columns"),
        (TEXT, Pair(beside="tfidf"), f"self_training on {TEXT.features.text.use} + tfidf"),
        (Config(pool=Pool(vectors=True), model=Part("./mine.py:Sure")), Pair(), "mine.py:Sure on vectors"),
    ],
)
def test_a_pair_in_words(config: Config, pair: Pair, words: str) -> None:
    assert pairing.described(config, pair) == words


LENGTHS = """
import numpy as np
class Lengths:
    def digest(self, table):
        return {"n": np.array([len(text) for text in table.to_series()])}
    def fit(self, digests):
        return {}
    def transform(self, digest, state):
        return np.column_stack([digest["n"] / 100, np.ones(len(digest["n"]))]).astype(np.float16)
"""


def write(path: Path, header: tuple[str, ...], row: Callable[[int], tuple[object, ...]], n: int) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *(row(k) for k in range(n))])
    return path


def test_a_pool_whose_words_tell_more_than_its_first_features(tmp_path: Path) -> None:
    """Lengths tell nothing, words everything: from 300 labels on both are read, kept and opened again."""
    words = ("card", "code", "late")
    pool = write(
        tmp_path / "pool.csv",
        ("id", "text", "topic"),
        lambda k: (f"r{k}", f"{words[k % 3]} {'so ' * (k % 7)}number{k}", words[k % 3] if k < 320 else ""),
        400,
    )
    project = tmp_path / "p"
    succeed("init", project, "--pool", pool, "--text", "text", "--label-column", "topic")
    (project / "mine.py").write_text(LENGTHS)
    config = project / "alcli.toml"
    text = config.read_text()
    start, end = text.index("[features]"), text.index("[retrain]")
    config.write_text(f'{text[:start]}[features]\ntext = "./mine.py:Lengths"\n\n[model]\nuse = "auto"\n\n{text[end:]}')
    told = json.loads(succeed("-C", project, "retrain", "--json").stdout)
    assert told["model"] == "self_training on mine.py:Lengths + tfidf"
    assert told["contest"].startswith("self_training on mine.py:Lengths: ")
    assert told["figures"]["accuracy_cv"] > 0.9
    shown = succeed("-C", project, "status").stdout
    assert "model    self_training on mine.py:Lengths + tfidf" in shown
    assert "less, cross-fitted on 320 labels)" in shown
    rows = list(csv.DictReader(succeed("-C", project, "predict").stdout.splitlines()))
    assert all(row["label"] == words[int(row["id"][1:]) % 3] for row in rows)
    (tmp_path / "new.csv").write_text("id,text\nx,late late\n")
    assert "x,late," in succeed("-C", project, "predict", tmp_path / "new.csv").stdout
    succeed("-C", project, "select", "-n", "5")
    assert "self_training on mine.py:Lengths: " in succeed("-C", project, "retrain").stdout, (
        "what was found is still told"
    )
    assert (
        "Trained self_training on mine.py:Lengths + tfidf with 320 labels" in succeed("-C", project, "retrain").stdout
    )


FITTED = """
import numpy as np
from alcli.contracts import Selection
class Fitted:
    needs, batch_needs, starts_cold = frozenset(), frozenset({"fit", "asked"}), False
    def utility(self, view):
        return view.lottery
    def short_list(self, batch_size):
        return batch_size
    def select(self, view, batch_size, rng):
        X, y = view.asked.labelled
        right = (view.fit(X, y)(X).argmax(axis=1) == y).mean()
        return Selection(np.arange(batch_size), np.ones(batch_size), (f"right: {right > 0.9}",) * batch_size)
"""


def test_a_strategy_that_fits_the_model_fits_the_one_in_use(tmp_path: Path) -> None:
    X, names = labelled(200, straight=False)
    pool = write(
        tmp_path / "pool.csv",
        ("id", "a", "b", "kind"),
        lambda k: (f"r{k}", *X[k].tolist(), names[k] if k < 120 else ""),
        200,
    )
    project = tmp_path / "p"
    succeed("init", project, "--pool", pool, "--columns", "a,b", "--label-column", "kind")
    assert "Trained forest" in succeed("-C", project, "retrain").stdout
    (project / "mine.py").write_text(FITTED)
    shown = succeed("-C", project, "select", "-n", "3", "--strategy", f"{project / 'mine.py'}:Fitted").stdout
    assert "right: True" in shown
