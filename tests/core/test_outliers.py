"""Rows that belong to no class, and how many are told of a pool without any."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from alcli.core.labelling.outliers import outliers

D, K = 12, 3


def drawn(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Rows near one of three directions, and probabilities as of a model that knows them."""
    y = rng.integers(K, size=n)
    features = np.eye(D)[y] + 0.1 * rng.standard_normal((n, D))
    proba = rng.dirichlet(np.ones(K), n) * 0.3
    proba[np.arange(n), y] += 0.7
    return features.astype(np.float32), proba


@pytest.mark.parametrize("kind", [np.asarray, csr_matrix, np.float16])
def test_what_is_far_from_all_and_of_no_class_is_told_the_oddest_first(kind: type) -> None:
    rng = np.random.default_rng(0)
    (features, proba), (reference, reference_proba) = drawn(200, rng), drawn(1_000, rng)
    features[7], proba[7] = np.eye(D)[9], np.full(K, 1 / K)
    features[150], proba[150] = np.eye(D)[0] + 0.8 * np.eye(D)[9], [0.5, 0.3, 0.2]
    found = outliers(kind(features), proba, kind(reference), reference_proba)
    assert found.rows[:2] == (7, 150) and len(found.rows) <= 5
    assert found.expected == pytest.approx(1.0), "one in 200"


def test_of_rows_like_the_pool_as_many_are_told_as_expected() -> None:
    rng = np.random.default_rng(1)
    told = [outliers(*drawn(400, rng), *drawn(800, rng), level=0.05) for _ in range(10)]
    assert {each.expected for each in told} == {20.0}
    assert np.mean([len(each.rows) for each in told]) == pytest.approx(20, abs=4)


def test_where_all_are_as_odd_nobody_is() -> None:
    features, proba = np.tile(np.eye(D)[0], (400, 1)), np.tile([0.5, 0.3, 0.2], (400, 1))
    assert outliers(features[:50], proba[:50], features, proba).rows == ()


def test_few_rows_to_compare_with_tell_nothing() -> None:
    rng = np.random.default_rng(2)
    assert outliers(*drawn(50, rng), *drawn(150, rng)).rows == ()
    assert outliers(np.empty((0, D)), np.empty((0, K)), *drawn(300, rng)).rows == ()
