"""Which labels look wrong, and how many of them are."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from alcli.core.estimates.estimating import OutOfFold
from alcli.core.labelling.label_errors import confusions, error_rate
from alcli.core.labelling.quality import FEWEST_OF_CLASS, Quality, crossed, examined, judged


def logistic(y: np.ndarray) -> LogisticRegression:
    return LogisticRegression(C=10.0)


def blobs(n: int, k: int, spread: float, seed: int = 0) -> tuple[Any, Any]:
    """Rows of k classes around corners that are 1 apart in each direction, and their classes, in turns."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % k
    return np.eye(k)[y] + rng.normal(0, spread, (n, k)), y


def some_wrong(y: Any, share: float, seed: int = 0) -> Any:
    """The labels, of which each is another one with this chance."""
    rng, k = np.random.default_rng([seed, 1]), int(y.max()) + 1
    return np.where(rng.random(len(y)) < share, (y + rng.integers(1, k, len(y))) % k, y)


def check(X: Any, y: Any, seed: int = 0, **more: Any) -> Quality:
    found = crossed(logistic, X, y, seed, repeats=1)
    assert found
    return judged(found, **more)


# --- which ---


@pytest.mark.parametrize("kind", [np.asarray, csr_matrix])
def test_a_wrong_label_comes_first_with_the_class_it_should_have(kind: Any) -> None:
    X, y = blobs(120, 4, 0.2)
    given = np.array(y)
    given[17] = 2  # it is a 1
    found = check(kind(X), given)
    assert found.suspects[0] == 17 == found.score.argmin()
    assert (found.likely[17], found.wrong.argmax()) == (1, 17)
    assert found.confidence[17] > 0.8


def test_most_wrong_labels_are_found_and_most_suspects_are_wrong() -> None:
    X, y = blobs(400, 5, 0.25)
    given = some_wrong(y, 0.1)
    wrong, found = given != y, check(X, given)
    assert wrong[found.suspects].mean() > 0.8
    assert wrong[found.suspects].sum() > 0.8 * wrong.sum()
    assert wrong[found.strong].mean() > 0.9


def test_clean_labels_of_classes_that_lie_apart_raise_no_suspicion() -> None:
    found = check(*blobs(200, 4, 0.1))
    assert len(found.suspects) == 0 and not found.strong.any()
    assert found.false_alarms is None
    assert found.error_rate and found.error_rate.low == 0 and found.error_rate.value < 0.02


def test_a_lone_label_that_nothing_contradicts_is_no_suspect() -> None:
    """The hole: a chosen row has no neighbour, so a model that did not see it cannot tell its class."""
    X, y = blobs(200, 4, 0.15)
    X[7] = [0.0, 0.0, 0.0, 1.6]  # far off, where there are no others, but on its own class's side
    given = np.array(y)
    given[[20, 21, 22]] = (y[[20, 21, 22]] + 1) % 4
    found = check(X, given)
    assert 7 not in found.suspects
    assert set(found.suspects[:3].tolist()) == {20, 21, 22}


def test_the_queue_is_worst_first_and_its_false_alarms_are_what_is_said_of_each() -> None:
    X, y = blobs(300, 4, 0.35)
    found = check(X, some_wrong(y, 0.15))
    assert len(found.suspects) > 10
    assert (np.diff(found.score[found.suspects]) >= 0).all()
    assert found.false_alarms == pytest.approx(float(np.mean(1 - found.wrong[found.suspects])))
    assert np.isin(np.flatnonzero(found.strong), found.suspects).all()


def test_the_chances_add_up_to_the_error_rate() -> None:
    X, y = blobs(300, 4, 0.35)
    found = check(X, some_wrong(y, 0.1))
    assert found.error_rate and found.wrong.mean() == pytest.approx(found.error_rate.value, abs=1e-3)


def test_settled_labels_are_never_suspects() -> None:
    X, y = blobs(300, 4, 0.3)
    given = some_wrong(y, 0.1)
    settled = np.zeros(300, bool)
    settled[check(X, given).suspects[:5]] = True
    found = check(X, given, settled=settled)
    assert not settled[found.suspects].any() and not found.strong[settled].any()
    assert (found.wrong[settled] == 0).all() and (found.score[settled] == 1).all()
    assert len(found.suspects)


def test_the_rate_is_that_of_labels_as_they_were_first_given() -> None:
    X, y = blobs(200, 4, 0.1)
    settled, corrected = np.arange(200) < 100, np.arange(200) < 20
    stand, given = check(X, y, settled=settled).error_rate, check(X, y, settled=settled, corrected=corrected).error_rate
    assert stand and given
    assert stand.value < 0.02 and given.value == pytest.approx(0.1, abs=0.01)
    assert (given.low, given.n) == (0.1, 200), "20 of 200 are known to have been wrong"
    known = check(X, y, settled=np.ones(200, bool), corrected=corrected).error_rate
    assert known and (known.low, known.value, known.high) == pytest.approx((0.1, 0.1, 0.1))


def test_once_the_worst_were_looked_at_as_many_of_the_rest_are_wrong_as_are_said_to_be() -> None:
    said, true, told = [], [], []
    for seed in range(16):
        X, y = blobs(300, 4, 0.45, seed)
        given = some_wrong(y, 0.1, seed)
        at = check(X, given, seed).suspects[:15]
        settled, corrected = np.zeros((2, 300), bool)
        settled[at], corrected[at] = True, given[at] != y[at]
        now = np.where(settled, y, given)
        found = check(X, now, seed, settled=settled, corrected=corrected)
        assert found.error_rate
        said.append(found.wrong.sum())
        true.append((now != y).sum())
        told.append(found.error_rate.value)
    assert np.mean(said) == pytest.approx(np.mean(true), rel=0.2)
    assert np.mean(told) == pytest.approx(0.1, abs=0.02)


