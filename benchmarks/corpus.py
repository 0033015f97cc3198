"""Makes a synthetic corpus: the same pool of made-up documents for everyone, of any size.

Documents have 38 words on average. Words follow Zipf's law, so the vocabulary keeps growing with the pool,
as in real text: 30,000 words in 10,000 documents, 112,000 in 100,000. Each of the 20 classes prefers some
words, and borrows some of a neighbour's: a linear model trained on 500 labels gets 70 to 85% right. A
smaller corpus is the beginning of a larger one.

    python benchmarks/corpus.py 10000 100000 1000000

writes pool.csv (id,text) and answers.csv (id,label) to benchmarks/out/corpus-N/.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Annotated

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import typer
from numpy.typing import NDArray
from pyarrow import csv

OUT = Path(__file__).parent / "out"
PIECE = 10_000  # documents made at a time: what bounds the memory
VOCABULARY = 200_000
CLASSES = 20
TOPIC_WORDS = 200

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Language:
    """What the documents are drawn from: spellings, how common each word is, what each class prefers."""

    spellings: pa.Array  # plain, Capitalized, with a comma, with a full stop: VOCABULARY of each
    common: Floats  # cumulative probabilities of the words
    topics: Integers  # (CLASSES, TOPIC_WORDS)
    topical: Floats  # cumulative probabilities within a topic
    prior: Floats  # cumulative probabilities of the classes: the largest is twice the smallest


def cumulative(weights: Floats) -> Floats:
    """Weights as cumulative probabilities, to be drawn from with `draw`."""
    return np.asarray(np.cumsum(weights) / weights.sum())


def zipf(n: int) -> Floats:
    """Zipf's law as Mandelbrot corrected it: the first few ranks are flatter."""
    return np.asarray((np.arange(n) + 2.7) ** -1.2)


def draw(rng: np.random.Generator, distribution: Floats, n: int) -> Integers:
    """n positions drawn from a distribution given as cumulative probabilities."""
    return np.searchsorted(distribution[:-1], rng.random(n), side="right")


def words(rng: np.random.Generator) -> list[str]:
    """Pronounceable words without repeats, the short ones first: common words are short."""
    syllables = ["".join(parts) for parts in product("bcdfghjklmnprtvz", "aeiou", ("", "n", "r", "s"))]
    two = [first + second for first in syllables for second in syllables]
    longer = VOCABULARY - len(syllables) - len(two)
    three = [two[pair] + syllables[pair % len(syllables)] for pair in rng.permutation(len(two))[:longer]]
    return [*rng.permutation(syllables), *rng.permutation(two), *three]


def language(seed: int) -> Language:
    """The language of a seed."""
    rng = np.random.default_rng(seed)
    plain = words(rng)
    spellings = [
        *plain,
        *(w.capitalize() for w in plain),
        *(w + "," for w in plain),
        *(w + "." for w in plain),
    ]
    topics = np.stack([rng.choice(np.arange(100, 20_000), TOPIC_WORDS, replace=False) for _ in range(CLASSES)])
    prior = cumulative(np.linspace(1, 2, CLASSES))
    return Language(pa.array(spellings), cumulative(zipf(VOCABULARY)), topics, cumulative(zipf(TOPIC_WORDS)), prior)


def documents(lang: Language, rng: np.random.Generator, n: int) -> tuple[pa.Array, Integers]:
    """n texts and the class of each."""
    classes = draw(rng, lang.prior, n)
    lengths = np.maximum(rng.gamma(4, 38 / 4, n).round(), 3).astype(np.int64)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    total = int(offsets[-1])

    # How much a document speaks of its class varies, so that some rows are easy and some are truly doubtful.
    is_topical = rng.random(total) < np.repeat(rng.beta(3, 6, n), lengths)
    neighbour = rng.random(total) < 0.2
    topic = np.where(neighbour, np.repeat(classes ^ 1, lengths), np.repeat(classes, lengths))
    chosen = np.where(is_topical, lang.topics[topic, draw(rng, lang.topical, total)], draw(rng, lang.common, total))
    spelling = draw(rng, np.array([0.84, 0.88, 0.95, 1.0]), total)

    tokens = lang.spellings.take(pa.array(chosen + VOCABULARY * spelling))
    texts = pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), tokens), " ")
    return texts, classes


def make(n: int, seed: int = 0, out: Path = OUT) -> Path:
    """Makes the corpus of n documents unless it is there, and returns its folder."""
    folder = out / f"corpus-{n}" if seed == 0 else out / f"corpus-{n}-seed{seed}"
    if (folder / "answers.csv").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    lang = language(seed)
    names = pa.array([f"topic-{number:02d}" for number in range(CLASSES)])
    pool_schema = pa.schema({"id": pa.string(), "text": pa.string()})
    answers_schema = pa.schema({"id": pa.string(), "label": pa.string()})
    unfinished = folder / "answers.csv.part"
    with (
        csv.CSVWriter(folder / "pool.csv", pool_schema) as pool,
        csv.CSVWriter(unfinished, answers_schema) as answers,
    ):
        for start in range(0, n, PIECE):
            texts, classes = documents(lang, np.random.default_rng([seed, start]), PIECE)
            ids = pa.array([f"doc-{row:07d}" for row in range(start, start + PIECE)])
            keep = min(PIECE, n - start)  # a whole piece is always drawn, so that every size begins alike
            pool.write(pa.table([ids, texts], pool_schema).slice(0, keep))
            answers.write(pa.table([ids, names.take(pa.array(classes))], answers_schema).slice(0, keep))
    unfinished.rename(folder / "answers.csv")  # last: a corpus with answers is a whole one
    return folder


def main(
    sizes: Annotated[list[int], typer.Argument(help="numbers of documents")],
    seed: Annotated[int, typer.Option(help="another seed, another language")] = 0,
    out: Annotated[Path, typer.Option(help="the folder the corpora go into")] = OUT,
) -> None:
    """Make synthetic corpora."""
    for n in sizes:
        print(make(n, seed, out))


if __name__ == "__main__":
    typer.run(main)
