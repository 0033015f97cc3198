"""Texts as the vectors of a language model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from alcli.featurizers.lsa import Lsa

if TYPE_CHECKING:
    import polars as pl

    from alcli.contracts import Arrays, Floats

__all__ = ["Embeddings"]


@dataclass(frozen=True)
class Embeddings:
    """Sentence embeddings (Reimers & Gurevych 2019), or the quick static ones of model2vec.

    `model` is a folder (from the project's own on) or the name of a model that is on this disk already: nothing is
    ever downloaded. "minilm" is all-MiniLM-L6-v2. Each text gets `prefix` before it, as some models want ("query: ").
    Several columns are joined by line ends, a missing text is an empty one. `batch_size` texts are read at once on
    `device` ("cpu", "cuda", "mps"; empty: the best there is). Vectors have length 1. The package is named by
    `pip install 'alcli[embeddings]'`. A model that changes is to change its name: features are kept by it.

    A language model knows language, `lsa` the words of this pool and the company they keep here: its reading of the
    texts stands beside, of length `words`; 0 leaves it out.

    >>> Embeddings(model="models/ours", device="cpu", batch_size=256)
    Embeddings(model='models/ours', batch_size=256, device='cpu', prefix='', words=0.7)
    """

    model: str = "minilm"
    batch_size: int = 64
    device: str = ""
    prefix: str = ""
    words: float = 0.7

    rows_at_once: ClassVar[int] = 1024
    paths: ClassVar[tuple[str, ...]] = ("model",)
    indifferent: ClassVar[tuple[str, ...]] = ("batch_size", "device", "words")

    def __post_init__(self) -> None:
        if not self.model:
            raise ValueError("model must name a model or its folder")
        if self.batch_size < 1:
            raise ValueError("batch_size must be 1 or more")
        if not 0 <= self.words < np.inf:
            raise ValueError("words must be a number, 0 or more")

    @property
    def beside(self) -> Lsa | None:
        """What stands to the right of the vectors."""
        return Lsa(weight=self.words) if self.words else None

    def digest(self, table: pl.DataFrame) -> Arrays:
        """The vectors of some rows (n, d), float16.

        Raises `ImportError` where the package or the model is missing.
        """
        import polars as pl

        from alcli.featurizers._encoders import encoder, in_half

        text = table.select(pl.concat_str(pl.all(), separator="\n", ignore_nulls=True)).to_series()
        texts = [self.prefix + one for one in text.fill_null("")]
        encode = encoder(self.model, self.device)
        return {"vectors": in_half(encode(texts or [""], self.batch_size))[: len(texts)]}

    def fit(self, digests: Iterable[Arrays]) -> Arrays:
        """Nothing is to be learned."""
        return {}

    def transform(self, digest: Arrays, state: Arrays) -> Floats:
        """The vectors of some rows (n, d), float16."""
        return digest["vectors"]