def test_a_class_with_too_few_labels_is_not_judged() -> None:
    X, y = blobs(120, 4, 0.2)
    keep = (y != 3) | (np.cumsum(y == 3) < FEWEST_OF_CLASS)
    X, y = X[keep], y[keep]
    found = check(X, y)
    assert found.unjudged == (3,)
    assert_array_equal(np.isnan(found.wrong), y == 3)
    assert not (y[found.suspects] == 3).any()
    assert np.isfinite(found.score).all()  # it is ranked all the same


def test_with_too_few_labels_nothing_is_said_but_the_order() -> None:
    X, y = blobs(40, 4, 0.1)
    given = np.array(y)
    given[17] = 2
    found = check(X, given)
    assert found.error_rate is None and found.false_alarms is None
    assert np.isnan(found.wrong).all() and len(found.suspects) == 0
    assert found.score.argmin() == 17


def test_the_same_seed_gives_the_same_verdict() -> None:
    X, y = blobs(150, 3, 0.3)
    given = some_wrong(y, 0.1)
    one, two = (crossed(logistic, X, given, 5) for _ in range(2))
    assert one and two
    assert_array_equal(judged(one).wrong, judged(two).wrong)
    assert_array_equal(judged(one).suspects, judged(two).suspects)


def test_several_crossings_are_averaged_and_many_rows_afford_one() -> None:
    X, y = blobs(90, 3, 0.4)
    once, often = crossed(logistic, X, y, 0, repeats=1), crossed(logistic, X, y, 0, repeats=3)
    assert once and often
    assert not np.allclose(once.proba, often.proba)
    np.testing.assert_allclose(often.proba.sum(axis=1), 1.0)
    fitted = []

    def counted(y: np.ndarray) -> LogisticRegression:
        fitted.append(len(y))
        return logistic(y)

    crossed(counted, *blobs(4_000, 2, 0.1), 0)
    assert len(fitted) == 5


def test_what_is_held_out_already_is_taken_as_it_is() -> None:
    X, y = blobs(90, 3, 0.4)
    once = crossed(logistic, X, y, 0, repeats=1)
    assert once
    again = examined(OutOfFold(once.proba, once.known, once.y), X, 0)
    assert_array_equal(judged(again).wrong, judged(once).wrong)


@pytest.mark.parametrize("y", [np.zeros(5, int), np.arange(5)])
def test_one_class_or_one_label_of_each_cannot_be_crossed(y: Any) -> None:
    assert crossed(logistic, np.eye(5), y, 0) is None


# --- how many ---


def test_errors_are_told_from_what_a_model_is_unsure_of() -> None:
    """The model is as sure as it is right, between evenly torn and certain; then 100 of 1,000 labels are wrong."""
    rng = np.random.default_rng(0)
    sure = rng.uniform(0.2, 1.0, 1_000)
    proba = np.full((1_000, 5), 0.0) + ((1 - sure) / 4)[:, None]
    proba[:, 0] = sure
    y = (proba.cumsum(axis=1) > rng.random((1_000, 1))).argmax(axis=1)
    given = np.where(np.arange(1_000) < 100, (y + 1 + np.arange(1_000) % 4) % 5, y)
    right, wrong = error_rate(proba, y), error_rate(proba, given)
    assert right and right.low == 0 and right.value < 0.05
    assert wrong and 0.05 < wrong.low < 0.1 < wrong.value < 0.16 < wrong.high


def test_no_contradiction_no_error() -> None:
    rate = error_rate(np.eye(3)[np.arange(300) % 3] * 0.97 + 0.01, np.arange(300) % 3)
    assert rate and rate.low == 0 and rate.high < 0.03


def test_a_model_that_knows_nothing_leaves_the_rate_wide_open() -> None:
    rate = error_rate(np.full((200, 2), 0.5), np.arange(200) % 2)
    assert rate and rate.low == 0 and rate.high > 0.3


def test_where_the_model_knows_nothing_those_looked_at_tell_of_the_rest() -> None:
    """10 of 100 labels were wrong: the likelihood is that of a binomial, whose 95% interval is 5.1 to 16.8%."""
    settled, corrected = np.arange(400) < 100, np.arange(400) < 10
    rate = error_rate(np.full((400, 2), 0.5), np.arange(400) % 2, settled, corrected)
    assert rate and (rate.low, rate.high) == pytest.approx((0.051, 0.168), abs=0.01)
    assert 0.08 < rate.value < 0.11


def test_the_interval_holds_the_truth() -> None:
    held, widths = [], []
    for seed in range(24):
        X, y = blobs(200, 4, 0.45, seed)
        given = some_wrong(y, (0.0, 0.05, 0.15)[seed % 3], seed)
        found = crossed(logistic, X, given, seed, repeats=1)
        assert found
        rate = error_rate(found.proba, given)
        assert rate and rate.low <= rate.value <= rate.high
        held.append(rate.low <= float(np.mean(given != y)) <= rate.high)
        widths.append(rate.high - rate.low)
    assert np.mean(held) >= 0.9
    assert np.mean(widths) < 0.5


def test_confusions_of_a_class_without_rows_are_even() -> None:
    found = confusions(np.array([[0.5, 0.4, 0.1]]), np.array([0]))
    np.testing.assert_allclose(found, [[0, 0.8, 0.2], [0.5, 0, 0.5], [0.5, 0.5, 0]])


def test_loading_the_check_loads_nothing_heavy() -> None:
    heavy = "{'cleanlab', 'sklearn', 'pandas', 'scipy'}"
    code = f"import sys, alcli.core.labelling.quality; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
