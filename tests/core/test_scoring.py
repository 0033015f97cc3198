"""Scores, against scikit-learn's and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from alcli.core.estimates.scoring import fitting_metric, macro_f1


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40))
def test_macro_f1_is_scikit_learns_over_the_classes_that_are_there(pairs: list[tuple[int, int]]) -> None:
    truth, said = (np.array([pair[at] for pair in pairs]) for at in (0, 1))
    wanted = f1_score(truth, said, labels=np.unique(truth), average="macro", zero_division=0)
    assert macro_f1(truth, said) == pytest.approx(wanted)


def test_a_class_that_is_never_hit_counts_as_nothing() -> None:
    assert macro_f1(np.array([0, 0, 1]), np.array([0, 0, 0])) == pytest.approx(0.8 / 2)


def test_lopsided_classes_are_scored_by_macro_f1() -> None:
    assert fitting_metric(np.repeat([0, 1, 2], [77, 17, 6])) == "macro_f1"
    assert fitting_metric(np.repeat([0, 1, 2], [60, 34, 6])) == "accuracy"
