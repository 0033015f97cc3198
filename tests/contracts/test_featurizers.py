"""Every featurizer that is found keeps the contract."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from alcli import plugins

# The other two need packages that are optional; they have tests of their own.
NAMES = [name for name in plugins.names("featurizers") if name not in ("embeddings", "images")]
WORDS = ["refund", "login", "parcel", "Invoice", "größe", "x1", ""]


def rows(n: int, seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "text": [" ".join(rng.choice(WORDS, 4)) for _ in range(n)],
            "size": [None if k % 5 == 0 else str(k / 3) for k in range(n)],
        },
        schema={"text": pl.String, "size": pl.String},
    )


def given(name: str, table: pl.DataFrame) -> Any:
    """What the cache hands to `digest`: vectors get numbers, the others their columns."""
    if name != "vectors":
        return table
    vectors = np.random.default_rng(table.height).normal(size=(table.height, 3)).astype(np.float32)
    vectors.flags.writeable = False
    return {"vectors": vectors}


def dense(matrix: Any) -> np.ndarray:
    return matrix if isinstance(matrix, np.ndarray) else matrix.toarray()


def test_these_featurizers_are_found() -> None:
    names = ["columns", "embeddings", "hashing", "images", "lsa", "tfidf", "vectors"]
    assert plugins.names("featurizers") == names


@pytest.mark.parametrize("name", NAMES)
def test_digests_and_states_are_plain_arrays_and_features_floats(name: str) -> None:
    featurizer = plugins.load("featurizers", name)
    digests = [featurizer.digest(given(name, rows(n, n))) for n in (7, 1, 12)]
    state = featurizer.fit(digests)
    for arrays in (*digests, state):
        assert all(isinstance(a, np.ndarray) and a.dtype != object for a in arrays.values())
    for digest, n in zip(digests, (7, 1, 12), strict=True):
        matrix = featurizer.transform(digest, state)
        assert matrix.shape[0] == n
        assert matrix.dtype == np.float32 or (matrix.dtype == np.float16 and isinstance(matrix, np.ndarray))
        assert np.isfinite(dense(matrix)).all()
    assert len({featurizer.transform(d, state).shape[1] for d in digests}) == 1


@pytest.mark.parametrize("name", NAMES)
def test_the_same_rows_give_the_same_features_whatever_the_shards(name: str) -> None:
    featurizer = plugins.load("featurizers", name)
    table = rows(20, 3)
    whole = given(name, table)
    cut = (
        [table[:8], table[8:]]
        if name != "vectors"
        else [{"vectors": whole["vectors"][:8]}, {"vectors": whole["vectors"][8:]}]
    )
    one = featurizer.digest(whole)
    together = dense(featurizer.transform(one, featurizer.fit([one])))
    parts = [featurizer.digest(part) for part in cut]
    state = featurizer.fit(parts)
    apart = np.vstack([dense(featurizer.transform(part, state)) for part in parts])
    np.testing.assert_allclose(apart, together, atol=1e-3 if together.dtype == np.float16 else 1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_a_pool_of_nothing_has_features_of_its_shape(name: str) -> None:
    featurizer = plugins.load("featurizers", name)
    nothing = pl.DataFrame({"text": [None, "", " "], "size": [None, None, ""]}, schema_overrides={"size": pl.String})
    digest = featurizer.digest(given(name, nothing))
    matrix = featurizer.transform(digest, featurizer.fit([digest]))
    assert matrix.shape[0] == 3
    assert np.isfinite(dense(matrix)).all()
