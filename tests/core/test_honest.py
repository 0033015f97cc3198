"""The audit sample's figures: each row judged without it, honest intervals, and what selected labels gain."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

from alcli.core.estimates.bounds import wilson
from alcli.core.estimates.honest import audited, dealt, estimates, gain, post_weights
from alcli.core.estimates.intervals import share_of


class Remembers:
    """A classifier that is sure of class 1 for rows it was shown, told by their first column, and of class 0 else."""

    shown: ClassVar[list[np.ndarray]] = []

    def __init__(self, y: np.ndarray) -> None:
        self.classes_ = np.array([0, 1])

    def fit(self, features: Any, y: np.ndarray) -> Remembers:
        self.rows = np.asarray(features[:, [0]].todense() if hasattr(features, "todense") else features[:, [0]])[:, 0]
        Remembers.shown.append(self.rows)
        return self

    def predict_proba(self, features: Any) -> np.ndarray:
        rows = np.asarray(features[:, [0]].todense() if hasattr(features, "todense") else features[:, [0]])[:, 0]
        return np.eye(2)[np.isin(rows, self.rows).astype(int)]


def tree(y: np.ndarray) -> DecisionTreeClassifier:
    return DecisionTreeClassifier(random_state=0)


def logistic(y: np.ndarray) -> LogisticRegression:
    return LogisticRegression()


# --- each row judged by a model without it ---------------------------------------------------------------------------


@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize("n_audit", [1, 3, 17])
def test_a_row_is_judged_by_a_model_of_all_selected_rows_and_the_other_folds(n_audit: int, sparse: bool) -> None:
    Remembers.shown = []
    ids = np.arange(1, 41, dtype=float)[:, None]
    audit = np.random.default_rng(0).permutation(40)[:n_audit]
    found = audited(Remembers, csr_matrix(ids) if sparse else ids, np.arange(40) % 2, audit, seed=0)
    assert found is not None
    assert_array_equal(found.proba, np.tile([1.0, 0.0], (n_audit, 1)))
    assert_array_equal(found.y, audit % 2)
    assert len(Remembers.shown) == min(5, n_audit)
    selected = set(range(1, 41)) - set((audit + 1).tolist())
    for shown in Remembers.shown:
        assert selected <= set(shown.tolist())
        assert len(shown) >= 40 - -(-n_audit // 5)


def test_rows_of_one_group_are_never_learned_from_for_each_other() -> None:
    content = np.repeat(np.arange(12), 2)
    Remembers.shown = []
    found = audited(Remembers, content[:, None] + 1.0, np.arange(24) % 2, np.arange(24), seed=0, groups=content)
    assert found is not None
    assert found.proba[:, 0].all()


@given(st.integers(1, 60), st.integers(2, 7))
def test_folds_are_a_partition_even_in_size(n: int, folds: int) -> None:
    parts = dealt(n, 0, folds=folds)
    assert sorted(np.concatenate(parts).tolist()) == list(range(n))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert len(parts) == min(folds, n)


def test_folds_do_not_see_to_it_that_a_class_is_known() -> None:
    """Of 200 classes with two rows each, a fifth has both in one fold, in expectation (79 places of 399)."""
    y = np.arange(400) % 200
    together = [len(part) - len(np.unique(y[part])) for part in dealt(400, 0)]
    assert 25 <= sum(together) <= 55


def test_a_class_that_a_fold_does_not_know_gets_nothing() -> None:
    y = np.array([0, 0, 0, 1, 1, 1, 2])
    found = audited(tree, np.eye(7), y, np.array([0, 3, 6]), seed=0)
    assert found is not None
    assert found.proba.shape == (3, 3)
    assert found.proba[2, 2] == 0.0
    assert found.known.tolist() == [True, True, False]


def test_a_model_of_one_class_says_that_class() -> None:
    found = audited(tree, np.eye(3), np.array([0, 0, 1]), np.array([2]), seed=0)
    assert found is not None
    assert found.proba.tolist() == [[1.0, 0.0]]


def test_without_rows_to_judge_or_to_learn_from_there_is_nothing() -> None:
    y = np.array([0, 1])
    assert audited(tree, np.eye(2), y, np.empty(0, np.int64), seed=0) is None
    assert audited(tree, np.eye(2), y, np.array([0, 1]), seed=0, groups=np.zeros(2, np.int64)) is None


# --- figures ---------------------------------------------------------------------------------------------------------


def test_figures_by_hand() -> None:
    """60 of a, 38 called so; 40 of b, 34 called so; b is called 56 times, a 44 times, 38 and 34 of them right."""
    y = np.repeat([0, 0, 1, 1], [38, 22, 34, 6])
    said = np.repeat([0, 1, 1, 0], [38, 22, 34, 6])
    found = estimates(y, said, ["a", "b", "c"])
    shares = {"accuracy": (72, 100), "recall:a": (38, 60), "recall:b": (34, 40)}
    shares |= {"precision:a": (38, 44), "precision:b": (34, 56)}
    assert found.keys() == {*shares, "macro_f1"}  # nothing of c: no row is of it, none was called so
    for name, (hits, n) in shares.items():
        assert (found[name].value, found[name].n) == (pytest.approx(hits / n), n)
        assert (found[name].low, found[name].high) == pytest.approx(wilson(hits / n, n))


def test_without_rows_no_figures_and_with_few_no_macro_f1() -> None:
    assert estimates(np.empty(0, np.int64), np.empty(0, np.int64), ["a"]) == {}
    assert estimates(np.zeros(1, np.int64), np.ones(1, np.int64), ["a", "b"]).keys() == {
        "accuracy",
        "recall:a",
        "precision:b",
    }
    assert "macro_f1" not in estimates(np.arange(29) % 2, np.zeros(29, np.int64), ["a", "b"])
    assert "macro_f1" in estimates(np.arange(30) % 2, np.zeros(30, np.int64), ["a", "b"])


def test_weights_reach_every_share() -> None:
    y, said, weights = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]), np.array([1.0, 3.0, 1.0, 1.0])
    found = estimates(y, said, ["a", "b"], weights)
    assert found["accuracy"].value == pytest.approx(3 / 6)
    assert found["recall:a"].value == pytest.approx(1 / 4)
    assert found["precision:b"].value == pytest.approx(2 / 5)


# --- rows that joined later ------------------------------------------------------------------------------------------


def test_each_addition_gets_its_share_of_the_pool() -> None:
    addition = np.repeat([0, 1, 2], [30, 10, 5])
    weights = post_weights(addition, np.array([1_000, 3_000, 1_000]))
    assert [weights[addition == a].sum() / weights.sum() for a in range(3)] == pytest.approx([0.2, 0.6, 0.2])
    assert weights.mean() == pytest.approx(1.0)
    assert_array_equal(post_weights(np.zeros(4, np.int64), np.array([7])), np.ones(4))


def test_an_addition_that_was_not_asked_of_is_not_represented() -> None:
    weights = post_weights(np.array([0, 0, 2]), np.array([100, 500, 300]))
    assert weights.tolist() == pytest.approx([0.375, 0.375, 2.25])
    assert len(post_weights(np.empty(0, np.int64), np.array([100]))) == 0


def test_harder_rows_that_join_later_bias_the_plain_estimate_but_not_the_weighted_one() -> None:
    """800 rows of accuracy .9, of which 100 have been asked in the order of their numbers; then 3,200 of accuracy .5
    join, and the next 50 numbers are all theirs, as they have catching up to do."""
    rng = np.random.default_rng(0)
    covered: dict[str, list[bool]] = {"weighted": [], "plain": []}
    values = []
    for _ in range(400):
        right = [rng.random(n) < p for n, p in ((800, 0.9), (3_200, 0.5))]
        truth = np.concatenate(right).mean()
        numbers = [rng.random(len(some)) for some in right]
        asked = [some[np.argsort(number)[:n]] for some, number, n in zip(right, numbers, (100, 50), strict=True)]
        old_limit, new_limit = np.sort(numbers[0])[99], np.sort(numbers[1])[49]
        assert new_limit < old_limit  # it is a state that the order leads to
        weights = post_weights(np.repeat([0, 1], [100, 50]), np.array([800, 3_200]))
        for kind, found in (
            ("weighted", share_of(np.concatenate(asked), weights)),
            ("plain", share_of(np.concatenate(asked))),
        ):
            covered[kind].append(found.low <= truth <= found.high)
            if kind == "weighted":
                values.append(found.value - truth)
    assert np.mean(values) == pytest.approx(0, abs=0.01)
    assert 0.93 <= np.mean(covered["weighted"]) <= 0.99
    assert np.mean(covered["plain"]) < 0.1


# --- what selected labels gain ---------------------------------------------------------------------------------------


def two_groups(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Rows of two classes that a straight line tells apart, mostly far from it."""
    X = rng.normal(size=(n, 2)) * [3, 1]
    return X, (X[:, 0] > 0).astype(int)


