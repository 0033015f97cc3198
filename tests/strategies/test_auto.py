"""`auto`: coverage first, then doubt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from alcli.contracts import Asked, PoolView
from alcli.strategies.auto import Auto

RNG = np.random.default_rng(0)


def scene(rows: np.ndarray, proba: np.ndarray | None, asked: np.ndarray, y: list[int], **more: object) -> PoolView:
    """All rows are candidates and reference alike; the rows asked had a sure prediction of their label."""
    classes = ("a", "b", "c")[: proba.shape[1]] if proba is not None else ("a", "b")
    said = None if proba is None else np.eye(len(classes), dtype=np.float32)[y]
    numbers = np.arange(len(rows))
    lottery = np.linspace(0.1, 0.9, len(rows))
    reference = PoolView(numbers, lottery, classes, proba, rows)
    known = Asked(asked.reshape(len(y), rows.shape[1]), np.array(y, np.int64), said)
    return PoolView(numbers, lottery, classes, proba, rows, asked=known, reference=reference, **more)


def chosen(view: PoolView, n: int) -> list[int]:
    return Auto().select(view, n, np.random.default_rng(0)).at.tolist()


def test_with_nothing_asked_it_stands_for_the_most_rows() -> None:
    rows = np.array([[0.0], [0.1], [0.2], [5.0], [9.0], [9.1]])
    first, second, third, _ = chosen(scene(rows, None, np.empty(0), []), 4)
    assert (first, third) == (1, 3)
    assert second in {4, 5}


def test_while_all_labels_are_of_one_class_half_are_the_farthest_and_half_are_drawn() -> None:
    """So that the other class is found where it lies apart, and where what lies apart is rubbish."""
    rows = np.array([[0.1], [9.0], [-5.0], [0.2], [0.3], [0.4]])
    view = scene(rows, None, np.array([0.0, 1.0]), [0, 0])
    selection = Auto().select(view, 5, RNG)
    assert selection.at.tolist() == [1, 2, 5, 4, 3], "two by distance, three by lottery"
    assert selection.utility.tolist() == pytest.approx([8, 5, 0, 0, 0], abs=1e-4)
    assert selection.reasons[0] == "far from all that was asked: the nearest is 8.00 away"
    assert set(selection.reasons[2:]) == {"drawn at random, as all labels are of one class"}
    assert chosen(view, 1) == [5], "of one row the half is drawn"
    assert chosen(view, 2) == [1, 5]
    assert sorted(chosen(view, 9)) == [0, 1, 2, 3, 4, 5]
    two = scene(rows, None, np.array([0.0, 1.0]), [0, 1])
    assert Auto().select(two, 3, RNG).reasons[0].startswith("stands for")


def test_doubt_about_one_pair_of_classes_does_not_stand_for_doubt_about_another() -> None:
    """Four rows at one place: three torn between a and b, one between b and c; the second choice is the other doubt."""
    rows = np.zeros((4, 1))
    proba = np.array([[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.0, 0.5, 0.5]], np.float32)
    first, second = chosen(scene(rows, proba, np.array([5.0, 6.0, 7.0]), [0, 1, 2]), 2)
    assert first in {0, 1, 2}
    assert second == 3


def test_what_was_asked_is_not_asked_again_in_other_words() -> None:
    """Two groups in equal doubt; one has a label of the same prediction in its midst."""
    rows = np.array([[0.0], [0.1], [9.0], [9.1]])
    proba = np.full((4, 2), 0.5, np.float32)
    view = scene(rows, proba, np.array([0.05, 20.0]), [0, 1])
    assert view.asked is not None
    torn = replace(view.asked, proba=np.array([[0.5, 0.5], [0.0, 1.0]], np.float32))
    assert chosen(replace(view, asked=torn), 1)[0] in {2, 3}


def test_a_class_of_few_labels_counts_for_more_and_one_called_rare_for_more_still() -> None:
    """Far apart, so each stands for itself; 6 labels of a, 3 of b, 1 of c weigh .71, 1.05 and 1.54."""
    rows = np.array([[0.0], [100.0], [200.0]])
    proba = np.array([[0.6, 0.4, 0.0], [0.6, 0.0, 0.4], [0.62, 0.38, 0.0]], np.float32)
    view = scene(rows, proba, np.linspace(300, 400, 10), [0] * 6 + [1] * 3 + [2])
    utility = Auto().utility(view)
    doubt = (1 - np.array([0.2, 0.2, 0.24])) ** 2
    weights = 2 * (10 / 3) / (np.array([6, 3, 1]) + 10 / 3)
    np.testing.assert_allclose(utility, np.log([0.1, 0.5, 0.9]) / (doubt * (proba @ weights)), rtol=1e-5)
    assert chosen(view, 3) == [1, 0, 2]
    assert chosen(replace(view, rare=("b",)), 3) == [0, 2, 1]


def test_sparse_and_dense_choose_alike() -> None:
    rng = np.random.default_rng(3)
    rows = rng.random((30, 4)) * (rng.random((30, 4)) < 0.7)
    view = scene(rows, rng.dirichlet(np.ones(3), 30), rng.random((6, 4)), [0, 1, 2, 0, 1, 2])
    assert view.asked is not None and view.reference is not None
    sparse = replace(
        view,
        features=csr_matrix(rows),
        asked=replace(view.asked, features=csr_matrix(view.asked.features)),
        reference=replace(view.reference, features=csr_matrix(rows)),
    )
    assert chosen(sparse, 8) == chosen(view, 8)


@pytest.mark.parametrize("n", [1, 40])
def test_reasons_say_what_it_stands_for_and_what_the_doubt_is(n: int) -> None:
    rows = np.array([[0.0], [1.0], [2.0]])
    proba = np.array([[0.5, 0.5], [0.9, 0.1], [0.2, 0.8]], np.float32)
    selection = Auto().select(scene(rows, proba, np.array([30.0, 40.0]), [0, 1]), n, RNG)
    assert len(selection.at) == min(n, 3)
    assert selection.reasons[0].endswith("torn between a and b: 50% / 50%")
