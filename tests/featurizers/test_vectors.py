"""Vectors are taken as they are."""

from __future__ import annotations

import numpy as np
import polars as pl

from alcli.featurizers.vectors import Vectors


def test_vectors_come_back_without_a_copy() -> None:
    given = np.random.default_rng(0).random((5, 3), dtype=np.float32)
    given.flags.writeable = False
    vectors = Vectors()
    digest = vectors.digest({"vectors": given})
    assert vectors.fit([digest]) == {}
    found = vectors.transform(digest, {})
    assert np.shares_memory(found, given)
    assert found.shape == (5, 3)


def test_other_numbers_become_float32() -> None:
    vectors = Vectors()
    found = vectors.transform(vectors.digest({"vectors": np.array([[1, 2], [3, 4]])}), {})
    assert found.dtype == np.float32


def test_a_table_of_arrays_does_as_well() -> None:
    column = pl.Series("vectors", [[1.0, 2.0], [3.0, 4.0]], dtype=pl.Array(pl.Float64, 2))
    assert Vectors().digest(column.to_frame())["vectors"].tolist() == [[1, 2], [3, 4]]
