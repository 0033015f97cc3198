"""Agreement by hand, against the published examples, and on the odd sets that people leave behind."""

from __future__ import annotations

import math
import subprocess
import sys

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from alcli.core.estimates.bounds import wilson
from alcli.core.estimates.fisher import fisher
from alcli.core.labelling.agreement import Answers, agreement, annotators, pace

# Krippendorff's worked example (2011, "Computing Krippendorff's alpha-reliability"): 4 observers, 12 units
OBSERVERS = {"a": "123321412...", "b": "1233224125.3", "c": ".3332342251.", "d": "12332441251."}
PUBLISHED = {
    unit: {name: said[unit] if said[unit] != "." else None for name, said in OBSERVERS.items()} for unit in range(12)
}


def asked(*rows: str) -> dict[int, dict[str, str | None]]:
    """Rows such as "xy-.": what a, b, c, d said of it; "-" = skipped, "." = not asked."""
    return {
        at: {name: None if said == "-" else said for name, said in zip("abcd", row, strict=False) if said != "."}
        for at, row in enumerate(rows)
    }


answered = st.lists(
    st.dictionaries(st.sampled_from(["", "ana", "bo", "cy"]), st.sampled_from(["x", "y", "z", None])), max_size=25
).map(lambda rows: dict(enumerate(rows)))


def test_alpha_of_the_published_example() -> None:
    found = agreement(PUBLISHED)
    assert found is not None and found.alpha is not None
    assert found.alpha.value == pytest.approx(0.743, abs=5e-4)
    assert found.n == found.alpha.n == 11  # one unit has a single value


def test_agreement_by_hand() -> None:
    """Rows xx, xy, yy, and one of three, xxy: 1, 0, 1 and 1 pair of 3. The row of one and the skip do not count."""
    found = agreement(asked("xx", "xy", "yy", "xxy", "x", "x-"))
    assert found is not None
    assert found.n == 4
    assert found.percent.value == pytest.approx((1 + 0 + 1 + 1 / 3) / 4)
    assert (found.percent.low, found.percent.high) == pytest.approx(wilson(7 / 12, 4))
    assert [(pair.one, pair.other, pair.n) for pair in found.pairs] == [("a", "b", 4), ("a", "c", 1), ("b", "c", 1)]


def test_kappa_and_its_error_by_hand() -> None:
    """The table 20 5 / 10 15: agreed 0.7, by chance 0.5, so 0.4. Its error of so many rows times 100 by formula 13:

    0.4 (0.5 - 0.3 x 1.1)^2 + 0.3 (0.5 - 0.3 x 0.9)^2 = 0.02743 from those who agree, 0.3^2 (0.1 x 1.1^2 + 0.2 x 0.9^2)
    = 0.02547 from the others, less (0.35 - 1 + 0.7)^2 = 0.0025: 0.0504 / 0.5^4 = 0.8064, of 5,000 rows 0.0127.
    """
    rows = ["xx"] * 20 + ["xy"] * 5 + ["yx"] * 10 + ["yy"] * 15
    found = agreement(asked(*rows * 100))
    assert found is not None
    (pair,) = found.pairs
    assert pair.kappa is not None
    assert (pair.kappa.value, pair.percent.value, pair.kappa.n) == (pytest.approx(0.4), 0.7, 5_000)
    assert pair.kappa.error == pytest.approx(math.sqrt(0.8064 / 5_000), rel=2e-3)
    assert (pair.kappa.low, pair.kappa.high) == pytest.approx((0.4 - 1.96 * 0.0127, 0.4 + 1.96 * 0.0127), abs=5e-4)


