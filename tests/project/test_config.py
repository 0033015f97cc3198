"""`alcli.toml`: written with every default, read back the same, every fault named by its key."""

from __future__ import annotations

import string
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alcli.contracts import Guidance
from alcli.core.handoff.labels import clash
from alcli.errors import ConfigError
from alcli.project.config import Config, HandoffSettings, Labels, Part, Pool, Select, Stop, from_tree, parse
from alcli.project.specification import write

NAMES = st.text(min_size=1, max_size=20)
PARAMS = st.dictionaries(
    st.text(string.ascii_lowercase, min_size=1, max_size=8).filter(lambda k: k != "use"),
    st.integers(-5, 5) | st.booleans() | st.text(max_size=8) | st.floats(0.01, 1e6),
    max_size=3,
)


@given(
    text=st.lists(NAMES, max_size=3),
    classes=st.lists(NAMES, max_size=4).filter(lambda names: not clash(names, ("?", "skip"))),
    use=NAMES,
    params=PARAMS,
    size=st.integers(1, 10**6),
    rare=st.lists(NAMES, max_size=2),
    examples=st.lists(NAMES, max_size=2),
)
def test_what_is_written_is_read_back(
    text: list[str],
    classes: list[str],
    use: str,
    params: dict[str, object],
    size: int,
    rare: list[str],
    examples: list[str],
) -> None:
    config = Config(
        pool=Pool("id", tuple(text), ("age",), ("photo",), True),
        labels=Labels(tuple(classes), guide={name: Guidance("about it", tuple(examples)) for name in classes}),
        select=Select(strategy=Part(use, params), batch_size=size, rare=tuple(rare if not classes else classes[:1])),
        model=Part("logistic", params),
        stop=Stop(any=(Part("budget", {"labels": 10}), Part(use, params)), all=(Part(use),)),
        handoff=HandoffSettings(show=("age",)),
    )
    assert parse(write(config), "alcli.toml") == config
    assert from_tree(config.tree(), "step 1") == config


def test_every_default_is_visible() -> None:
    tree = tomllib.loads(write(Config(pool=Pool("id", ("text",)))))
    select = {"strategy": "auto", "cold_start": "max_herding", "batch_size": 100, "explore": 0.1, "rare": []}
    assert tree["select"] == select
    assert tree["pool"] == {"id": "id", "text": ["text"], "columns": [], "images": [], "vectors": False, "label": ""}
    assert tree["features"] == {"text": "lsa", "columns": "columns", "images": "images", "vectors": "vectors"}
    assert tree["labels"] == {"classes": [], "skip": ["?", "skip"], "guide": {}}
    assert tree["retrain"]["when"] == {"use": "new_labels", "at_least": 50}
    assert tree["stop"]["any"] == [{"use": "budget", "labels": 2000}, "exhausted"]
    assert [part["use"] for part in tree["stop"]["all"]] == ["classification_change", "plateau"]
    assert tree["handoff"].items() >= {"format": "csv", "show": ["text"], "inbox": "inbox"}.items()
    assert tree["model"] == {"use": "auto"}


def test_rare_classes_and_images_are_lists_of_words() -> None:
    read = parse('[select]\nrare = ["fraud", "theft"]\n[pool]\nimages = ["front", "back"]', "alcli.toml")
    assert read.select.rare == ("fraud", "theft")
    assert read.pool.images == read.pool.content == ("front", "back")
    with pytest.raises(ConfigError, match=r"select\.rare: wanted a list"):
        parse('[select]\nrare = "fraud"', "alcli.toml")


def test_a_rare_class_is_one_of_those_declared() -> None:
    declared = '[labels]\nclasses = ["fraud", "honest"]\n[select]\nrare = ["{}"]'
    assert parse(declared.format("fraud"), "alcli.toml").select.rare == ("fraud",)
    with pytest.raises(ConfigError, match=r"select\.rare: 'fruad': no such class; did you mean fraud\?"):
        parse(declared.format("fruad"), "alcli.toml")


def test_a_guide_tells_of_each_class_what_belongs_in_it() -> None:
    text = """
    [labels]
    classes = ["refund", "lost card"]
    [labels.guide]
    refund = "wants money back"
    "lost card" = { about = "cannot find it", examples = ["Where is my card?"] }
    """
    told = parse(text, "alcli.toml").labels.guide
    assert told == {
        "refund": Guidance("wants money back"),
        "lost card": Guidance("cannot find it", ("Where is my card?",)),
    }


@pytest.mark.parametrize(
    ("guide", "column", "reason"),
    [
        ('"all"', "labels.guide", "wanted a table"),
        ("{ refund = 3 }", "labels.guide", "wanted text in quotes, or a table"),
        ("{ refund = { abot = 'x' } }", "labels.guide", "wanted text in quotes, or a table"),
        ("{ refund = { examples = 'x' } }", "labels.guide", "wanted a list"),
        ("{ refnd = 'x' }", "labels.guide.refnd", "no such class; did you mean refund?"),
    ],
)
def test_a_guide_that_is_wrong_is_refused(guide: str, column: str, reason: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        parse(f'[labels]\nclasses = ["refund"]\nguide = {guide}', "alcli.toml")
    (fault,) = refusal.value.faults
    assert fault.column == column
    assert fault.reason.startswith(reason)


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ('classes = ["tea", "water"]\nskip = ["Tea"]', "'tea' is an answer that means 'this one cannot be labelled'"),
        ('classes = ["tea", "?"]', "'?' is an answer that means 'this one cannot be labelled'"),
        ('classes = ["tea", " "]', "the name of a class is empty"),
        ('classes = ["tea", "water", "tea "]', "'tea' is named twice"),
    ],
)
def test_classes_that_cannot_be_told_apart_are_refused(labels: str, said: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        parse(f"[labels]\n{labels}", "alcli.toml")
    assert refusal.value.message == f"alcli.toml: labels.classes: {said}"


def test_every_fault_is_reported_with_its_key() -> None:
    text = """
    [select]
    strategi = "margin"
    batch_size = "many"
    [labels]
    classes = "refund"
    [stopp]
    any = []
    [model]
    C = 3
    """
    with pytest.raises(ConfigError) as refusal:
        parse(text, "alcli.toml")
    found = {fault.column: fault.reason for fault in refusal.value.faults}
    assert found == {
        "select.strategi": "no such key; did you mean strategy?",
        "select.batch_size": "wanted a whole number, 1 or more",
        "labels.classes": "wanted a list",
        "stopp": "no such key; did you mean stop?",
        "model": 'wanted a name such as "margin", or a table { use = "margin" }',
    }
    assert "alcli.toml" in refusal.value.message
    assert refusal.value.exit_code == 5


@pytest.mark.parametrize("text", ["[select", "a = 'b", "select = 3", "[pool]\nvectors = 1", "[select]\nbatch_size = 0"])
def test_what_is_no_specification_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        parse(text, "alcli.toml")
