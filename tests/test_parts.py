"""Parts as seen from the project's folder, whatever folder the command is typed in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from campaign import make_project, specify, succeed

from alcli.campaign import parts
from alcli.errors import ConfigError
from alcli.project.config import Part

LATE = """
from alcli.core.choosing import ByUtility
class Late(ByUtility):
    def utility(self, view):
        return view.rows * 1.0
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a strategy of one's own in it; we are in another."""
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "mine.py").write_text(LATE)
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path / "there")
    return tmp_path / "here"


@pytest.mark.parametrize(
    "part",
    [
        Part("mine.py:Late"),
        Part("subsample", {"of": "mine.py:Late"}),
        Part("subsample", {"of": {"use": "./mine.py:Late"}}),
        Part("class_balanced", {"of": {"use": "subsample", "of": "mine.py:Late"}}),
        Part("subsample:mine.py:Late"),
        Part("class_balanced:subsample:./mine.py:Late"),
        Part("class_balanced", {"of": "subsample:mine.py:Late"}),
    ],
    ids=lambda part: part.recipe,
)
def test_a_file_of_ones_own_is_looked_for_from_the_project_on(root: Path, part: Part) -> None:
    strategy = parts.load(root, "strategies", part)
    while hasattr(strategy, "of"):
        strategy = strategy.of
    assert type(strategy).__name__ == "Late"
    with pytest.raises(ConfigError, match="no file"):
        parts.load(root.parent, "strategies", part)


def test_names_and_whole_paths_stay_as_they_are(root: Path) -> None:
    for use in ("margin", "most_likely:fraud", "sklearn.naive_bayes:MultinomialNB", f"{root}/mine.py:Late"):
        assert parts.located(root, use) == use
    assert parts.located(root, f"subsample:{root}/mine.py:Late") == f"subsample:{root}/mine.py:Late"


def test_a_name_is_shown_without_the_folders(root: Path) -> None:
    assert parts.short(f"{root}/mine.py:Late") == "mine.py:Late"
    assert parts.short(f"class_balanced:subsample:{root}/mine.py:Late") == "class_balanced:subsample:mine.py:Late"
    assert parts.short("most_likely:fraud") == "most_likely:fraud"


def test_a_folder_with_a_colon_in_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "at 10:30"
    folder.mkdir()
    (folder / "mine.py").write_text(LATE)
    assert parts.located(folder, "mine.py:Late") == f"{folder}/mine.py:Late"
    assert type(parts.load(folder, "strategies", Part(f"{folder}/mine.py:Late"))).__name__ == "Late"


def test_a_wrapped_strategy_of_ones_own_chooses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(tmp_path)
    (project / "mine.py").write_text(LATE)
    monkeypatch.chdir(tmp_path)
    specify(project, "select.strategy", '{ use = "subsample", of = "mine.py:Late" }')
    told = json.loads(succeed("-C", project, "select", "-n", "2", "--json").stdout)
    assert [row["id"] for row in told["rows"] if not row["audit"]] == ["t39"]
    (tmp_path / "typed.py").write_text(LATE)  # what is typed counts from the folder it is typed in
    told = json.loads(
        succeed("-C", project, "select", "--dry-run", "--strategy", "subsample:typed.py:Late", "--json").stdout
    )
    assert told["strategy"] == "subsample:typed.py:Late"
    assert [row["id"] for row in told["rows"] if not row["audit"]][:2] == ["t38", "t37"]


def test_a_folder_among_the_parameters_is_the_projects(root: Path) -> None:
    (root / "models" / "mini").mkdir(parents=True)
    (root / "photos").mkdir()
    there = parts.load(root, "featurizers", Part("embeddings", {"model": "models/mini"}))
    assert there.model == str(root / "models" / "mini")
    images = parts.load(root, "featurizers", Part("images", {"folder": "photos", "model": "clip-mini"}))
    assert (images.folder, images.model) == (str(root / "photos"), "clip-mini")
    assert parts.load(root, "featurizers", Part("images")).folder == str(root), "a default counts from there too"


def test_what_is_no_folder_of_the_project_is_a_name(root: Path) -> None:
    (Path() / "mini").mkdir()  # in the folder we are in, which does not count
    assert parts.load(root, "featurizers", Part("embeddings", {"model": "mini"})).model == "mini"
    whole = str(root / "gone")
    assert parts.load(root, "featurizers", Part("embeddings", {"model": whole})).model == whole
