"""Parts are found by name; a wrong word is answered with the words there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from alcli import plugins
from alcli.errors import ConfigError

MINE = """
from dataclasses import dataclass
import numpy as np
from alcli.core.choosing import ByUtility

@dataclass(frozen=True)
class Longest(ByUtility):
    weight: float = 1.0
    def utility(self, view):
        return self.weight * np.ones(len(view))
"""


def test_the_shelves_hold_what_is_promised() -> None:
    assert {kind: plugins.names(kind) for kind in plugins.KINDS} == {
        "strategies": [
            "auto",
            "badge",
            "class_balanced",
            "cluster_margin",
            "consensus_entropy",
            "density",
            "discriminative",
            "entropy",
            "expected_error",
            "k_center",
            "least_confident",
            "margin",
            "max_disagreement",
            "max_herding",
            "most_likely",
            "probcover",
            "random",
            "ranked_batch",
            "subsample",
            "typiclust",
            "uncertainty_herding",
            "vote_entropy",
        ],
        "models": ["auto", "boosting", "forest", "linear_svm", "logistic", "naive_bayes", "self_training"],
        "featurizers": ["columns", "embeddings", "hashing", "images", "lsa", "tfidf", "vectors"],
        "stopping": [
            "budget",
            "classification_change",
            "exhausted",
            "overall_uncertainty",
            "plateau",
            "stable_predictions",
            "target",
        ],
        "triggers": ["batch_complete", "new_labels", "schedule", "surprise"],
        "formats": [
            "argilla",
            "csv",
            "doccano",
            "ground_truth",
            "html",
            "jsonl",
            "label_studio",
            "potato",
            "prodigy",
            "xlsx",
        ],
    }


@pytest.mark.parametrize("plugin", plugins.listing(), ids=lambda p: f"{p.kind}-{p.name}")
def test_every_part_loads_and_says_what_it_is(plugin: plugins.Plugin) -> None:
    assert plugin.summary.endswith(".")
    assert len(plugin.summary.split()) >= 4
    plugins.load(plugin.kind, plugin.name)


def test_a_wrong_name_is_answered_with_the_near_one_and_all() -> None:
    with pytest.raises(ConfigError) as refusal:
        plugins.find("strategies", "margins")
    assert "did you mean margin?" in refusal.value.message
    assert "least_confident" in refusal.value.hint


def test_a_wrong_parameter_is_answered_with_the_right_ones() -> None:
    with pytest.raises(ConfigError) as refusal:
        plugins.load("models", "logistic", {"c": 1})
    assert "no parameter 'c'" in refusal.value.message
    assert "C" in refusal.value.hint


def test_a_strategy_of_ones_own_by_path(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    strategy = plugins.load("strategies", f"{tmp_path}/mine.py:Longest", {"weight": 2.0})
    assert strategy.weight == 2.0


def test_a_file_loaded_twice_is_one_class_until_it_changes(tmp_path: Path) -> None:
    """What was made of it can be pickled after others loaded it; a changed file is another."""
    name, file = f"{tmp_path}/mine.py:Longest", tmp_path / "mine.py"
    file.write_text(MINE)
    first = plugins.find("strategies", name)
    assert plugins.find("strategies", name) is first
    file.write_text(MINE.replace("1.0", "3.0"))
    assert plugins.load("strategies", name).weight == 3.0
    file.write_text(MINE + "oh no")
    for _ in range(2):
        with pytest.raises(ConfigError, match="does not load"):
            plugins.find("strategies", name)


@pytest.mark.parametrize("name", ["no_such_module:Thing", "math:Nothing", "gone.py:Thing"])
def test_what_does_not_load_is_one_clear_error(name: str) -> None:
    with pytest.raises(ConfigError, match="does not load"):
        plugins.find("strategies", name)


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("strategies", "math:pi", "is no class to make one of"),
        ("strategies", "builtins:dict", "is no class to make one of"),
        ("models", "math:pi", "is no class to make one of"),
        ("strategies", "os:getcwd", "has no needs and no batch_needs"),
        ("strategies", "sklearn.linear_model:LogisticRegression", "has no needs and no batch_needs"),
        ("triggers", "sklearn.linear_model:LogisticRegression", "has no judge"),
        ("formats", "sklearn.linear_model:LogisticRegression", "has no suffix"),
    ],
)
def test_what_is_no_such_part_is_told(kind: str, name: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        plugins.load(kind, name)


@pytest.mark.parametrize(("needs", "said"), [('["proba"]', "wanted a set"), ('{"porba"}', "names 'porba'")])
def test_what_a_strategy_needs_is_checked(tmp_path: Path, needs: str, said: str) -> None:
    (tmp_path / "mine.py").write_text(f"{MINE}    batch_needs = {needs}\n")
    with pytest.raises(ConfigError, match=f"batch_needs.*{said}"):
        plugins.load("strategies", f"{tmp_path}/mine.py:Longest")


def test_strangers_cannot_shadow_built_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugins, "_entry_points", lambda kind: pytest.fail("built-ins come first"))
    assert plugins.find("strategies", "margin").__module__ == "alcli.strategies.margin"


@pytest.mark.parametrize("name", ["most_likely:fraud", "most_likely:theft: card"])
def test_what_follows_a_built_ins_colon_is_its_first_parameter(name: str) -> None:
    assert plugins.load("strategies", name).of_class == name.partition(":")[2]


def test_a_number_after_the_colon_is_a_number() -> None:
    assert plugins.load("strategies", "vote_entropy:7").members == 7
    assert plugins.load("strategies", "density:0.5").beta == 0.5


def test_what_follows_the_colon_is_checked_like_any_parameter() -> None:
    with pytest.raises(ConfigError, match="random has no parameters: nothing can stand after its colon"):
        plugins.load("strategies", "random:fraud")
    with pytest.raises(ConfigError, match="of_class is given twice, 'fraud' and 'theft'"):
        plugins.load("strategies", "most_likely:fraud", {"of_class": "theft"})
    with pytest.raises(ConfigError, match="members = 'three': wanted a whole number"):
        plugins.load("strategies", "vote_entropy:three")


def test_a_wrapper_holds_another_strategy() -> None:
    margin = plugins.load("strategies", "margin")
    assert plugins.load("strategies", "subsample").of == margin
    for of in ("entropy", {"use": "entropy"}):
        assert plugins.load("strategies", "subsample", {"of": of}).of == plugins.load("strategies", "entropy")
    table = {"use": "vote_entropy", "members": 7}
    assert plugins.load("strategies", "class_balanced", {"of": table}).of.members == 7
    nested = plugins.load("strategies", "class_balanced:subsample:most_likely:fraud")
    assert nested.of.of.of_class == "fraud"


def test_a_wrapper_holds_a_strategy_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    assert plugins.load("strategies", "subsample", {"of": f"{tmp_path}/mine.py:Longest"}).of.weight == 1.0


@pytest.mark.parametrize(
    ("of", "why"),
    [
        ("margins", "did you mean margin"),
        ({"use": "entropy", "base": 2}, "entropy has no parameter 'base'"),
        (3, 'of = 3: wanted a name such as "margin"'),
        ({"strategy": "margin"}, 'wanted a name such as "margin", or a table'),
    ],
)
def test_a_wrong_strategy_in_a_wrapper_is_told(of: object, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        plugins.load("strategies", "class_balanced", {"of": of})