@given(answered)
def test_the_figures_are_those_of_the_well_kept_libraries(answers: Answers) -> None:
    found = agreement(answers)
    rows = [labels for said in answers.values() if len(labels := [s for s in said.values() if s is not None]) > 1]
    if found is None:
        assert not rows
        return
    classes = sorted({label for row in rows for label in row})
    if len(classes) < 2:
        assert found.alpha is None
        return
    assert found.alpha is not None
    counts = [[row.count(label) for label in classes] for row in rows]
    wanted = krippendorff.alpha(value_counts=counts, level_of_measurement="nominal")
    assert found.alpha.value == pytest.approx(wanted, abs=1e-9)
    for pair in found.pairs:
        both = [said for said in answers.values() if said.get(pair.one) and said.get(pair.other)]
        assert len(both) == pair.n
        one, other = ([said[name] for said in both] for name in (pair.one, pair.other))
        if len({*one, *other}) > 1:
            assert pair.kappa is not None
            assert pair.kappa.value == pytest.approx(cohen_kappa_score(one, other), abs=1e-9)


@given(answered)
def test_every_interval_holds_its_figure_and_has_a_width(answers: Answers) -> None:
    found = agreement(answers)
    people = annotators(answers)
    assert {person.name for person in people} == {name for said in answers.values() for name in said}
    estimates = [person.consensus for person in people]
    if found is not None:
        estimates += [found.percent, found.alpha, *(pair.kappa for pair in found.pairs)]
    for estimate in estimates:
        if estimate is not None:
            assert -1 <= estimate.low <= estimate.value + 1e-12 and estimate.value <= estimate.high + 1e-12 <= 1 + 1e-9
            assert estimate.high - estimate.low > 1e-3 and math.isfinite(estimate.error)


def test_ten_rows_on_which_all_agree_are_no_certainty() -> None:
    """Ten of ten is 0.72 at the least; chance agrees on half, so alpha and kappa may be as low as about 0.4."""
    found = agreement(asked(*["xx", "yy"] * 5))
    assert found is not None and found.alpha is not None and found.pairs[0].kappa is not None
    for estimate, least in ((found.percent, 0.72), (found.alpha, 0.0), (found.pairs[0].kappa, 0.0)):
        assert (estimate.value, estimate.high) == (1, pytest.approx(1))
        assert least <= estimate.low < 0.75
    many = agreement(asked(*["xx", "yy"] * 500))
    assert many is not None and many.alpha is not None and many.alpha.low > 0.985


def test_the_interval_of_alpha_is_as_wide_as_alpha_varies() -> None:
    """Two people right in 9 of 10 rows of two classes: the true alpha is 0.8 squared, here of 300 sets of 60 rows."""
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(300):
        truth = rng.integers(0, 2, 60)
        said = np.where(rng.random((2, 60)) < 0.9, truth, 1 - truth)
        found = agreement({row: {"a": str(one), "b": str(other)} for row, (one, other) in enumerate(said.T)})
        assert found is not None and found.alpha is not None
        held += found.alpha.low <= 0.64 <= found.alpha.high
    assert 0.91 * 300 <= held <= 0.99 * 300


@pytest.mark.parametrize(
    "answers",
    [
        {},
        asked("x", "y", "x"),  # one annotator
        asked("x-", "--", "-y"),  # who else was asked has skipped
        {0: {"": "x"}, 1: {"": None}},  # nobody has a name
    ],
)
def test_there_is_no_agreement_where_no_row_has_two_labels(answers: Answers) -> None:
    assert agreement(answers) is None
    assert all(person.consensus is None and not person.differs for person in annotators(answers))


def test_one_class_only_says_nothing_beyond_chance() -> None:
    found = agreement(asked("xx", "xx"))
    assert found is not None and found.percent.value == 1
    assert found.alpha is None and found.pairs[0].kappa is None


def test_two_who_use_other_words_never_agree() -> None:
    found = agreement(asked("xy", "xy", "xy"))
    assert found is not None and found.alpha is not None and found.pairs[0].kappa is not None
    assert (found.percent.value, found.pairs[0].kappa.value) == (0, 0)
    assert found.alpha.value == pytest.approx(
        1 - 5 / 9 * 3
    )  # 6 answers, each against one other; chance: 18 of 30 pairs


