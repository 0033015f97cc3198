"""The most torn of each cluster."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from alcli import plugins
from alcli.contracts import PoolView
from alcli.errors import ConfigError

KINDS = pytest.mark.parametrize("kind", [np.asarray, csr_matrix], ids=["dense", "sparse"])

PLACES = [0.0, 0.1, 0.2, 50.0, 50.1, 90.0]
FIRST = [0.50, 0.51, 0.52, 0.60, 0.55, 0.90]


def view(kind: Any, places: list[float], first: list[float], lottery: list[float] | None = None) -> PoolView:
    proba = np.stack([np.array(first), 1 - np.array(first)], axis=1)
    numbers = np.zeros(len(places)) if lottery is None else np.array(lottery)
    return PoolView(np.arange(len(places)), numbers, ("a", "b"), proba, kind(np.array(places, np.float32)[:, None]))


@KINDS
def test_one_of_each_cluster_the_most_torn(kind: Any) -> None:
    """Margins alone would ask three rows of one kind."""
    pool = view(kind, PLACES, FIRST)
    rng = np.random.default_rng(0)
    assert plugins.load("strategies", "margin").select(pool, 3, rng).at.tolist() == [0, 1, 2]
    chosen = plugins.load("strategies", "cluster_margin").select(pool, 3, rng)
    assert chosen.at.tolist() == [0, 4, 5]
    np.testing.assert_allclose(chosen.utility, [0, -0.1, -0.8])
    assert chosen.reasons == (
        "torn between a and b: 50% / 50%; one of 3 like it",
        "torn between a and b: 55% / 45%; one of 2 like it",
        "torn between a and b: 90% / 10%; unlike the others",
    )


@KINDS
def test_where_rows_coincide_a_second_of_each_follows(kind: Any) -> None:
    pool = view(kind, [0.0, 0.0, 0.0, 9.0, 9.0], [0.5, 0.6, 0.7, 0.55, 0.65])
    chosen = plugins.load("strategies", "cluster_margin").select(pool, 4, np.random.default_rng(0))
    assert chosen.at.tolist() == [0, 3, 1, 4]
    np.testing.assert_allclose(chosen.utility, [0, -0.1, -1.2, -1.3])


def test_ties_go_by_lottery() -> None:
    pool = view(np.asarray, [1.0, 1.0, 1.0], [0.6, 0.6, 0.6], [0.2, 0.9, 0.5])
    assert plugins.load("strategies", "cluster_margin").select(pool, 2, np.random.default_rng(0)).at.tolist() == [1, 2]


def test_the_short_list() -> None:
    assert plugins.load("strategies", "cluster_margin").short_list(30) == 300
    assert plugins.load("strategies", "cluster_margin", {"factor": 2}).short_list(30) == 60
    with pytest.raises(ConfigError, match="factor must be 1 or more"):
        plugins.load("strategies", "cluster_margin", {"factor": 0})
