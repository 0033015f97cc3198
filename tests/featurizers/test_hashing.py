"""Words in hashed columns: the same on any machine, whatever the pool."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from alcli.core import tokens
from alcli.featurizers.hashing import Hashing


def features(texts: list[str | None], n_features: int = 2**18) -> np.ndarray:
    hashing = Hashing(n_features)
    found = hashing.transform(hashing.digest(pl.DataFrame({"text": texts}, schema={"text": pl.String})), {})
    assert found.dtype == np.float32
    assert found.indices.dtype == np.int32
    assert found.has_sorted_indices
    return found.toarray()


def test_hashes_are_the_same_for_ever() -> None:
    """Features kept today must mean the same to a machine of tomorrow."""
    found = tokens.hashed(pl.Series(["card", "größe", "卡", ""])).tolist()
    assert found == [7725407138018538365, 2359640241431250232, 15236415802663278750, 15281827778659368619]


def test_a_text_alone_has_the_features_it_has_among_others() -> None:
    texts = ["lost my card", None, "card, CARD top-up", "a"]
    together = features(texts)
    for text, row in zip(texts, together, strict=True):
        assert (features([text])[0] == row).all()


def test_counts_weigh_as_logarithms_and_rows_have_length_one() -> None:
    found = features(["card card lost a a a", "a ! ?", ""])
    weights = np.array([1, 1 + np.log(2)])
    np.testing.assert_allclose(np.sort(found[0][found[0] > 0]), weights / np.linalg.norm(weights), rtol=1e-6)
    assert not found[1:].any()


def test_words_that_meet_in_a_column_are_counted_together() -> None:
    assert features(["one two three", "four", "-"], n_features=1).tolist() == [[1], [1], [0]]


@pytest.mark.parametrize("n_features", [0, -1, 2**31])
def test_columns_must_be_countable(n_features: int) -> None:
    with pytest.raises(ValueError, match="n_features"):
        Hashing(n_features)