def test_an_annotator_is_held_against_the_others_alone() -> None:
    """Row xxy: c differs from two who agree; a and b have one with them, one against: tied, so they do not count."""
    a, b, c = annotators(asked("xxy", "xxx", "y..", "-.x", "..-"))
    assert (a.answers, a.skipped, a.n_shared) == (4, 1, 2)
    assert (b.answers, b.skipped, b.n_shared) == (2, 0, 2)
    assert (c.answers, c.skipped, c.n_shared) == (4, 1, 2)
    assert a.consensus is not None and (a.consensus.value, a.consensus.n) == (1, 1)
    assert c.consensus is not None and (c.consensus.value, c.consensus.n) == (0.5, 2)


def test_one_who_differs_is_told_from_those_who_were_paired_with_them() -> None:
    """c agrees with a or b in 12 of 20 rows, a and b with one another in 20 of 20: C(32, 12) of C(40, 20), say 0.0016.

    Three are tested: 0.005 < 0.05. a and b are right in 26 of 30.
    """
    rows = ["xx."] * 20 + ["x.x"] * 6 + ["x.y"] * 4 + [".xx"] * 6 + [".xy"] * 4
    assert fisher(12, 20, 20, 20) == pytest.approx(math.comb(32, 12) / math.comb(40, 20))
    a, b, c = annotators(asked(*rows))
    assert a.consensus is not None and b.consensus is not None and c.consensus is not None
    assert a.consensus.value == b.consensus.value == pytest.approx(26 / 30)
    assert c.consensus.value == 0.6
    assert [person.differs for person in (a, b, c)] == [False, False, True]


def test_a_difference_that_chance_makes_is_no_difference() -> None:
    """c agrees in 4 of 5 rows, the others in 20 of 20: one such in five, 5 of 25."""
    rows = ["xx."] * 20 + ["x.x"] * 4 + [".xy"]
    assert fisher(4, 5, 20, 20) == pytest.approx(0.2)
    assert not any(person.differs for person in annotators(asked(*rows)))


def test_of_two_who_disagree_nobody_knows_which_one_differs() -> None:
    assert not any(person.differs for person in annotators(asked(*["xy"] * 50, *["xx"] * 50)))


def test_of_three_who_are_asked_everything_the_one_who_errs_differs() -> None:
    found = annotators(asked(*["xxx"] * 40, *["xxy"] * 20, *["xyx"] * 2, *["yxx"] * 2))
    assert [person.name for person in found if person.differs] == ["c"]


def test_people_who_are_all_as_good_seldom_differ() -> None:
    """In 5% of sets at most; here of 200, within three standard errors."""
    rng = np.random.default_rng(1)
    alarms = 0
    for _ in range(200):
        said = np.where(rng.random((3, 120)) < 0.85, 0, rng.integers(1, 4, (3, 120)))
        out = rng.integers(0, 3, 120)  # who was not asked
        said[out, np.arange(120)] = -1
        rows = ["".join("." if s < 0 else str(s) for s in row) for row in said.T]
        alarms += any(person.differs for person in annotators(asked(*rows)))
    assert alarms <= 200 * (0.05 + 3 * math.sqrt(0.05 * 0.95 / 200))


def test_a_break_does_not_change_the_pace() -> None:
    assert pace({"ana": [6, 7, 8, 9, 7200], "bo": [], "": [3.5]}) == {"": 3.5, "ana": 8}


def test_status_need_not_wait_for_it() -> None:
    """It loads none of the libraries that take longer than the figures."""
    said = "{1: {'a': 'x', 'b': 'y'}, 2: {'a': 'x', 'b': 'x'}}"
    program = (
        f"import sys; from alcli.core.labelling.agreement import *; agreement({said}); annotators({said}); "
        "sys.exit(', '.join({'sklearn', 'pandas', 'scipy', 'polars'} & sys.modules.keys()) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
