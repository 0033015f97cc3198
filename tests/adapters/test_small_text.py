"""Query strategies of small-text, against small-text where it is installed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from foreign import CLASSES, Scene, adapted, campaign, chosen, scene
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from alcli import plugins
from alcli.adapters._foreign import seeded
from alcli.errors import ConfigError

small_text = pytest.importorskip("small_text", reason="small-text is not installed")
pytestmark = pytest.mark.filterwarnings("ignore")

NAME = "small_text.query_strategies"
STRATEGIES = {
    "BreakingTies": {},
    "LeastConfidence": {},
    "PredictionEntropy": {},
    "GreedyCoreset": {},
    "LightweightCoreset": {},
    "EmbeddingKMeans": {},
    "ContrastiveActiveLearning": {"k": 5},
    "DiscriminativeActiveLearning": {"num_iterations": 2},
    "RandomSampling": {},
}
# 2.0.0.dev4 chooses a whole batch from every hundred rows
BROKEN = {"LightweightCoreset"} if small_text.__version__.startswith("2.0.0.dev") else set()


def by_hand(made: Scene, name: str, n: int, sparse: bool, **params: Any) -> list[int]:
    """What small-text chooses with a classifier and a data set of its own."""
    from small_text import SklearnClassifier, SklearnClassifierFactory, SklearnDataset

    class Embedding(SklearnClassifier):
        def embed(self, dataset: Any, return_proba: bool = False, pbar: Any = None) -> Any:
            x = dataset.x.toarray() if sparse else dataset.x
            return (x, self.predict_proba(dataset)) if return_proba else x

    X, y = made.whole
    matrix: Any = csr_matrix(X) if sparse else X
    dataset = SklearnDataset(matrix, y, target_labels=np.arange(len(CLASSES)))
    labelled = np.flatnonzero(y >= 0)
    clf = Embedding(LogisticRegression(), len(CLASSES)).fit(dataset[labelled])
    if name == "DiscriminativeActiveLearning":
        params["classifier_factory"] = SklearnClassifierFactory(LogisticRegression(max_iter=1000), 2)
    strategy = getattr(small_text.query_strategies, name)(**params)
    with seeded(np.random.default_rng(0)):
        return list(strategy.query(clf, dataset, np.arange(len(made.candidates)), labelled, y[labelled], n=n))


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("name", sorted(STRATEGIES.keys() - BROKEN))
def test_it_chooses_as_by_hand(name: str, sparse: bool) -> None:
    made = scene()
    expected = by_hand(made, name, 8, sparse, **STRATEGIES[name])
    found = chosen("small_text", f"{NAME}:{name}", made.view(sparse), 8, **STRATEGIES[name])
    assert found.at.tolist() == expected


def test_breaking_ties_is_our_margin() -> None:
    view = scene().view()
    ours = plugins.load("strategies", "margin").select(view, 8, np.random.default_rng(0))
    theirs = chosen("small_text", f"{NAME}:BreakingTies", view, 8)
    assert sorted(theirs.at) == sorted(ours.at)


@pytest.mark.parametrize("name", ["RandomSampling", "EmbeddingKMeans"])
def test_what_is_drawn_at_random_hangs_on_the_seed(name: str) -> None:
    view = scene().view()
    one, other = (chosen("small_text", f"{NAME}:{name}", view, seed=s).at.tolist() for s in (0, 1))
    assert one != other


def test_fewer_candidates_than_wanted_are_all_chosen() -> None:
    view = scene().view(sparse=True).take(np.arange(3))
    for name in ("BreakingTies", "GreedyCoreset"):
        assert sorted(chosen("small_text", f"{NAME}:{name}", view, 8).at.tolist()) == [0, 1, 2]


def test_rows_without_a_label_are_neither_labelled_nor_candidates() -> None:
    """They are not what a core-set keeps its distance from, as small-text leaves ignored rows out."""
    made = scene()
    labelled = Scene(made.candidates, *made.labelled)
    found, without = (chosen("small_text", f"{NAME}:GreedyCoreset", s.view(), 8) for s in (made, labelled))
    assert found.at.tolist() == without.at.tolist()


@pytest.mark.parametrize(
    ("name", "params", "said", "hint"),
    [
        ("SubsamplingQueryStrategy", {}, "base_query_strategy", ""),
        ("GreedyCoreset", {"distance_metric": "taxicab"}, "Invalid distance metric", ""),
        ("GreedyCoreset", {"distance": "cosine"}, "no parameter 'distance'", "did you mean distance_metric?"),
    ],
)
def test_what_can_never_work_is_refused_when_it_is_loaded(
    name: str, params: dict[str, Any], said: str, hint: str
) -> None:
    with pytest.raises(ConfigError, match=said) as refusal:
        adapted("small_text", f"{NAME}:{name}", **params)
    assert hint in refusal.value.hint


@pytest.mark.parametrize("name", ["BreakingTies", "GreedyCoreset"])
def test_a_campaign_with_small_text(tmp_path: Path, name: str) -> None:
    result = campaign(tmp_path, f'{{ use = "{NAME}:{name}", adapter = "small_text", candidates = 20 }}')
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    first = next(row for row in told["rows"] if not row["audit"])
    assert first["reason"] == f"choice 1 of 4 by {name}"
