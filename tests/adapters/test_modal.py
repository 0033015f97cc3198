"""Functions in modAL's style: those of modAL where it is installed, and one's own."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from foreign import Scene, adapted, campaign, chosen, scene
from sklearn.linear_model import LogisticRegression

from alcli import plugins
from alcli.errors import ConfigError

OWN = """
import numpy as np

def last(classifier, X, n_instances=1):
    return np.arange(X.shape[0])[-n_instances:]

def paired(classifier, X, n_instances=1, least=0.0):
    doubt = 1 - classifier.predict_proba(X).max(axis=1)
    at = np.argsort(-doubt)[:n_instances]
    return at.tolist(), X[at]

def drawn(classifier, X, n_instances=1):
    return np.random.choice(X.shape[0], n_instances, replace=False)

def learned(classifier, X, n_instances=1):
    model = classifier.estimator.fit(classifier.X_training, classifier.y_training)
    assert (model.predict(X[:5]) == model.predict_proba(X[:5]).argmax(axis=1)).all()
    some = classifier.predict_proba(X[:40])
    assert np.allclose(some, model.predict_proba(X[:40]))
    return np.argsort(some.max(axis=1))[:n_instances]

def voted(committee, X, n_instances=1):
    votes = committee.vote(X)
    assert votes.shape == (X.shape[0], len(committee)) == committee.vote_proba(X).shape[:2]
    assert np.allclose(committee.predict_proba(X), committee.vote_proba(X).mean(axis=1))
    split = np.array([len(set(row)) for row in votes])
    return np.argsort(-split, kind="stable")[:n_instances]

def twice(classifier, X, n_instances=1):
    return np.zeros(n_instances, int)

def much(classifier, X, n_instances=1):
    return np.arange(n_instances + 1)

def floats(classifier, X, n_instances=1):
    return np.linspace(0, 1, n_instances)

def bug(classifier, X, n_instances=1):
    return undefined

def regress(regressor, X, n_instances=1):
    return np.arange(n_instances)

def alone(classifier, X):
    return 0
