"""What several answers come to: whom to believe, when not to ask the model, and which row to ask again."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from alcli.core.labelling.consensus import crowdlab, worth

Proba = NDArray[np.float64]


def sure(classes: list[int], k: int = 2, of: float = 0.9) -> Proba:
    """A model that gives each row's class this probability, and the others the rest in equal parts."""
    proba = np.full((len(classes), k), (1 - of) / (k - 1))
    proba[np.arange(len(classes)), classes] = of
    return proba


def crowd(
    n: int, k: int, qualities: dict[str, float], rng: np.random.Generator
) -> tuple[list[int], list[dict[str, int]]]:
    """The truth of n rows, and what people who are right so often say of it, else any other class."""
    truth = rng.integers(0, k, n)
    said = [
        {name: int(y if rng.random() < right else (y + rng.integers(1, k)) % k) for name, right in qualities.items()}
        for y in truth
    ]
    return truth.tolist(), said


def test_the_one_who_agrees_with_the_others_is_believed() -> None:
    """ana and bo agree in 40 rows, cy says another class in each. In the last rows ana and cy stand alone."""
    truth = [row % 4 for row in range(44)]
    answers = [{"ana": y, "bo": y, "cy": (y + 1) % 4} for y in truth[:40]]
    answers += [{"ana": y, "cy": (y + 1) % 4} for y in truth[40:]]
    found = crowdlab(answers, np.vstack([sure(truth[:40], 4), np.full((4, 4), 0.25)]))
    assert found is not None
    assert found.labels.tolist() == truth
    assert found.annotators["cy"] < 0.5 < min(found.annotators["ana"], found.annotators["bo"])
    assert found.quality[40:].max() < found.quality[:40].min()


def test_a_model_that_knows_more_settles_what_two_cannot() -> None:
    truth = [row % 2 for row in range(60)]
    answers = [{"ana": y, "bo": y} for y in truth[:40]] + [{"ana": 0, "bo": 1} for _ in truth[40:]]
    found = crowdlab(answers, sure(truth))
    assert found is not None and found.labels.tolist() == truth


def test_what_all_say_stands_whatever_the_model_says() -> None:
    """A model that agrees with what two say is against what one says alone: less likely than not, it is the label."""
    truth = [row % 3 for row in range(80)]
    answers: list[dict[str, int]] = [{"ana": y, "bo": y} for y in truth[:40]] + [{"ana": y} for y in truth[40:]]
    said = truth[:40] + [(y + 1) % 3 for y in truth[40:]]
    found = crowdlab(answers, sure(said, 3, of=0.99))
    assert found is not None
    assert found.labels.tolist() == truth
    assert found.quality[40:].max() < 0.5 < 0.9 < found.quality[:40].min()


def test_it_settles_more_conflicts_rightly_than_the_most_votes() -> None:
    """Three people, right in 95, 80 and 60 of 100 rows, and a model right in 70 or so."""
    rng = np.random.default_rng(0)
    truth, answers = crowd(400, 5, {"ana": 0.95, "bo": 0.8, "cy": 0.6}, rng)
    guessed = [int(y if rng.random() < 0.7 else rng.integers(5)) for y in truth]
    found = crowdlab(answers, sure(guessed, 5, of=0.7))
    assert found is not None
    most = [max(sorted(said.values()), key=list(said.values()).count) for said in answers]
    right, by_votes = np.mean(found.labels == truth), np.mean(np.array(most) == truth)
    assert right > 0.95 and right > by_votes + 0.02
    assert found.annotators["ana"] > found.annotators["bo"] > found.annotators["cy"]
    wrong = found.labels != truth
    assert found.quality[wrong].mean() < found.quality[~wrong].mean() - 0.1


def test_of_few_shared_rows_nobody_is_believed_more() -> None:
    answers = [{"ana": 0, "bo": 0}] * 29 + [{"ana": 1}] * 500
    proba = np.full((529, 2), 0.5)
    assert crowdlab(answers, proba) is None
    assert crowdlab([*answers, {"ana": 1, "bo": 1}], np.full((530, 2), 0.5)) is not None


@pytest.mark.parametrize(
    ("answers", "k"),
    [
        ([], 3),
        ([{"ana": 0}] * 100, 2),  # one annotator
        ([{"ana": 0}] * 50 + [{"bo": 1}] * 50, 2),  # who share no row
        ([{"ana": 0, "bo": 0}] * 100, 1),  # one class
    ],
)
def test_where_nobody_can_be_compared_there_is_no_consensus(answers: list[dict[str, int]], k: int) -> None:
    assert crowdlab(answers, np.full((len(answers), k), 1 / k)) is None


def test_one_who_shares_no_row_is_not_judged() -> None:
    answers: list[dict[str, int]] = [{"ana": row % 2, "bo": row % 2} for row in range(40)]
    answers += [{"": row % 2} for row in range(10)]
    found = crowdlab(answers, sure([row % 2 for row in range(50)]))
    assert found is not None and found.annotators.keys() == {"ana", "bo"}
    assert len(found.labels) == 50 and np.isfinite(found.quality).all()


