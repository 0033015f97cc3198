"""Blind spots, on heaps that stand apart."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from alcli.core import regions as core
from alcli.core.regions import regions, unseen_below


def heaps(sizes: list[int]) -> np.ndarray:
    """Points in tight heaps far from one another, heap after heap."""
    rng = np.random.default_rng(0)
    centres = 100 * np.eye(len(sizes))
    return np.concatenate(
        [centre + rng.normal(scale=0.01, size=(n, len(sizes))) for centre, n in zip(centres, sizes, strict=True)]
    ).astype(np.float32)


@pytest.mark.parametrize("wrap", [np.asarray, csr_matrix])
def test_a_heap_that_nobody_labelled_is_found_with_its_typical_rows(wrap: type) -> None:
    points = heaps([500, 400, 100])
    labelled = points[::5][:180]  # 100 of the first heap, 80 of the second
    found = regions(wrap(points), wrap(labelled), np.random.default_rng(0))
    assert found.empty and found.n_empty == 100
    rows = np.concatenate([spot.at for spot in found.spots])
    assert len(rows) and (rows >= 900).all()
    assert sum(spot.n for spot in found.spots) <= 100
    assert all(len(spot.at) <= 3 for spot in found.spots)


def test_what_is_expected_is_its_share_of_the_labels() -> None:
    points = heaps([40, 20])  # 60 rows: three regions at the most
    found = regions(points, points[:30], np.random.default_rng(0))
    assert sum(spot.expected for spot in found.spots if (spot.at >= 40).all()) == pytest.approx(30 * 20 / 60)


def test_that_a_small_region_is_empty_while_labels_are_few_is_only_counted() -> None:
    points = heaps([30] * 40)  # 2.5% each: three labels are expected after 120
    few = regions(points, points[::60], np.random.default_rng(0))
    assert few.empty >= 15 and not few.spots
    many = np.repeat(points[::60], 7, axis=0)  # 140 labels, of the same 20 heaps
    assert regions(points, many, np.random.default_rng(0)).spots


def test_a_big_region_without_a_label_tells_at_once() -> None:
    points = heaps([100, 100])
    found = regions(points, points[:1], np.random.default_rng(0))
    assert found.spots and all(spot.expected < 3 for spot in found.spots)


def test_regions_are_fewer_where_the_pool_is_small() -> None:
    rng = np.random.default_rng(0)
    for n, most in ((3, 1), (100, 5), (2_000, 50)):
        points = rng.normal(size=(n, 3)).astype(np.float32)
        found = regions(points, points[:0], rng)
        assert 1 <= found.k <= most
        assert (found.empty, found.n_empty) == (found.k, n)


def test_equal_rows_are_one_region() -> None:
    points = np.ones((100, 2), np.float32)
    assert regions(points, points[:1], np.random.default_rng(0)) == core.Regions(1, 0, 0, ())


def test_the_rule_of_three() -> None:
    assert unseen_below(300) == pytest.approx(3 / 300, rel=0.01)
    assert (1 - unseen_below(20)) ** 20 == pytest.approx(0.05)