"""


@pytest.fixture
def mine(tmp_path: Path) -> str:
    (tmp_path / "mine.py").write_text(OWN)
    return f"{tmp_path}/mine.py"


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("name", ["last", "paired", "drawn", "learned"])
def test_a_function_of_ones_own_chooses(mine: str, name: str, sparse: bool) -> None:
    view = scene().view(sparse)
    for n in (1, 8):
        chosen("modal", f"{mine}:{name}", view, n)
    few = chosen("modal", f"{mine}:last", view.take(np.arange(3)), 8)
    assert sorted(few.at.tolist()) == [0, 1, 2]
    assert few.reasons[0] == "choice 1 of 3 by last"


def test_a_function_of_a_committee_is_given_one(mine: str) -> None:
    view = scene().view()
    assert "committee" in adapted("modal", f"{mine}:voted").batch_needs
    found = chosen("modal", f"{mine}:voted", replace(view, proba=None), 8)
    split = [len(set(row)) for row in view.committee.argmax(axis=2)]
    assert min(split[i] for i in found.at) >= max(split[i] for i in range(len(view)) if i not in found.at)


def test_what_is_drawn_at_random_hangs_on_the_seed_given(mine: str) -> None:
    view = scene().view()
    one, other = (chosen("modal", f"{mine}:drawn", view, seed=seed).at.tolist() for seed in (0, 1))
    assert one != other


def test_the_generator_is_put_back_after_a_failure(mine: str) -> None:
    np.random.seed(7)
    before = np.random.get_state()[1].copy()
    with pytest.raises(NameError):
        adapted("modal", f"{mine}:bug").select(scene().view(), 2, np.random.default_rng(0))
    assert (np.random.get_state()[1] == before).all()


def test_the_short_list_is_random_and_bounded(mine: str) -> None:
    strategy = adapted("modal", f"{mine}:last", candidates=20)
    view = scene().view()
    assert strategy.utility(view).tolist() == view.lottery.tolist()
    assert (strategy.short_list(5), strategy.short_list(30)) == (20, 30)
    assert strategy.needs == frozenset()
    assert strategy.batch_needs == {"proba", "features", "asked", "fit"}


@pytest.mark.parametrize(
    ("name", "params", "said", "hint"),
    [
        ("last", {"candidates": 0}, "candidates = 0", ""),
        ("last", {"candidates": 2.5}, "candidates = 2.5", ""),
        ("paired", {"leats": 0.5}, "no parameter 'leats'", "did you mean least?"),
        ("last", {"metric": "cosine"}, "no parameter 'metric'", "there are: candidates"),
        ("regress", {}, "it asks a regressor", ""),
        ("alone", {}, r"it takes \(classifier, X\)", ""),
        ("absent", {}, "does not load", ""),
    ],
)
def test_what_can_never_work_is_refused_when_it_is_loaded(
    mine: str, name: str, params: dict[str, object], said: str, hint: str
) -> None:
    with pytest.raises(ConfigError, match=said) as refusal:
        adapted("modal", f"{mine}:{name}", **params)
    assert hint in refusal.value.hint


@pytest.mark.parametrize(
    ("name", "adapter", "said", "hint"),
    [
        ("mine:q", "modall", "no adapter called 'modall'; did you mean modal?", "modal, skactiveml, small_text"),
        ("mine:q", 3, "adapter = 3", ""),
        ("margin", "modal", "needs no adapter", "MODULE:Name"),
    ],
)
def test_a_wrong_adapter_is_answered_with_the_right_ones(name: str, adapter: object, said: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=said) as refusal:
        plugins.load("strategies", name, {"adapter": adapter})
    assert hint in refusal.value.hint


def test_a_foreign_strategy_without_its_adapter_is_told_how_to_be_named() -> None:
    with pytest.raises(ConfigError, match="wants an adapter") as refusal:
        plugins.load("strategies", "modAL.uncertainty:margin_sampling")
    assert 'adapter = "modal"' in refusal.value.hint


def test_a_package_that_is_absent_is_named_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = {
        ("modal", "modAL.uncertainty:margin_sampling"): "pip install --no-deps modAL-python",
        ("skactiveml", "skactiveml.pool:Badge"): "pip install scikit-activeml",
        ("small_text", "small_text.query_strategies:BreakingTies"): "pip install small-text",
    }

    def absent(name: str) -> object:
        package = name.partition(".")[0]
        raise ModuleNotFoundError(f"No module named {package!r}", name=package)

    for (adapter, name), line in lines.items():
        found = plugins.find("adapters", adapter)
        with monkeypatch.context() as patch:
            patch.setattr(plugins, "find", lambda kind, word, found=found: found)
            patch.setattr(plugins.importlib, "import_module", absent)
            with pytest.raises(ConfigError, match="is not installed") as refusal:
                adapted(adapter, name)
        assert refusal.value.hint == line


@pytest.mark.parametrize("name", ["paired", "learned", "voted"])
def test_a_campaign_asks_what_the_function_chose(tmp_path: Path, name: str) -> None:
    table = f'{{ use = "mine.py:{name}", adapter = "modal", candidates = 20 }}'
    result = campaign(tmp_path, table, OWN)
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert len(told["rows"]) == 5
    first = next(row for row in told["rows"] if not row["audit"])
    assert first["reason"] == f"choice 1 of 4 by {name}"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("twice", "mine.py:twice did not choose 4 different candidates"),
        ("much", "mine.py:much did not choose 4 different candidates"),
        ("floats", "wanted the numbers of 4 rows"),
        ("bug", "undefined"),
    ],
)
def test_a_wrong_answer_is_told_as_the_functions_fault(tmp_path: Path, name: str, said: str) -> None:
    result = campaign(tmp_path, f'{{ use = "mine.py:{name}", adapter = "modal" }}', OWN)
    assert result.exit_code == 5
    assert f"mine.py:{name}" in result.stderr
    assert said in " ".join(result.stderr.split())


# --- with modAL -------------------------------------------------------------------------------------------------------


def learner(X: np.ndarray, y: np.ndarray) -> object:
    modal = pytest.importorskip("modAL", reason="modAL is not installed")
    return modal.ActiveLearner(LogisticRegression(), X_training=X, y_training=y)


def by_hand(made: Scene, name: str, n: int, **params: object) -> list[int]:
    """What modAL chooses with an active learner or a committee of its own."""
    module, _, function = name.partition(":")
    modal = pytest.importorskip("modAL", reason="modAL is not installed")
    asked = learner(*made.labelled)
    if module == "modAL.disagreement":
        asked = modal.Committee([learner(X, y) for X, y in made.members()])
    query = getattr(pytest.importorskip(module, reason="modAL is not installed"), function)
    return list(query(asked, made.candidates, n_instances=n, **params)[0])


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("modAL.uncertainty:uncertainty_sampling", {}),
        ("modAL.uncertainty:margin_sampling", {}),
        ("modAL.uncertainty:entropy_sampling", {}),
        ("modAL.batch:uncertainty_batch_sampling", {}),
        ("modAL.batch:uncertainty_batch_sampling", {"metric": "cosine"}),
        ("modAL.disagreement:vote_entropy_sampling", {}),
        ("modAL.disagreement:consensus_entropy_sampling", {}),
        ("modAL.disagreement:max_disagreement_sampling", {}),
    ],
)
def test_modal_chooses_as_by_hand(name: str, params: dict[str, object], sparse: bool) -> None:
    made = scene()
    expected = by_hand(made, name, 8, **params)
    assert chosen("modal", name, made.view(sparse), 8, **params).at.tolist() == expected


def test_modals_margin_is_ours() -> None:
    pytest.importorskip("modAL", reason="modAL is not installed")
    view = scene().view()
    ours = plugins.load("strategies", "margin").select(view, 8, np.random.default_rng(0))
    theirs = chosen("modal", "modAL.uncertainty:margin_sampling", view, 8)
    assert sorted(theirs.at) == sorted(ours.at)


def test_ties_broken_at_random_hang_on_the_seed() -> None:
    pytest.importorskip("modAL", reason="modAL is not installed")
    view = scene().view()
    view = replace(view, proba=np.full_like(view.proba, 0.25))
    name = "modAL.uncertainty:margin_sampling"
    one, other = (chosen("modal", name, view, seed=s, random_tie_break=True).at.tolist() for s in (0, 1))
    assert one != other


@pytest.mark.parametrize(
    "name", ["uncertainty:margin_sampling", "batch:uncertainty_batch_sampling", "disagreement:vote_entropy_sampling"]
)
def test_a_campaign_with_modal(tmp_path: Path, name: str) -> None:
    pytest.importorskip("modAL", reason="modAL is not installed")
    result = campaign(tmp_path, f'{{ use = "modAL.{name}", adapter = "modal" }}')
    assert result.exit_code == 0, result.stderr
    assert len(json.loads(result.stdout)["rows"]) == 5
