"""What the adapters have in common."""

from __future__ import annotations

import numpy as np
import pytest
from foreign import scene
from scipy.sparse import csr_matrix

from alcli.adapters._foreign import dense, stacked
from alcli.errors import ConfigError


def test_sparse_features_are_made_dense_and_dense_ones_left() -> None:
    matrix = csr_matrix([[0, 2], [1, 0]], dtype=np.float32)
    assert dense(matrix, 1).tolist() == [[0, 2], [1, 0]]
    array = np.ones((2, 2), np.float32)
    assert dense(array, 1) is array


@pytest.mark.parametrize(
    ("width", "said", "hint"),
    [
        # a row of 300,000 float32 takes 1.2 MB: 894 in a GB, 30 of which were asked
        (300_000, "1,030 rows of 300,000 features take 1.2 GB", "candidates = 800"),
        (30_000_000, "take 115.1 GB", "fewer features"),
    ],
)
def test_what_would_fill_the_memory_is_refused_with_what_would_not(width: int, said: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=said) as refusal:
        dense(csr_matrix((1030, width), dtype=np.float32), 1000)
    assert hint in refusal.value.hint


@pytest.mark.parametrize("sparse", [False, True])
def test_candidates_come_before_the_rows_asked_so_far(sparse: bool) -> None:
    made = scene(n=5, asked=20)
    np.testing.assert_array_equal(dense(stacked(made.view(sparse)), 5), made.whole[0])
