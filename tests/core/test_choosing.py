"""Choosing by utility."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from alcli.core.choosing import top


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 10**6)), min_size=1, max_size=80, unique_by=lambda p: p[1]),
    st.integers(1, 90),
)
def test_top_is_a_full_sort_cut_off(pairs: list[tuple[int, int]], n: int) -> None:
    utility = np.array([p[0] for p in pairs], float)
    lottery = np.array([p[1] for p in pairs], float)
    expected = sorted(range(len(pairs)), key=lambda i: (-utility[i], -lottery[i]))[:n]
    assert top(utility, lottery, n).tolist() == expected


def test_short_lists_of_shards_hold_the_pools_top() -> None:
    rng = np.random.default_rng(0)
    utility, lottery = rng.integers(0, 9, 1000).astype(float), rng.random(1000)
    shards = np.array_split(np.arange(1000), 7)
    kept = np.concatenate([s[top(utility[s], lottery[s], 25)] for s in shards])
    joined = kept[top(utility[kept], lottery[kept], 25)]
    assert joined.tolist() == top(utility, lottery, 25).tolist()


def test_utilities_of_an_unsigned_kind_or_none_at_all() -> None:
    lottery = np.array([0.1, 0.2, 0.3, 0.4])
    assert top(np.array([0, 200, 3, 1], np.uint8), lottery, 3).tolist() == [1, 2, 3]
    assert top(np.array([True, False, True, False]), lottery, 3).tolist() == [2, 0, 3]
