"""Rows of features, dense and CSR."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from alcli.core import rows

KINDS = pytest.mark.parametrize("kind", [np.asarray, csr_matrix], ids=["dense", "sparse"])
SOME = np.array([[3, 4, 0], [0, 0, 0], [0, -2, 0]], np.float32)


def dense(matrix: Any) -> np.ndarray:
    return matrix if isinstance(matrix, np.ndarray) else matrix.toarray()


@KINDS
def test_directions_have_length_one_and_empty_rows_stay(kind: Any) -> None:
    found = rows.directions(kind(SOME))
    assert isinstance(found, type(kind(SOME)))
    assert found.dtype == np.float32
    np.testing.assert_allclose(dense(found), [[0.6, 0.8, 0], [0, 0, 0], [0, -1, 0]], rtol=1e-6)
    np.testing.assert_allclose(rows.over_lengths(kind(SOME)), [0.2, 0, 0.5], rtol=1e-6)


@KINDS
def test_stacked_keeps_the_order_and_the_kind(kind: Any) -> None:
    found = rows.stacked([kind(SOME), kind(SOME[:0]), kind(SOME[1:2])])
    assert isinstance(found, type(kind(SOME)))
    assert found.dtype == np.float32
    np.testing.assert_array_equal(dense(found), SOME[[0, 1, 2, 1]])
