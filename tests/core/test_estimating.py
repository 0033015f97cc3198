"""Cross-validated figures."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.dummy import DummyClassifier
from sklearn.tree import DecisionTreeClassifier

from alcli.core.estimates.estimating import OutOfFold, cross_fitted


def dummy(y: np.ndarray) -> DummyClassifier:
    return DummyClassifier()


def tree(y: np.ndarray) -> DecisionTreeClassifier:
    return DecisionTreeClassifier(random_state=0)


def test_the_majority_vote_scores_the_majoritys_share() -> None:
    """Eight of a, four of b: always a is right 8 of 12 times; F1 of a is 2*8/(8+12) = 0.8, of b 0, their mean 0.4."""
    y = np.array([0] * 8 + [1] * 4)
    found = cross_fitted(dummy, np.zeros((12, 1)), y, seed=0)
    assert found is not None
    assert found.figures == pytest.approx({"accuracy_cv": 8 / 12, "macro_f1_cv": 0.4})


@pytest.mark.parametrize("dense", [False, True])
def test_what_can_be_told_is_told_and_repeats(dense: bool) -> None:
    y = np.arange(60) % 3
    X = np.eye(3)[y] if dense else csr_matrix(np.eye(3)[y])
    found = cross_fitted(tree, X, y, seed=1)
    assert found is not None
    assert found.figures["accuracy_cv"] == found.figures["macro_f1_cv"] == 1.0
    assert found.figures["ece_raw_cv"] == 0.0
    again = cross_fitted(tree, X, y, seed=1)
    assert again is not None
    np.testing.assert_array_equal(found.proba, again.proba)


def test_classes_of_one_label_are_counted_as_missed_not_an_error() -> None:
    found = cross_fitted(dummy, np.zeros((5, 1)), np.array([0, 0, 0, 0, 1]), seed=0)
    assert found is not None
    assert found.figures["accuracy_cv"] == 0.8
    assert found.known.tolist() == [True, True, True, True, False]
    assert cross_fitted(dummy, np.zeros((2, 1)), np.array([0, 1]), seed=0) is None


def test_calibration_is_told_from_fifty_rows_on_and_before_and_after() -> None:
    """Sure of a class that is right three times of four: off by .25; at the right temperature by nothing."""
    y = (np.arange(100) % 4 == 0).astype(int)
    sure = OutOfFold(np.tile([1.0, 0.0], (100, 1)), np.ones(100, bool), y)
    assert sure.figures["ece_raw_cv"] == pytest.approx(0.25)
    assert sure.figures["ece_cv"] == pytest.approx(0.0, abs=0.02)
    few = OutOfFold(sure.proba[:49], sure.known[:49], y[:49])
    assert set(few.figures) == {"accuracy_cv", "macro_f1_cv"}
    assert few.temperature == 1.0


def test_rows_of_a_class_that_a_fold_did_not_know_do_not_set_the_temperature() -> None:
    y = (np.arange(100) % 4 == 0).astype(int)
    proba = np.tile([0.75, 0.25, 0.0], (100, 1))
    alone = OutOfFold(proba, np.ones(100, bool), y)
    strange = OutOfFold(np.tile(proba[:1], (110, 1)), np.arange(110) < 100, np.append(y, [2] * 10))
    assert strange.temperature == pytest.approx(alone.temperature) == pytest.approx(1.0, rel=0.02)
