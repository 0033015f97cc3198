"""Measures what text features cost and what they are worth.

    python benchmarks/featurizing.py --rows 100000 --rows 1000000 --data FOLDER --data FOLDER

Cost: CPU seconds and peak memory of featurizing the synthetic corpus of so many rows, shard by shard as the cache
does it, for each featurizer. Worth, for each FOLDER with `train.csv` and `test.csv` (columns `id,text,label`): the
accuracy on the test rows of logistic regression trained on random labels, mean of some draws; and how many of the 10
nearest neighbours of a pool row have its class, as strategies use distances. `exact` is the spelling in `lsa`,
counted text by text: scikit-learn's TF-IDF of words and of characters within words, then TruncatedSVD.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, TypeAlias

import corpus
import measure
import numpy as np
import polars as pl
import results
import typer
from scipy.sparse import csr_matrix, hstack
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it has none

from alcli import plugins

FEATURIZERS = ("lsa", "tfidf", "hashing")
SHARD = 50_000  # rows
NEIGHBOURS = 10
ASKED = 1_000  # pool rows whose neighbours are looked at
CHILD = "--cost-of"

Pair: TypeAlias = tuple[Any, Any]  # features of the pool and of the test rows


def cost(name: str, rows: int) -> measure.Usage:
    """CPU seconds and memory of one featurizer on the corpus, in a process of its own; reading is counted too."""
    folder = corpus.make(rows)
    return measure.measure([sys.executable, __file__, CHILD, name, str(folder / "pool.csv")])


def featurize(name: str, pool: Path) -> None:
    """Digests of all shards to disk, the state, the features of all shards to disk."""
    featurizer = plugins.load("featurizers", name)
    text = pl.read_csv(pool, columns=["text"])
    firsts = range(0, len(text), SHARD)
    with TemporaryDirectory(dir=pool.parent) as scratch:

        class Kept:
            """The digests, mapped from the disk, as often as they are asked for."""

            def __iter__(self) -> Iterator[dict[str, Any]]:
                for first in firsts:
                    files = Path(scratch).glob(f"{first}-*.npy")
                    yield {file.stem.partition("-")[2]: np.load(file, mmap_mode="r") for file in files}

        for first in firsts:
            for key, array in featurizer.digest(text[first : first + SHARD]).items():
                np.save(Path(scratch) / f"{first}-{key}.npy", array)
        del text
        state = featurizer.fit(Kept())
        for digest in Kept():
            features = featurizer.transform(digest, state)
            np.save(Path(scratch) / "features.npy", features if isinstance(features, np.ndarray) else features.data)


def of_featurizer(name: str) -> Callable[[pl.Series, pl.Series], Pair]:
    """Pool and test texts to features, by a featurizer of the shelf."""

    def features(pool: pl.Series, test: pl.Series) -> Pair:
        featurizer = plugins.load("featurizers", name)
        digest = featurizer.digest(pool.to_frame())
        state = featurizer.fit([digest])
        both = (featurizer.transform(d, state) for d in (digest, featurizer.digest(test.to_frame())))
        found, later = (f.astype(np.float32) for f in both)
        return found, later

    return features


def exact(pool: pl.Series, test: pl.Series) -> Pair:
    """Words and characters counted text by text, each block of length 1; 256 directions, rows of length 1."""
    blocks = TfidfVectorizer(), TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2)
    counted = csr_matrix(hstack([block.fit_transform(pool.to_list()) for block in blocks]))
    later = csr_matrix(hstack([block.transform(test.to_list()) for block in blocks]))
    svd = TruncatedSVD(256, random_state=0).fit(counted)
    return normalize(svd.transform(counted)), normalize(svd.transform(later))


def accuracy(features: Pair, classes: Pair, n_labels: int, draws: int) -> float:
    """Per cent of the test rows that are right, after training on random labels; the mean of some draws."""
    right = []
    for draw in range(draws):
        at = np.random.default_rng([draw, n_labels]).permutation(len(classes[0]))[:n_labels]
        known, y = np.unique(classes[0][at], return_inverse=True)
        model = plugins.load("models", "logistic").build(y).fit(features[0][at], y)
        right.append(np.mean(known[model.predict(features[1])] == classes[1]))
    return float(100 * np.mean(right))


def same_class(features: Any, classes: Any) -> float:
    """Per cent of the nearest neighbours of random pool rows that are of their class, by cosine."""
    at = np.random.default_rng(0).permutation(len(classes))[:ASKED]
    cosine = features[at] @ features.T
    cosine = cosine if isinstance(cosine, np.ndarray) else cosine.toarray()
    cosine[np.arange(len(at)), at] = -np.inf
    nearest = np.argpartition(-cosine, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
    return float(100 * np.mean(classes[nearest] == classes[at][:, None]))


def worth(folder: Path, labels: list[int], draws: int) -> list[dict[str, Any]]:
    """One row for each way to featurize a data set."""
    pool, test = (pl.read_csv(folder / f"{part}.csv", infer_schema=False) for part in ("train", "test"))
    classes = pool["label"].to_numpy(), test["label"].to_numpy()
    rows = []
    ways = {name: of_featurizer(name) for name in FEATURIZERS} | {"exact": exact}
    for name, way in ways.items():
        start = time.process_time()
        features = way(pool["text"], test["text"])
        row: dict[str, Any] = {"data": folder.name, "features": name, "cpu": time.process_time() - start}
        row["accuracy"] = {n: accuracy(features, classes, n, draws) for n in labels if n < len(classes[0])}
        row["neighbours"] = same_class(features[0], classes[0])
        right = " ".join(f"{value:5.1f}" for value in row["accuracy"].values())
        print(f"{folder.name:16} {name:8} {row['cpu']:6.1f} CPU s   {right}   {row['neighbours']:5.1f}", flush=True)
        rows.append(row)
    return rows


def main(
    rows: Annotated[list[int] | None, typer.Option(help="sizes of the synthetic corpus")] = None,
    data: Annotated[list[Path] | None, typer.Option(help="folders with train.csv and test.csv")] = None,
    labels: Annotated[str, typer.Option(help="numbers of random labels")] = "200,500,1000",
    draws: Annotated[int, typer.Option(help="random draws of the labels")] = 5,
    out: Annotated[Path, typer.Option(help="the folder for the results")] = results.OUT,
) -> None:
    """Measure text features."""
    warnings.filterwarnings("ignore", message="The number of unique classes")  # 150 classes in 200 labels: it is so
    sizes = [int(n) for n in labels.split(",")]
    costs = []
    for n in rows or []:
        for name in FEATURIZERS:
            used = cost(name, n)
            print(f"{n:>9} rows  {name:8} {used.cpu:6.1f} CPU s {used.peak_mb:6.0f} MB", flush=True)
            costs.append({"rows": n, "features": name, "cpu": used.cpu, "peak_mb": used.peak_mb})
    if data:
        print(f"accuracy at {labels} labels, then neighbours of the same class, in per cent")
    with threadpool_limits(1):  # of the libraries that are loaded by now
        worths = [row for folder in data or [] for row in worth(folder, sizes, draws)]
    print(results.save("featurizing", {"cost": costs, "worth": worths, "draws": draws}, out))


if __name__ == "__main__":
    if sys.argv[1:2] == [CHILD]:
        featurize(sys.argv[2], Path(sys.argv[3]))
    else:
        typer.run(main)
