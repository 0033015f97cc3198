"""Fisher's exact test is SciPy's, without SciPy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from alcli.core.estimates.fisher import fisher


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_the_chance_is_fishers(n: int, others_n: int, data: st.DataObject) -> None:
    right = data.draw(st.integers(0, n))
    others_right = data.draw(st.integers(0, others_n))
    table = [[right, n - right], [others_right, others_n - others_right]]
    wanted = fisher_exact(table, alternative="less").pvalue
    assert fisher(right, n, others_right, others_n) == pytest.approx(wanted, abs=1e-9)
