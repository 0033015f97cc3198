"""Cross-validated figures."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.tree import DecisionTreeClassifier

from alcli.core.estimating import cross_validated


def test_the_majority_vote_scores_the_majoritys_share() -> None:
    """Eight of a, four of b: always a is right 8 of 12 times; F1 of a is 2*8/(8+12) = 0.8, of b 0, their mean 0.4."""
    y = np.array([0] * 8 + [1] * 4)
    figures = cross_validated(lambda y: DummyClassifier(), np.zeros((12, 1)), y, seed=0)
    assert figures == pytest.approx({"accuracy_cv": 8 / 12, "macro_f1_cv": 0.4})


def test_what_can_be_told_is_told_and_repeats() -> None:
    y = np.arange(30) % 3
    X = np.eye(3)[y]
    figures = cross_validated(lambda y: DecisionTreeClassifier(random_state=0), X, y, seed=1)
    assert figures == {"accuracy_cv": 1.0, "macro_f1_cv": 1.0}


def test_classes_of_one_label_are_counted_as_missed_not_an_error() -> None:
    y = np.array([0, 0, 0, 0, 1])
    assert cross_validated(lambda y: DummyClassifier(), np.zeros((5, 1)), y, seed=0)["accuracy_cv"] == 0.8
    assert cross_validated(lambda y: DummyClassifier(), np.zeros((2, 1)), np.array([0, 1]), seed=0) == {}
