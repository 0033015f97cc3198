"""Strategies of scikit-activeml, against scikit-activeml where it is installed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from foreign import CLASSES, Scene, adapted, campaign, chosen, scene
from sklearn.linear_model import LogisticRegression

from alcli.adapters._foreign import seeded
from alcli.contracts import Asked
from alcli.errors import ConfigError

pool = pytest.importorskip("skactiveml.pool", reason="scikit-activeml is not installed")
pytestmark = pytest.mark.filterwarnings("ignore")


def classifier(estimator: Any = None) -> Any:
    from skactiveml.classifier import SklearnClassifier

    return SklearnClassifier(estimator or LogisticRegression(), classes=list(range(len(CLASSES))), random_state=0)


def by_hand(made: Scene, name: str, n: int, given: dict[str, Any], **params: Any) -> list[int]:
    """What scikit-activeml chooses when it is called as its documentation says."""
    X, y = made.whole
    strategy = getattr(pool, name)(random_state=5, **params)
    y = np.where(y < 0, np.nan, y)
    with seeded(np.random.default_rng(0)):  # some of it draws from numpy's global generator all the same
        return list(strategy.query(X, y, candidates=np.arange(len(made.candidates)), batch_size=n, **given))


ASKED = {
    "UncertaintySampling": {"clf": classifier()},
    "Badge": {"clf": classifier()},
    "ContrastiveAL": {"clf": classifier()},
    "DropQuery": {"clf": classifier()},
    "Falcun": {"clf": classifier()},
    "Clue": {"estimator": classifier()},
    "DiscriminativeAL": {"discriminator": classifier(LogisticRegression(max_iter=1000))},
    "CoreSet": {},
    "TypiClust": {},
    "ProbCover": {},
    "MaxHerding": {},
    "GreedySamplingX": {},
    "RandomSampling": {},
}


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("name", ASKED)
def test_it_chooses_as_by_hand(name: str, sparse: bool) -> None:
    made = scene(n=80)
    ours = {"n_classes": len(CLASSES)} if name == "ProbCover" else {}
    expected = by_hand(made, name, 5, ASKED[name], **ours)
    found = chosen("skactiveml", f"skactiveml.pool:{name}", made.view(sparse), 5, random_state=5)
    assert found.at.tolist() == expected


@pytest.mark.parametrize("method", ["least_confident", "margin_sampling", "entropy"])
def test_parameters_are_the_constructors(method: str) -> None:
    made = scene()
    expected = by_hand(made, "UncertaintySampling", 6, {"clf": classifier()}, method=method)
    found = chosen("skactiveml", "skactiveml.pool:UncertaintySampling", made.view(), 6, method=method, random_state=5)
    assert found.at.tolist() == expected


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("QueryByCommittee", {}),
        ("QueryByCommittee", {"method": "vote_entropy"}),
        ("GreedyBALD", {}),
        ("ProbabilisticAL", {"metric": "rbf"}),
        ("Quire", {}),
    ],
)
def test_committees_and_classes_are_provided(name: str, params: dict[str, Any]) -> None:
    chosen("skactiveml", f"skactiveml.pool:{name}", scene(n=60).view(sparse=True), 4, **params)


def test_a_committee_asks_where_the_model_is_in_doubt() -> None:
    """Models of other rows of the same kind differ where the classes meet."""
    view = scene(n=400).view()
    found = chosen("skactiveml", "skactiveml.pool:QueryByCommittee", view, 20)
    sure = view.proba.max(axis=1)
    assert sure[found.at].mean() < np.median(sure) - 0.1


def test_the_seed_is_drawn_where_none_is_given() -> None:
    view = scene().view()
    one, other = (chosen("skactiveml", "skactiveml.pool:RandomSampling", view, seed=s).at.tolist() for s in (0, 1))
    assert one != other


@pytest.mark.parametrize("name", ["CoreSet", "TypiClust", "ProbCover", "MaxHerding", "DiscriminativeAL"])
def test_strategies_without_a_model_start_cold(name: str) -> None:
    strategy = adapted("skactiveml", f"skactiveml.pool:{name}")
    assert strategy.starts_cold
    assert strategy.batch_needs == {"features", "asked"}
    view = scene(n=50).view()
    cold = replace(view, classes=(), proba=None, fit=None, asked=Asked(view.features[:0], np.empty(0, np.int64)))
    chosen("skactiveml", f"skactiveml.pool:{name}", cold, 5)


@pytest.mark.parametrize("name", ["Badge", "QueryByCommittee", "Quire", "CostEmbeddingAL"])
def test_strategies_that_learn_do_not(name: str) -> None:
    strategy = adapted("skactiveml", f"skactiveml.pool:{name}")
    assert not strategy.starts_cold
    assert "fit" in strategy.batch_needs


def test_a_model_that_cannot_be_fitted_is_told() -> None:
    """scikit-activeml would take it for a model that has seen no labels, and choose by chance."""

    def broken(X: Any, y: Any) -> Any:
        raise ArithmeticError("no such model")

    view = replace(scene().view(), fit=broken)
    with pytest.raises(ArithmeticError, match="no such model"):
        adapted("skactiveml", "skactiveml.pool:UncertaintySampling").select(view, 3, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("name", "params", "said", "hint"),
    [
        ("GreedySamplingTarget", {}, "its query wants reg", ""),
        ("Badge", {"randomstate": 3}, "no parameter 'randomstate'", "did you mean random_state?"),
        ("ExpectedErrorReduction", {}, "enforce_mapping", ""),
        ("SubSamplingWrapper", {}, "it wraps another strategy", ""),
        ("ParallelUtilityEstimationWrapper", {}, "it wraps another strategy", ""),
    ],
)
def test_what_can_never_work_is_refused_when_it_is_loaded(
    name: str, params: dict[str, Any], said: str, hint: str
) -> None:
    with pytest.raises(ConfigError, match=said) as refusal:
        adapted("skactiveml", f"skactiveml.pool:{name}", **params)
    assert hint in refusal.value.hint


@pytest.mark.parametrize("name", ["Badge", "CoreSet"])
def test_a_campaign_with_scikit_activeml(tmp_path: Path, name: str) -> None:
    result = campaign(tmp_path, f'{{ use = "skactiveml.pool:{name}", adapter = "skactiveml", candidates = 20 }}')
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    chosen = [row["reason"] for row in told["rows"] if not row["audit"]]
    assert chosen == [f"choice {place} of 4 by {name}" for place in (1, 2, 3, 4)]
