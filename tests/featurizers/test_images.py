"""Images by the descriptor and by a tiny model made here."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from alcli.featurizers._descriptor import described
from alcli.featurizers.images import Images

BLACK, WHITE, RED = (0, 0, 0), (255, 255, 255), (255, 0, 0)


def table(*columns: list[str | None]) -> pl.DataFrame:
    named = {f"c{at}": column for at, column in enumerate(columns)}
    return pl.DataFrame(named, schema=dict.fromkeys(named, pl.String))


def features(featurizer: Images, *shards: pl.DataFrame) -> np.ndarray:
    digests = [featurizer.digest(shard) for shard in shards]
    state = featurizer.fit(digests)
    return np.vstack([featurizer.transform(digest, state) for digest in digests])


def test_outlines_tell_upright_from_level_bars_and_not_dark_from_light() -> None:
    bars = np.zeros((32, 32, 3))
    bars[:, 12:20] = 1
    upright, level = bars, bars.transpose(1, 0, 2)
    found = described(np.array([upright, level, 1 - upright, 0.5 * np.ones_like(bars)]))
    outlines = found[:, :324]
    np.testing.assert_allclose(outlines[0], outlines[2], atol=1e-6)
    assert np.linalg.norm(outlines[0] - outlines[1]) > 1
    assert not outlines[3].any()


def test_the_thumbnail_and_the_colours_by_hand() -> None:
    halves = np.zeros((1, 32, 32, 3))
    halves[0, :, 16:, 0] = 1  # the right half is red
    found = described(halves)[0]
    thumbnail, colours = found[324:516].reshape(8, 8, 3), found[516:]
    assert thumbnail[:, :4].max() == 0
    assert (thumbnail[:, 4:] == [1, 0, 0]).all()
    assert np.flatnonzero(colours).tolist() == [0, 48]
    np.testing.assert_allclose(colours[[0, 48]], np.sqrt(0.5), rtol=1e-6)


@pytest.fixture
def pillow() -> None:
    pytest.importorskip("PIL", reason="the extra alcli[images] is not installed")


@pytest.fixture
def photos(tmp_path: Path, pillow: None) -> Path:
    """Ten squares, each with a white spot elsewhere: seven black, three red."""
    from PIL import Image

    for number in range(10):
        image = Image.new("RGB", (40, 40), RED if number % 3 == 1 else BLACK)
        image.paste(WHITE, (4 * number, 8, 4 * number + 4, 24))
        image.save(tmp_path / f"{number}.png")
    return tmp_path


ALL = [f"{number}.png" for number in range(10)]


def test_features_are_standardised_and_a_row_is_of_length_one_or_so(photos: Path) -> None:
    found = features(Images(str(photos)), table(ALL[:4]), table(ALL[4:]))
    assert found.shape == (10, 580)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found.mean(axis=0), 0, atol=1e-6)
    sd = found.std(axis=0) * np.sqrt(580)
    assert np.logical_or(np.isclose(sd, 1, atol=1e-3), sd == 0).all()
    assert 0.5 < np.linalg.norm(found, axis=1).mean() < 1.1


def test_the_same_scene_in_a_dimmer_light_is_the_nearest(photos: Path) -> None:
    from PIL import Image

    for name in ALL:
        Image.open(photos / name).point(lambda value: value * 0.8).resize((50, 44)).save(photos / f"dim-{name}")
    found = features(Images(str(photos)), table([*ALL, *(f"dim-{name}" for name in ALL)]))
    gaps = np.linalg.norm(found[10:, None] - found[None, :10], axis=2)
    assert gaps.argmin(axis=1).tolist() == list(range(10))


def test_missing_paths_give_zeros_and_columns_stand_side_by_side(photos: Path) -> None:
    one = features(Images(str(photos)), table(ALL))
    found = features(Images(str(photos)), table(["0.png", None, " "], ["0.png", "1.png", "2.png"]))
    assert found.shape == (3, 2 * one.shape[1])
    assert not found[1:, :580].any()
    assert found[1:, 580:].any()
    featurizer = Images(str(photos))
    state = featurizer.fit([featurizer.digest(table(ALL))])
    assert featurizer.transform(featurizer.digest(table([])), state).shape == (0, 580)
    assert not featurizer.transform(featurizer.digest(table([None, None])), state).any()


def test_whole_paths_need_no_folder(photos: Path) -> None:
    whole = [str(photos / name) for name in ALL]
    np.testing.assert_array_equal(
        features(Images("/elsewhere"), table(whole)), features(Images(str(photos)), table(ALL))
    )


def test_batches_change_nothing(photos: Path) -> None:
    whole = Images(str(photos)).digest(table(ALL))
    small = Images(str(photos), batch_size=3).digest(table(ALL))
    np.testing.assert_array_equal(small["vectors"], whole["vectors"])


@pytest.mark.usefixtures("pillow")
def test_images_of_any_kind_are_seen_as_a_person_sees_them(tmp_path: Path) -> None:
    from PIL import Image

    upright = Image.new("RGB", (64, 32), BLACK)
    upright.paste(RED, (0, 0, 32, 32))
    upright.save(tmp_path / "upright.png")
    exif = Image.Exif()
    exif[0x0112] = 8  # "turn a quarter to the left"
    upright.rotate(-90, expand=True).save(tmp_path / "turned.png", exif=exif)
    upright.convert("P").save(tmp_path / "palette.gif")
    clear = Image.new("RGBA", (64, 32), (0, 0, 255, 0))
    clear.save(tmp_path / "clear.png")
    Image.new("L", (64, 32), 255).save(tmp_path / "grey.png")
    names = ["upright.png", "turned.png", "palette.gif", "clear.png", "grey.png"]
    found = Images(str(tmp_path)).digest(table(names))["vectors"]
    np.testing.assert_allclose(found[1:3], found[[0, 0]], atol=0.02)
    np.testing.assert_allclose(found[3], found[4])


def test_images_that_cannot_be_read_are_named_all_at_once(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    (photos / "words.png").write_text("no image")
    (photos / "cut.png").write_bytes((photos / "0.png").read_bytes()[:60])
    rows = table([*ALL, "absent.png", "words.png", "cut.png", "gone.png"])
    with pytest.raises(ValueError, match=r"absent\.png") as told:
        Images(str(photos)).digest(rows)
    absent, words, cut, gone = str(told.value).splitlines()
    assert absent.endswith("/absent.png: there is no such file")
    assert words.endswith("/words.png: this is no image")
    assert "/cut.png: " in cut
    assert "/gone.png: " in gone
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(ValueError, match="decompression bomb"):
        Images(str(photos)).digest(table(ALL[:1]))


def test_broken_images_that_are_skipped_count_as_missing(photos: Path) -> None:
    (photos / "words.png").write_text("no image")
    found = features(Images(str(photos), skip_broken=True), table([*ALL[:9], "words.png", "gone.png"]))
    np.testing.assert_array_equal(found, features(Images(str(photos)), table([*ALL[:9], None, ""])))


def test_without_the_package_the_line_that_installs_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ImportError, match=r"pip install 'alcli\[images\]'"):
        Images().digest(table(ALL))


def test_wrong_parameters_are_refused() -> None:
    with pytest.raises(ValueError, match="batch_size must be 1 or more"):
        Images(batch_size=0)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder with a model of sentence-transformers that reads images, its weights drawn at random."""
    pytest.importorskip("sentence_transformers", reason="the extra alcli[embeddings] is not installed")
    import torch
    from transformers import CLIPConfig, CLIPImageProcessorPil, CLIPModel, CLIPProcessor, CLIPTokenizerFast

    folder = tmp_path_factory.mktemp("clip")
    small = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    (folder / "vocab.json").write_text('{"<|startoftext|>": 0, "<|endoftext|>": 1, "a": 2, "a</w>": 3}')
    (folder / "merges.txt").write_text("#version: 0.2\n")
    tokenizer = CLIPTokenizerFast(vocab=str(folder / "vocab.json"), merges=str(folder / "merges.txt"))
    torch.manual_seed(0)
    config = CLIPConfig(
        text_config={**small, "vocab_size": 4, "max_position_embeddings": 8},
        vision_config={**small, "image_size": 16, "patch_size": 8},
        projection_dim=8,
    )
    CLIPModel(config).save_pretrained(folder / "raw")
    sizes = {"size": {"shortest_edge": 16}, "crop_size": {"height": 16, "width": 16}}
    CLIPProcessor(CLIPImageProcessorPil(**sizes), tokenizer).save_pretrained(folder / "raw")
    return str(folder / "raw")


def test_the_vectors_of_a_model(photos: Path, clip: str) -> None:
    featurizer = Images(str(photos), model=clip, device="cpu", batch_size=4)
    found = features(featurizer, table([*ALL, None]))
    assert found.shape == (11, 8)
    np.testing.assert_allclose(np.linalg.norm(found[:10], axis=1), 1, atol=2e-3)
    assert not found[10].any()
    assert len(np.unique(found[:10], axis=0)) == 10
    alone = features(featurizer, table(["3.png"]))
    np.testing.assert_allclose(alone[0], found[3], atol=2e-3)
