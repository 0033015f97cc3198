"""Texts read in two ways at once: what a featurizer wants beside it, and what never makes its own work anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from alcli.campaign.learning.learned import blocks
from alcli.featurizers.embeddings import Embeddings
from alcli.featurizers.lsa import Lsa
from alcli.project.cache import Features
from alcli.project.config import Config, Part, Pool
from alcli.project.config import Features as Named
from alcli.project.pool import Shard

TEXTS = ["my card is lost", "card stolen", "top up failed", "", "where is my card"]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that a language model has been given; it takes a text for its length and its number of blanks."""
    given: list[str] = []

    def encode(texts: list[str], _: int) -> np.ndarray:
        given.extend(texts)
        return np.array([[len(text), 1 + text.count(" ")] for text in texts], np.float32)

    monkeypatch.setattr("alcli.featurizers._encoders.encoder", lambda model, device: encode)
    return given


@pytest.fixture
def shard(tmp_path: Path) -> Shard:
    pl.DataFrame({"text": TEXTS}).write_parquet(tmp_path / "part.parquet")
    return Shard(tmp_path / "part.parquet", 0, len(TEXTS), "0" * 64)


def features(shard: Shard, **params: Any) -> np.ndarray:
    config = Config(pool=Pool(text=("text",)), features=Named(text=Part("embeddings", params)))
    found = Features(shard.path.parent / "features", blocks(Path(), config), [shard]).matrix(shard)
    assert isinstance(found, np.ndarray)
    return found


@pytest.mark.usefixtures("read")
def test_a_language_model_s_vectors_have_the_pool_s_own_words_beside_them(shard: Shard) -> None:
    lsa = Lsa()
    digest = lsa.digest(pl.DataFrame({"text": TEXTS}))
    words = lsa.transform(digest, lsa.fit([digest]))
    found = features(shard)
    assert found.dtype == np.float16
    np.testing.assert_array_equal(found[:, :2], features(shard, words=0))
    np.testing.assert_allclose(found[:, 2:], 0.7 * words.astype(float), atol=1e-3)
    np.testing.assert_allclose(features(shard, words=1)[:, 2:], words, atol=1e-3)


def test_texts_are_not_read_anew_for_what_their_vectors_do_not_depend_on(shard: Shard, read: list[str]) -> None:
    features(shard)
    for params in ({"words": 0.0}, {"words": 0.3}, {"batch_size": 8}, {"device": "cuda"}):
        features(shard, **params)
    assert sorted(read) == sorted(TEXTS)
    features(shard, prefix="query: ")
    assert len(read) == 2 * len(TEXTS)


@pytest.mark.parametrize("words", [-0.1, float("inf"), float("nan")])
def test_words_weigh_nothing_or_more(words: float) -> None:
    with pytest.raises(ValueError, match="words must be a number, 0 or more"):
        Embeddings(words=words)
