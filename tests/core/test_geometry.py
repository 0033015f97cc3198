"""Distances, dense and sparse."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.spatial import cKDTree

from alcli.core import geometry

SHAPES = st.tuples(st.integers(1, 12), st.integers(1, 9), st.integers(1, 6), st.integers(0, 99))


def rows(n: int, d: int, seed: int) -> np.ndarray:
    return np.round(np.random.default_rng([n, d, seed]).normal(size=(n, d)), 1).astype(np.float32)


@given(SHAPES)
def test_distances_are_those_of_pairs_dense_and_sparse(shape: tuple[int, int, int, int]) -> None:
    n, m, d, seed = shape
    a, b = rows(n, d, seed), rows(m, d, seed + 1)
    expected = ((a[:, None] - b) ** 2).sum(axis=2)
    for wrap in (np.asarray, csr_matrix):
        np.testing.assert_allclose(geometry.squared_distances(wrap(a), wrap(b)), expected, atol=1e-3)
        np.testing.assert_allclose(geometry.nearest(wrap(a), wrap(b)), expected.min(axis=1), atol=1e-3)
        np.testing.assert_allclose(geometry.products(wrap(a), wrap(b)), a @ b.T, atol=1e-4)
        norms = geometry.squared_norms(wrap(b))
        from_first = ((b - b[0]) ** 2).sum(axis=1)
        np.testing.assert_allclose(geometry.distances_from(wrap(b), norms, 0), from_first, atol=1e-3)


@given(SHAPES)
def test_equal_rows_are_at_distance_nought(shape: tuple[int, int, int, int]) -> None:
    n, _, d, seed = shape
    a = np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)
    assert not geometry.squared_distances(a, a.copy()).diagonal().any()
    assert not geometry.nearest(csr_matrix(a), csr_matrix(a)).any()


def test_nothing_is_near_where_there_is_nothing() -> None:
    assert np.isinf(geometry.nearest(np.ones((3, 2)), np.empty((0, 2)))).all()


def test_piece_by_piece_is_the_same_as_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = rows(50, 4, 0), rows(30, 4, 1)
    at_once = geometry.nearest(a, b), geometry.spacing(a)
    monkeypatch.setattr(geometry, "_ROOM", 64)
    np.testing.assert_allclose(geometry.nearest(a, b), at_once[0], atol=1e-6)
    assert geometry.spacing(a) == pytest.approx(at_once[1], abs=1e-6)


def test_spacing_by_hand() -> None:
    points = np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 5.0]])  # nearest: 5, 1, 1
    assert geometry.spacing(points) == pytest.approx(7 / 3, rel=1e-4)
    assert geometry.spacing(csr_matrix(points)) == pytest.approx(7 / 3, rel=1e-4)
    assert geometry.spacing(np.ones((4, 3), np.float32)) == 0
    with pytest.raises(ValueError, match="no neighbour"):
        geometry.spacing(points[:1])


def test_what_lies_close_but_far_from_nought_is_told_apart() -> None:
    """Metres on a map."""
    points = np.array([[0, 0], [3, 4], [3, 5]], np.float32) + np.array([691_000, 5_334_000], np.float32)
    np.testing.assert_allclose(geometry.squared_distances(points, points)[0], [0, 25, 34], rtol=1e-4)
    np.testing.assert_allclose(geometry.apart(points[1:], points[:1])[:, 0], [25, 34], rtol=1e-4)
    assert geometry.spacing(points) == pytest.approx(7 / 3, rel=1e-4)
    middle = geometry.centred(points)
    from_last = geometry.distances_from(middle, geometry.squared_norms(middle), 2)
    np.testing.assert_allclose(from_last, [34, 1, 0], rtol=1e-4)


def test_spacing_of_many_points_is_measured_at_some() -> None:
    points = np.random.default_rng(0).normal(size=(5_000, 4)).astype(np.float32)
    exact = cKDTree(points).query(points, k=2)[0][:, 1].mean()
    assert geometry.spacing(points) == pytest.approx(exact, rel=0.05)


def test_the_kernel_by_hand() -> None:
    points = np.array([[0.0, 2.0], [0.0, 4.0]])
    kernel = geometry.gaussian(geometry.squared_distances(points, points), radius=2.0)
    np.testing.assert_allclose(kernel, [[1, np.exp(-1)], [np.exp(-1), 1]], atol=1e-4)


def test_without_a_radius_only_equal_rows_are_alike() -> None:
    points = np.array([[0.3, 2.0], [0.3, 2.0], [1e6, 4.0]], np.float32)
    kernel = geometry.gaussian(geometry.squared_distances(points, points), radius=0)
    assert kernel.tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 1]]


def test_an_empty_text_is_like_other_empty_texts_only() -> None:
    """Of directions; in a table a row of zeros is an average row like any other."""
    texts = np.array([[0, 0], [0.6, 0.8], [0, 0], [0.8, 0.6]], np.float32)
    for wrap in (np.asarray, csr_matrix):
        distances = geometry.apart(wrap(texts), wrap(texts))
        assert distances[0].tolist() == [0, np.inf, 0, np.inf]
        assert distances[1, 3] == pytest.approx(0.08, abs=1e-4)
        assert np.isinf(geometry.nearest(wrap(texts[:1]), wrap(texts[[1, 3]]), geometry.apart)).all()
    turns = np.linspace(0, 3, 40)
    read_two_ways = 1.22 * np.column_stack([np.cos(turns), np.sin(turns)])
    read_two_ways[:2] = [0, 0], [0.7, 0]  # an empty text; one with words, but none that the language model knows
    assert np.isinf(geometry.apart(read_two_ways, read_two_ways)[0, 1:]).all()
    for table in (texts * np.array([[1], [1], [1], [3]]), np.array([[1.23], [0.0], [-1.23]])):
        assert np.isfinite(geometry.apart(table, table)).all()
