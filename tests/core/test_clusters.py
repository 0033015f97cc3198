"""Clusters, dense and sparse."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from alcli.core.clusters import k_means, plus_plus, turns


@pytest.mark.parametrize("wrap", [np.asarray, csr_matrix])
@pytest.mark.parametrize("seed", range(5))
def test_heaps_far_apart_are_found(wrap: type, seed: int) -> None:
    rng = np.random.default_rng(seed)
    heap = np.repeat(np.arange(4), [5, 50, 20, 1])
    points = (20 * np.eye(4)[heap] + rng.normal(scale=0.1, size=(76, 4))).astype(np.float32)
    cluster = k_means(wrap(points), 4, rng)
    assert sorted(np.bincount(cluster)) == [1, 5, 20, 50]
    assert len({(c, h) for c, h in zip(cluster, heap, strict=True)}) == 4


@settings(deadline=None)
@given(n=st.integers(1, 30), k=st.integers(1, 40), values=st.integers(1, 5), seed=st.integers(0, 20))
def test_every_cluster_has_a_point_and_equal_points_share_one(n: int, k: int, values: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.integers(values, size=(n, 2)).astype(np.float32)
    cluster = k_means(points, k, rng)
    assert cluster.shape == (n,)
    assert np.bincount(cluster).all()
    different, of = np.unique(points, axis=0, return_inverse=True)
    assert len(set(zip(of.ravel(), cluster, strict=True))) == len(different)
    assert cluster.max() < min(k, len(different))


def test_the_first_centres_are_different_points() -> None:
    rng = np.random.default_rng(0)
    points = np.repeat(np.eye(6, dtype=np.float32), 3, axis=0)
    for wrap in (np.asarray, csr_matrix):
        assert sorted(plus_plus(wrap(points), 6, rng) // 3) == [0, 1, 2, 3, 4, 5]
        assert len(plus_plus(wrap(points), 9, rng)) == 6


@given(st.lists(st.integers(0, 5), max_size=40))
def test_turns_count_those_before(cluster: list[int]) -> None:
    expected = [cluster[:i].count(c) for i, c in enumerate(cluster)]
    assert turns(np.array(cluster, dtype=int)).tolist() == expected
