"""How two models compare on the same rows, by hand and against scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from alcli.core.estimates.stability import Promised, kappa, stability, uncertainty


def sure(classes: str, said: str) -> Promised:
    """A model of these one-letter classes that is sure of what it says."""
    return Promised(tuple(classes), np.array([[float(c == name) for c in classes] for name in said]))


def test_by_hand() -> None:
    # 7 of 10 agree; by chance .5 x .6 + .3 x .2 + .2 x .2 = .40
    found = stability(sure("abc", "aaaaabbbcc"), sure("abc", "aaaaaabcbc"))
    assert found["changed"] == pytest.approx(0.3)
    assert found["kappa"] == pytest.approx((0.7 - 0.4) / (1 - 0.4))


def test_classes_are_compared_by_name() -> None:
    found = stability(sure("xab", "abxa"), sure("ab", "abba"))
    assert found["changed"] == 0.25
    assert stability(sure("ba", "aab"), sure("ab", "aab"))["kappa"] == 1.0


def test_two_models_that_name_one_class_alone_agree() -> None:
    assert stability(sure("ab", "aaa"), sure("ab", "aaa"))["kappa"] == 1.0
    assert stability(sure("ab", "bbb"), sure("ab", "aaa"))["kappa"] == 0.0


def test_the_first_model_has_only_its_uncertainty() -> None:
    assert stability(Promised(("a", "b"), np.array([[0.5, 0.5]]))) == {"uncertainty": pytest.approx(1.0)}


def test_of_no_rows_nothing_is_said() -> None:
    empty = Promised(("a", "b"), np.empty((0, 2)))
    assert stability(empty, empty) == {}


def test_uncertainty_is_the_share_of_the_greatest_entropy() -> None:
    # a certain row, and one that two of four classes share: (0 + log 2 / log 4) / 2
    assert uncertainty(np.array([[1.0, 0, 0, 0], [0.5, 0.5, 0, 0]])) == pytest.approx(0.25)
    # in bits: 0.9 log2(1/0.9) + 0.1 log2(1/0.1)
    assert uncertainty(np.array([[0.9, 0.1]])) == pytest.approx(0.9 * math.log2(1 / 0.9) + 0.1 * math.log2(10))
    assert uncertainty(np.ones((3, 1))) == 0.0


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")), min_size=1, max_size=40))
def test_kappa_is_scikit_learns(pairs: list[tuple[str, str]]) -> None:
    one, other = (np.array([pair[at] for pair in pairs]) for at in (0, 1))
    if len({*one.tolist(), *other.tolist()}) > 1:
        assert kappa(one, other) == pytest.approx(cohen_kappa_score(one, other))
    else:
        assert kappa(one, other) == 1.0
