"""Singular vectors against the whole decomposition."""

from __future__ import annotations

import numpy as np
import pytest

from alcli.core.singular import leading, turn


@pytest.mark.parametrize("shape", [(60, 40), (40, 60), (3, 50), (1, 1)])
def test_as_the_whole_decomposition(shape: tuple[int, int]) -> None:
    matrix = np.random.default_rng(0).standard_normal(shape) * 0.7 ** np.arange(shape[1])
    _, expected, right = np.linalg.svd(matrix, full_matrices=False)
    vectors, values = leading(lambda b: matrix @ b, lambda b: matrix.T @ b, shape, 5)
    d = min(5, *shape)
    assert vectors.shape == (shape[1], d)
    np.testing.assert_allclose(values, expected[:d], rtol=1e-3)
    np.testing.assert_allclose(abs((vectors * right[:d].T).sum(axis=0)), 1, atol=1e-3)


def test_no_more_than_there_are() -> None:
    rows = np.outer([1.0, 2.0, 3.0], [3.0, 0.0, 4.0])
    assert turn(rows).shape == (3, 1)
    assert leading(lambda b: rows @ b, lambda b: rows.T @ b, (3, 3), 2)[0].shape == (3, 1)
