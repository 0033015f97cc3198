"""What stands in `.alcli` and cannot be read: told with the file, never a traceback."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from campaign import alcli, make_project, play_round, specify, start, succeed


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with twelve labels and a model, and no cache."""
    made = make_project(tmp_path)
    play_round(made, 12)
    succeed("-C", made, "retrain")
    shutil.rmtree(made / ".alcli" / "cache")
    return made


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    for at in range(4, len(data) - 4, 7):
        data[at] ^= 0x55
    file.write_bytes(data)


def empty(file: Path) -> None:
    file.write_bytes(b"")


@pytest.mark.parametrize("name", ["pool/part-0000.parquet", "audit.npy"])
@pytest.mark.parametrize("damage", [cut, flip, empty, Path.unlink])
def test_a_damaged_file_of_a_step_is_named(project: Path, name: str, damage: Callable[[Path], None]) -> None:
    file = project / ".alcli" / "steps" / "0001" / name
    damage(file)
    for words in (["select"], ["retrain"], *([["predict"]] if name.startswith("pool") else [])):
        result = alcli("-C", project, *words)
        assert result.exit_code == 4
        assert result.stdout == ""
        assert f"step 1 is damaged: {file} cannot be read" in result.stderr
        assert f"alcli -C {project} log --verify" in result.stderr
    assert alcli("-C", project, "log", "--verify").exit_code == 4


def test_a_file_where_the_cache_is_wanted_is_named(project: Path) -> None:
    cache = project / ".alcli" / "cache"
    cache.write_text("")
    result = alcli("-C", project, "select")
    assert result.exit_code == 4
    assert f"{cache} is a file, where a folder is wanted" in result.stderr


OWN = """from sklearn.tree import DecisionTreeClassifier
class Classifier(DecisionTreeClassifier):
    pass
class Model:
    def build(self, y):
        return Classifier()
"""


def test_a_model_that_this_installation_cannot_load_is_made_again_by_retrain(project: Path) -> None:
    own = project / "own.py"
    own.write_text(OWN)
    specify(project, "model", 'use = "own.py:Model"')
    succeed("-C", project, "retrain")
    own.write_text(f"{OWN}# edited\n")
    for words in (["select"], ["predict"]):
        with start("-C", project, *words) as fresh:  # this process has the class still
            _, said = fresh.communicate(timeout=60)
        assert fresh.returncode == 4
        assert "the model of step 5 cannot be loaded by this installation: " in said
        assert f"alcli -C {project} retrain" in said
    succeed("-C", project, "retrain")
    succeed("-C", project, "predict")
