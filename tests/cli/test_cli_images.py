"""A pool of images, from `init` to `predict`."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import pytest
from campaign import CLASSES, alcli, annotate, specify, succeed, truth

COLOURS = dict(zip(CLASSES, [(220, 30, 30), (30, 220, 30), (30, 30, 220)], strict=True))


def write_paths(path: Path, names: list[str]) -> Path:
    """A pool of one photo a row; t05 has none."""
    path.write_text("id,photo\n" + "".join(f"{n},{'' if n == 't05' else f'photos/{n}.png'}\n" for n in names))
    return path


def paint(folder: Path, names: list[str]) -> None:
    """A square of the row's class's colour for each, darker from row to row."""
    pytest.importorskip("PIL", reason="the extra alcli[images] is not installed")
    from PIL import Image

    (folder / "photos").mkdir(parents=True)
    for at, name in enumerate(names):
        colour = tuple(value - 2 * at if value > 100 else value for value in COLOURS[truth(name)])
        Image.new("RGB", (16, 16), colour).save(folder / "photos" / f"{name}.png")


NAMES = [f"t{n:02d}" for n in range(24)]


def test_images_from_init_to_predict(tmp_path: Path) -> None:
    project = tmp_path / "p"
    paint(project, [*NAMES, "t97", "t98"])
    pool = write_paths(tmp_path / "pool.csv", NAMES)
    told = json.loads(succeed("init", project, "--pool", pool, "--images", "photo", "--json").stdout)
    assert told["hindered"] == ""
    assert (told["images"], told["text"], told["guessed"]) == (["photo"], [], False)
    succeed("-C", project, "select", "-n", "9")
    rows = list(csv.DictReader((project / "round-001.csv").read_text().splitlines()))
    assert all(row["photo"] in {f"photos/{row['id']}.png", ""} for row in rows), "annotators see which image it is"
    assert {truth(row["id"]) for row in rows} == set(CLASSES), "a cover of the pool has every colour"
    succeed("-C", project, "ingest", annotate(project / "round-001.csv", tmp_path / "b.csv"))
    assert "on images" in succeed("-C", project, "retrain").stdout
    predicted = list(csv.DictReader(succeed("-C", project, "predict").stdout.splitlines()))
    assert [row["id"] for row in predicted if row["label"] != truth(row["id"])] in ([], ["t05"])
    new = write_paths(tmp_path / "new.csv", ["t97", "t98"])
    labels = [row["label"] for row in csv.DictReader(succeed("-C", project, "predict", new).stdout.splitlines())]
    assert labels == [truth("t97"), truth("t98")]


def test_images_beside_the_file_that_names_them_are_found(tmp_path: Path) -> None:
    paint(tmp_path / "data", NAMES)
    project, pool = tmp_path / "p", write_paths(tmp_path / "data" / "pool.csv", NAMES)
    told = json.loads(succeed("init", project, "--pool", pool, "--images", "photo", "--json").stdout)
    assert told["hindered"] == ""
    assert 'folder = "../data"' in (project / "alcli.toml").read_text()


def test_images_elsewhere_are_found_when_the_folder_is_named(tmp_path: Path) -> None:
    paint(tmp_path / "far", NAMES)
    project, pool = tmp_path / "p", write_paths(tmp_path / "pool.csv", NAMES)
    told = json.loads(succeed("init", project, "--pool", pool, "--images", "photo", "--json").stdout)
    missing = f"{project}/photos/t00.png: there is no such file"
    assert missing in told["hindered"]
    assert "alcli.toml" in told["next"]
    result = alcli("-C", project, "select")
    assert result.exit_code == 5
    assert missing in result.stderr
    specify(project, "features.images", '{ use = "images", folder = "../far" }')
    assert len(json.loads(succeed("-C", project, "select", "-n", "3", "--json").stdout)["rows"]) == 3


def test_a_pool_with_broken_images_goes_on_when_they_are_skipped(tmp_path: Path) -> None:
    project = tmp_path / "p"
    paint(project, NAMES)
    (project / "photos" / "t03.png").write_text("no image")
    (project / "photos" / "t20.png").unlink()
    pool = write_paths(tmp_path / "pool.csv", NAMES)
    told = json.loads(succeed("init", project, "--pool", pool, "--images", "photo", "--json").stdout)
    assert "photos/t03.png: this is no image" in told["hindered"]
    assert "photos/t20.png: there is no such file" in told["hindered"]
    refused = alcli("-C", project, "select").stderr
    assert "2 rows cannot be read" in refused
    assert "photos/t03.png: this is no image" in refused
    assert "skip_broken" in refused
    specify(project, "features.images", '{ use = "images", skip_broken = true }')
    assert len(json.loads(succeed("-C", project, "select", "-n", "3", "--json").stdout)["rows"]) == 3


def test_without_pillow_images_say_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    project, pool = tmp_path / "p", write_paths(tmp_path / "pool.csv", NAMES)
    told = json.loads(succeed("init", project, "--pool", pool, "--images", "photo", "--json").stdout)
    assert "pip install 'alcli[images]'" in told["hindered"]
    result = alcli("-C", project, "select")
    assert result.exit_code == 5
    assert "pip install 'alcli[images]'" in result.stderr


def test_a_column_is_text_or_an_image_not_both(tmp_path: Path) -> None:
    pool = write_paths(tmp_path / "pool.csv", NAMES)
    result = alcli("init", tmp_path / "p", "--pool", pool, "--images", "photo", "--text", "photo")
    assert result.exit_code == 2
    assert "photo can be only one of" in result.stderr
