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
        "strategies": ["entropy", "least_confident", "margin", "random"],
        "models": ["logistic", "naive_bayes"],
        "featurizers": ["columns", "tfidf", "vectors"],
        "stopping": ["budget"],
        "triggers": ["new_labels"],
        "formats": ["csv", "jsonl"],
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


@pytest.mark.parametrize("name", ["no_such_module:Thing", "math:Nothing", "gone.py:Thing"])
def test_what_does_not_load_is_one_clear_error(name: str) -> None:
    with pytest.raises(ConfigError, match="does not load"):
        plugins.find("strategies", name)


def test_strangers_cannot_shadow_built_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugins, "_entry_points", lambda kind: pytest.fail("built-ins come first"))
    assert plugins.find("strategies", "margin").__module__ == "alcli.strategies.margin"