crowds = st.integers(2, 4).flatmap(
    lambda k: st.tuples(
        st.just(k),
        st.lists(
            st.dictionaries(st.sampled_from(["", "a", "b", "c"]), st.integers(0, k - 1), min_size=1),
            min_size=30,
            max_size=45,
        ),
        st.sampled_from(["flat", "certain", "any"]),
        st.integers(0, 2**32 - 1),
    )
)


@settings(max_examples=40, deadline=None)
@given(crowds)
def test_whatever_people_say_the_label_is_somebodys_and_always_the_same(
    one: tuple[int, list[dict[str, int]], str, int],
) -> None:
    k, answers, kind, seed = one
    answers = [*answers, *[{"a": 0, "b": 0}] * 30]
    n, rng = len(answers), np.random.default_rng(seed)
    certain = sure(rng.integers(0, k, n).tolist(), k, of=1.0)
    proba = {"flat": np.full((n, k), 1 / k), "certain": certain, "any": rng.dirichlet(np.ones(k), n)}[kind]
    proba = proba.astype(np.float32)
    proba.setflags(write=False)
    np.random.seed(seed)  # what others draw of the global generator is not touched
    before = np.random.get_state()[1].tolist()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found, again = crowdlab(answers, proba), crowdlab(answers, proba)
    assert np.random.get_state()[1].tolist() == before
    assert found is not None and again is not None
    assert all(label in said.values() for label, said in zip(found.labels, answers, strict=True))
    assert ((found.quality >= 0) & (found.quality <= 1)).all()
    assert found.labels.tolist() == again.labels.tolist() and found.annotators == again.annotators


def test_it_says_nothing_on_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    answers: list[dict[str, int]] = [{"ana": 0, "bo": 0}] * 40 + [{"cy": 1}, {"ana": 0, "bo": 2}]
    assert crowdlab(answers, np.full((42, 3), 1 / 3)) is not None
    assert capsys.readouterr() == ("", "")


# --- worth -----------------------------------------------------------------------------------------------------------


def test_where_every_row_has_one_answer_the_scores_are_activelabs() -> None:
    from cleanlab.multiannotator import get_active_learning_scores

    rng = np.random.default_rng(0)
    proba, unlabelled = rng.dirichlet(np.ones(4), 50), rng.dirichlet(np.ones(4), 30)
    labels = rng.integers(0, 4, 50)
    again, first = worth([{"ana": int(label)} for label in labels], proba, unlabelled)
    one, other = get_active_learning_scores(labels[:, None].astype(float), proba, unlabelled)
    assert again == pytest.approx(1 - np.asarray(one)) and first == pytest.approx(1 - np.asarray(other))


def test_worth_by_hand() -> None:
    """Two classes, the model for the first with 0.8.

    The first: 1 - (2 x 0.8 + 0.5) / 3 = 0.3; the second: 0.7. Twice the first: q = (0.8 + 1) / 2, 1 - (3 q + 0.5) / 4 =
    0.2. One each, so it is the first, with 0.8 for it and a vote against: q = 0.4, 0.575. Two of three for the second:
    q = (0.2 + 1) / 3, 1 - (4 q + 0.5) / 5 = 0.58. Not asked yet: 1 - (0.8 + 0.5) / 2 = 0.35.
    """
    answers = [{"a": 0}, {"a": 1}, {"a": 0, "b": 0}, {"a": 1, "b": 0}, {"a": 1, "b": 0, "c": 1}]
    again, first = worth(answers, np.tile([0.8, 0.2], (5, 1)), np.array([[0.2, 0.8]]))
    assert again == pytest.approx([0.3, 0.7, 0.2, 0.575, 0.58])
    assert first == pytest.approx([0.35])


def test_a_row_that_is_confirmed_is_left_in_peace_and_the_others_keep_their_places() -> None:
    rng = np.random.default_rng(1)
    proba, unlabelled = rng.dirichlet(np.ones(5), 40), rng.dirichlet(np.ones(5), 100)
    answers = [{"ana": int(label)} for label in rng.integers(0, 5, 40)]
    before, first = worth(answers, proba, unlabelled)
    worst = int(before.argmax())
    answers[worst] = {**answers[worst], "bo": answers[worst]["ana"]}
    after, second = worth(answers, proba, unlabelled)
    assert after[worst] < before[worst] - 0.2
    others = np.arange(40) != worst
    assert (after[others] == before[others]).all() and (first == second).all()


def test_worth_without_labelled_or_unlabelled_rows() -> None:
    again, first = worth([], np.zeros((0, 3)), np.array([[0.2, 0.2, 0.6]]))
    assert len(again) == 0 and first == pytest.approx([1 - (0.6 + 1 / 3) / 2])
    again, first = worth([{"ana": 2}], np.array([[0.2, 0.2, 0.6]]), np.zeros((0, 3)))
    assert again == pytest.approx([1 - (2 * 0.6 + 1 / 3) / 3]) and len(first) == 0