def test_selected_labels_of_every_kind_win() -> None:
    """Rows of 60 kinds, each of one class. Of selected rows the first 60 are of one kind each; 80 drawn ones miss some
    quarter of the kinds, and guess."""
    rng = np.random.default_rng(0)
    kind = np.concatenate([rng.integers(60, size=100), np.arange(60), np.arange(60)])
    X, y = np.eye(60)[kind], kind % 2
    found = gain(logistic, X, y, np.arange(100), np.arange(100, 220), seed=0)
    assert found is not None
    assert found.n == 100 and found.value > 0.05 and found.low > 0


def test_selected_labels_that_teach_nonsense_lose_and_such_as_the_drawn_ones_cannot_be_told_apart() -> None:
    X, y = two_groups(200, np.random.default_rng(0))
    audit, selected = np.arange(100), np.arange(100, 200)
    same = gain(logistic, X, y, audit, selected, seed=0)
    assert same is not None and same.low < 0 < same.high
    y[selected] = 1 - y[selected]
    bad = gain(logistic, X, y, audit, selected, seed=0)
    assert bad is not None and bad.value < -0.8 and bad.high < -0.5


def test_too_few_rows_cannot_tell() -> None:
    X, y = two_groups(200, np.random.default_rng(0))
    assert gain(logistic, X, y, np.arange(49), np.arange(49, 200), seed=0) is None
    assert gain(logistic, X, y, np.arange(50), np.arange(50, 89), seed=0) is None  # 39, of the 40 that folds leave
    assert gain(logistic, X, y, np.arange(50), np.arange(50, 90), seed=0) is not None


def test_the_model_of_selected_labels_learns_from_the_first_of_them_and_as_many() -> None:
    Remembers.shown = []
    ids = np.arange(1, 151, dtype=float)[:, None]
    audit, selected = np.arange(50), np.arange(149, 49, -1)
    assert gain(Remembers, ids, np.arange(150) % 2, audit, selected, seed=0) is not None
    chosen, drawn = Remembers.shown[:5], Remembers.shown[5:]
    for shown in chosen:
        assert shown.tolist() == list(range(150, 110, -1))
    assert all(len(shown) == 40 and shown.max() <= 50 for shown in drawn)
