"""Forecasts, on curves whose course is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alcli.contracts import Estimate
from alcli.core.estimates.forecasting import Curves, Point, forecast
from alcli.core.estimates.intervals import share_of

POOL = 100_000


def estimate(value: float, n: int, error: float = 0.0) -> Estimate:
    error = error or float(np.sqrt(value * (1 - value) / n))
    return Estimate(value, value - 2 * error, value + 2 * error, error, n)


def course(ceiling: float, gap: float, rate: float, last: int = 1_000, n: int = 5_000) -> list[Point]:
    """Ten models on a power law that is `gap` below its ceiling at the last, judged on `n` rows, without noise."""
    labels = np.linspace(last / 10, last, 10)
    return [Point(int(at), estimate(float(ceiling - gap * (at / last) ** -rate), n)) for at in labels]


def test_a_power_law_is_carried_on() -> None:
    # 0.9 - 0.1 (n / 1000)^-0.5 is 0.85 where (n / 1000)^-0.5 = 0.5: at 4,000 labels; at 2,000 it is 0.829
    told = forecast(course(0.9, 0.1, 0.5), "accuracy", POOL, 0.85)
    assert told and told.outlook == "reachable"
    assert told.least and told.more and told.most
    assert told.least < 3_000 < told.most
    assert 1_500 < told.more < 6_000
    assert told.twice_low < 0.829 < told.twice_high
    assert told.twice == pytest.approx(0.829, abs=0.01)
    assert told.ceiling_low < 0.9 < told.ceiling_high


def test_a_target_that_is_passed_is_reached() -> None:
    told = forecast(course(0.9, 0.1, 0.5), "accuracy", POOL, 0.75)
    assert told and (told.outlook, told.more, told.least) == ("reached", 0, 0)


def test_a_curve_that_has_levelled_out_does_not_reach_what_is_above() -> None:
    flat = course(0.8, 0.001, 1.0)
    told = forecast(flat, "accuracy", POOL, 0.95)
    assert told and (told.outlook, told.more, told.least, told.most) == ("out of reach", None, None, None)
    assert told.ceiling_high < 0.95


def test_labels_that_the_pool_does_not_have_cannot_be_given() -> None:
    rising = course(1.0, 0.3, 0.3)  # 0.9 is where (n / 1000)^-0.3 = 1/3: at 39,000 labels
    wide, narrow = (forecast(rising, "accuracy", n, 0.9) for n in (10_000_000, 2_000))
    assert wide and wide.more and 10_000 < wide.more < 200_000
    assert narrow and (narrow.outlook, narrow.more) == ("out of reach", None)


def test_few_audit_rows_leave_a_wide_band() -> None:
    def width(n: int) -> float:
        told = forecast(course(0.9, 0.1, 0.5, n=n), "accuracy", POOL, 0.8)
        assert told
        return told.twice_high - told.twice_low

    assert width(50) > 2 * width(2_000)


@pytest.mark.parametrize("points", [[], course(0.9, 0.1, 0.5)[:3], course(0.9, 0.1, 0.5, n=39)])
def test_with_too_few_models_or_audit_rows_nobody_can_tell(points: list[Point]) -> None:
    assert forecast(points, "accuracy", POOL, 0.85) is None


def test_without_a_target_there_is_none() -> None:
    told = forecast(course(0.9, 0.1, 0.5), "accuracy", POOL)
    assert told and (told.target, told.outlook, told.more) == (None, "", None)


def test_the_weights_are_those_of_chance() -> None:
    curves = Curves.through(course(0.9, 0.1, 0.5))
    assert curves.weight.sum() == pytest.approx(1)
    assert (curves.gap >= 0).all() and (curves.ceiling <= 1).all()


def test_four_times_in_five_the_band_holds() -> None:
    """Audit samples drawn from a pool that models get better on, along a power law."""
    rng, labels, held = np.random.default_rng(0), np.arange(100, 1_001, 100), 0
    for _ in range(200):
        ceiling, rate, hard = rng.uniform(0.85, 0.95), rng.uniform(0.3, 0.8), rng.random(300)
        heights = ceiling - 0.1 * (labels / 1_000) ** -rate  # a row is right as soon as the height passes its number
        points = [Point(int(n), share_of(hard[: n // 5] < height)) for n, height in zip(labels, heights, strict=True)]
        told = forecast(points, "accuracy", POOL)
        assert told
        held += told.twice_low <= ceiling - 0.1 * 2**-rate <= told.twice_high
    assert held >= 0.75 * 200


@settings(deadline=None, max_examples=50)
@given(
    values=st.lists(st.floats(0, 1), min_size=4, max_size=8),
    rows=st.integers(40, 400),
    target=st.floats(0.01, 0.99),
    gone=st.booleans(),
)
def test_any_curve_gives_figures_in_order(values: list[float], rows: int, target: float, gone: bool) -> None:
    points = [
        Point(10 * (at + 1), replace(estimate(value, rows, 0.05), error=0.0 if gone else 0.05))
        for at, value in enumerate(values)
    ]
    told = forecast(points, "accuracy", 1_000, target)
    assert told
    assert 0 <= told.ceiling_low <= told.ceiling_high <= 1
    assert told.twice_low <= told.twice <= told.twice_high <= told.ceiling_high + 1e-9
    needed = [1_000 if n is None else n for n in (told.least, told.more, told.most)]
    assert needed == sorted(needed) and needed[0] >= 0
