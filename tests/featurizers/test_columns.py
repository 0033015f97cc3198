"""Columns against numpy's quantiles and scikit-learn's OneHotEncoder, and the corners they do not have."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import OneHotEncoder

from alcli.contracts import Reading
from alcli.featurizers.columns import Columns

CELLS = st.one_of(
    st.none(), st.sampled_from(["", " ", "NA", "?", "gold", "été", "inf", "2024-02-29"]), st.floats(-1e6, 1e6).map(str)
)


def table(**columns: list[str | None]) -> pl.DataFrame:
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def features(*shards: pl.DataFrame, columns: Columns | None = None) -> np.ndarray:
    columns = columns or Columns()
    digests = [columns.digest(shard) for shard in shards]
    state = columns.fit(digests)
    return np.vstack([columns.transform(digest, state) for digest in digests])


def far(values: np.ndarray, middle: float, quartiles: float) -> np.ndarray:
    z = (values - middle) / (quartiles / 1.349)
    return z / np.sqrt(1 + z * z / 9)


def test_numbers_are_squashed_around_their_median_over_all_shards() -> None:
    values = np.random.default_rng(0).normal(1e6, 3, (40, 2)).round(2)
    text = values.astype(str)
    shards = [table(a=list(text[at, 0]), b=list(text[at, 1])) for at in (slice(0, 7), slice(7, 40))]
    found = features(*shards)
    assert found.dtype == np.float32
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75], axis=0, method="inverted_cdf")
    np.testing.assert_allclose(found, far(values, middle, high - low) / np.sqrt(2), atol=1e-5)


def test_repeated_numbers_count_as_often_as_they_stand_there() -> None:
    values = ["0"] * 50 + [str(n) for n in range(1, 51)]
    found = features(table(x=values[:60]), table(x=values[60:]))  # median 0, quartiles 0 and 25
    np.testing.assert_allclose(found[:, 0], far(np.array(values, float), 0, 25), atol=1e-6)


def test_one_wild_number_does_not_crowd_the_others_together() -> None:
    found = features(table(x=[str(n) for n in range(20)] + ["999999999"]))
    assert found[-1, 0] == pytest.approx(3)
    assert found[:20, 0].std() > 0.5


def test_the_standard_deviation_stands_in_where_the_quartiles_are_equal() -> None:
    found = features(table(x=["5"] * 9 + ["15"]))  # standard deviation 3
    assert found[:9, 0].tolist() == [0] * 9
    assert found[9, 0] == pytest.approx(10 / 3 / np.sqrt(1 + (10 / 9) ** 2))


def test_few_distinct_numbers_are_levels_too() -> None:
    codes = ["1", "2", "2.0", "7", " 1"] * 12
    found = features(table(x=codes[:13]), table(x=codes[13:]))
    assert found.shape == (60, 4)
    assert found[:5, 1:].tolist() == [[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]
    assert features(table(x=codes), columns=Columns(max_levels=2)).shape == (60, 1)
    assert features(table(x=codes[:25])).shape == (25, 1)  # fewer than ten rows a level: may well be measured
    assert features(table(x=["0", "1"] * 30)).shape == (60, 1)


def test_rows_weigh_about_as_much_as_a_text_does() -> None:
    rng = np.random.default_rng(0)
    many = {f"n{at}": list(rng.normal(at, at + 1, 500).astype(str)) for at in range(20)}
    many |= {f"w{at}": list(rng.choice(["a", "b", "c"], 500)) for at in range(10)}
    found = features(table(**many))
    assert 0.7 < np.linalg.norm(found, axis=1).mean() < 1.1
    np.testing.assert_allclose(features(table(**many), columns=Columns(weight=3.0)), 3 * found, rtol=1e-6)


@pytest.mark.parametrize("wrong", [{"max_categories": 0}, {"max_levels": -1}, {"weight": 0.0}, {"weight": np.inf}])
def test_wrong_parameters_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} must be"):
        Columns(**wrong)


def test_categories_are_one_hot_the_most_frequent_first() -> None:
    values = ["red", "blue", "blue", "green", "red", "blue"]
    found = features(table(x=values[:3]), table(x=values[3:]))
    encoder = OneHotEncoder(categories=[["blue", "red", "green"]], sparse_output=False)
    assert found.tolist() == encoder.fit_transform([[value] for value in values]).tolist()
    rare = features(table(x=values), columns=Columns(max_categories=2))
    assert rare[:4].tolist() == [[0, 1], [1, 0], [1, 0], [0, 0]]


def test_equals_are_taken_by_code_point() -> None:
    found = features(table(x=["b", "a", "c"]), columns=Columns(max_categories=2))
    assert found.tolist() == [[0, 1], [1, 0], [0, 0]]


def test_a_word_among_few_numbers_makes_a_column_categorical() -> None:
    assert features(table(x=["1", "2"]), table(x=["1", "two"])).shape == (4, 3)


@pytest.mark.parametrize(
    "values", [[str(n) for n in range(38)], [f"2024-{n % 12 + 1:02d}-{n // 2 + 1:02d}" for n in range(38)]]
)
def test_what_one_distinct_value_in_twenty_does_not_read_as_is_missing(values: list[str]) -> None:
    clean = features(table(x=[*values, *[None] * 4]))
    spoilt = features(table(x=[*values[:20], "oops", "40 kg"]), table(x=["oops", *values[20:], "oops"]))
    np.testing.assert_array_equal(spoilt[[*range(20), *range(23, 41), 20, 21, 22, 41]], clean)
    words = features(table(x=[*values[:20], "oops", "40 kg"]), table(x=["ouch", *values[20:], "oops"]))
    assert words.shape[1] == 41


def test_what_could_not_be_read_is_told_the_most_frequent_first() -> None:
    columns = Columns()
    price = [*(f"{n}.5" for n in range(80)), "n/a", "free", "40 kg", "free", "call", "lost"]
    state = columns.fit([columns.digest(table(price=price, plan=["a"] * 86)[at : at + 43]) for at in (0, 43)])
    assert columns.readings(["price", "plan"], state) == [
        Reading("price", "numbers", 5, ("free", "40 kg", "call")),
        Reading("plan", "categories"),
    ]
    later = columns.digest(table(price=["1.5", "gone", "", "gone", "free"], plan=["b"] * 5))
    assert columns.readings(["price", "plan"], state, [later, later]) == [
        Reading("price", "numbers", 6, ("gone", "free")),
        Reading("plan", "categories"),
    ]


def test_of_two_ways_to_read_it_is_the_one_that_reads_more() -> None:
    plain = [f"{n}.5" for n in range(40)]
    np.testing.assert_array_equal(features(table(x=[*plain, "7,5"])), features(table(x=[*plain, None])))
    comma = [value.replace(".", ",") for value in plain]
    np.testing.assert_array_equal(features(table(x=[*comma, "7.5"])), features(table(x=[*plain, None])))
    european = [f"{day}/{month}/2024" for day in range(10, 29) for month in range(1, 4)]
    found = features(table(x=[*european, "5/13/2024"]))
    assert found.shape[1] == 6
    assert found[:, -1].tolist() == [0] * len(european) + [1]


def test_a_column_without_any_number_is_one_of_words() -> None:
    assert features(table(x=["none", "unknown", "none"])).tolist() == [[1, 0], [0, 1], [1, 0]]


@pytest.mark.parametrize(
    "missing",
    [
        None,
        "",
        "  ",
        "NA",
        "N/A",
        "nan",
        "NaN",
        "null",
        "None",
        "?",
        "-",
        "--",
        "—",
        ".",
        "n.a.",
        "#N/A",
        "<NA>",
        "NaT",
        "Unknown",
        "missing",
    ],
)
def test_missing_numbers(missing: str | None) -> None:
    three = pytest.approx(1.349 / np.sqrt(1 + 1.349**2 / 9))  # median 1, quartiles 1 and 3
    assert features(table(x=["1", "3", missing])).tolist() == [[0, 0], [three, 0], [0, 1]]


def test_missing_categories() -> None:
    found = features(table(x=["NA", "NA", None, "", "red"]))  # Namibia is a country
    assert found.tolist() == [[1, 0, 0], [1, 0, 0], [0, 0, 1], [0, 0, 1], [0, 1, 0]]


@pytest.mark.parametrize("text", [" 12 ", "+12", "12.", "1.2e1", "1.2E+01"])
def test_ways_to_write_a_number(text: str) -> None:
    assert features(table(x=["12", text])).tolist() == [[0], [0]]


@pytest.mark.parametrize("text", ["inf", "1,5,5", "1e400", "0x1A", "12 kg", "1,23,456", "0,123.5", "1 234.567,8"])
def test_what_is_no_number(text: str) -> None:
    assert features(table(x=["12", "12", text])).tolist() == [[1, 0], [1, 0], [0, 1]]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (["0,5", "1,25", "-3", "1,234"], ["0.5", "1.25", "-3", "1.234"]),
        (["1.234,5", "1.234.567", "12,5", "1.234"], ["1234.5", "1234567", "12.5", "1234"]),
        (["1,234.5", "1,234,567", "12.5", "1,234"], ["1234.5", "1234567", "12.5", "1234"]),
        (["1 234,5", "12\u202f345", "7"], ["1234.5", "12345", "7"]),
        (["1'234.50", "12\u2019345", "7"], ["1234.5", "12345", "7"]),
        (["12%", "7.5 %", "-3%"], ["12", "7.5", "-3"]),
        (["12,5 %", "7"], ["12.5", "7"]),
        (["$1,234.50", "-$3", "$ 7", "$-2"], ["1234.5", "-3", "7", "-2"]),
        (["1.234,50 \u20ac", "3\u20ac", "7,5\u00a0\u20ac"], ["1234.5", "3", "7.5"]),
        (["\u00a31.50", "\u00a3.5"], ["1.5", "0.5"]),
    ],
)
def test_numbers_as_people_write_them(written: list[str], meant: list[str]) -> None:
    np.testing.assert_array_equal(features(table(x=written)), features(table(x=meant)))


def test_the_whole_pool_says_what_decimals_stand_behind() -> None:
    columns = Columns()
    open_, clear = table(x=["1,234", "2,500", "3"]), table(x=["0,5", "10,25"])
    digests = [columns.digest(open_), columns.digest(clear)]
    by_comma, by_point = columns.fit(digests), columns.fit(digests[:1])
    meant = features(table(x=["1.234", "2.5", "3"]), table(x=["0.5", "10.25"]))
    np.testing.assert_array_equal(columns.transform(digests[0], by_comma), meant[:3])
    thousands = features(table(x=["1234", "2500", "3"]))
    np.testing.assert_array_equal(columns.transform(digests[0], by_point), thousands)
    later = columns.digest(table(x=["3,0"]))
    np.testing.assert_array_equal(columns.transform(later, by_comma), meant[2:3])


DAY = datetime(2024, 12, 31)  # a Tuesday
DATES = [
    "2024-12-31",
    "2024/12/31",
    "31.12.2024",
    "31 Dec 2024",
    "31 december 2024",
    "December 31, 2024",
    "Dec. 31 2024",
]
DATES += ["31-Dec-2024", "Tue, 31 Dec 2024", "12/31/2024", "31/12/2024", "12-31-2024", "31-12-2024", " 2024-12-31 "]
TIMES = ["2024-12-31 18:30", "2024-12-31T18:30:00Z", "2024-12-31T18:30:00.000+02:00", "12/31/2024 6:30 PM"]
TIMES += ["Tue, 31 Dec 2024 18:30:00 GMT", "2024-12-31T18:30:00-0500"]


def around(*turns: float) -> list[float]:
    return [wave(2 * np.pi * turn) for turn in turns for wave in (np.sin, np.cos)]


@pytest.mark.parametrize("text", DATES)
def test_ways_to_write_a_date(text: str) -> None:
    days = (DAY - datetime(1970, 1, 1)).days
    found = features(table(x=[text, text, None]))
    np.testing.assert_allclose(found[0], [0, *around(days / 365.2425, days / 7), 0], atol=1e-6)
    assert found[2].tolist() == [0, 0, 0, 0, 0, 1]


@pytest.mark.parametrize("text", TIMES)
def test_the_time_of_day_is_told_as_it_is_written(text: str) -> None:
    days = (DAY - datetime(1970, 1, 1)).days + 18.5 / 24
    found = features(table(x=[text, text]))
    np.testing.assert_allclose(found[0, 1:], around(days / 365.2425, days / 7, 18.5 / 24), atol=1e-6)


@pytest.mark.parametrize("text", ["2024-02-30", "13/13/2024", "1.2.3", "10.0.0.1", "2024-12-31 25:00", "room 5-12-c"])
def test_what_is_no_date(text: str) -> None:
    assert features(table(x=["2024-12-31", "2024-12-31", text])).tolist() == [[1, 0], [1, 0], [0, 1]]


def test_the_whole_pool_says_whether_the_day_or_the_month_comes_first() -> None:
    columns = Columns()
    clear, open_ = table(x=["31/12/2024", "01/02/2024"]), table(x=["01/02/2024", "03/04/2024"])
    both = [columns.digest(clear), columns.digest(open_)]
    day_first, month_first = columns.fit(both), columns.fit(both[1:])
    first_of_february = features(table(x=["2024-02-01"] * 2))[0, 1:]
    np.testing.assert_allclose(columns.transform(both[1], day_first)[0, 1:], first_of_february, atol=1e-6)
    second_of_january = features(table(x=["2024-01-02"] * 2))[0, 1:]
    np.testing.assert_allclose(columns.transform(both[1], month_first)[0, 1:], second_of_january, atol=1e-6)


def test_days_are_far_apart_as_numbers_are() -> None:
    dates = [f"2024-01-{day:02d}" for day in range(1, 31)]
    found = features(table(x=dates))
    np.testing.assert_allclose(found[:, 0], features(table(x=[str(day) for day in range(1, 31)]))[:, 0], atol=1e-6)
    weekday = found[:, 3:5]
    np.testing.assert_allclose(weekday[0], weekday[7], atol=1e-5)
    assert np.linalg.norm(weekday[0] - weekday[3]) > 1.9


def test_a_constant_is_zero() -> None:
    assert features(table(x=["0.1"] * 7), table(x=["0.1"] * 3)).tolist() == [[0]] * 10
    assert features(table(x=[None, None])).tolist() == [[1], [1]]


def test_later_rows() -> None:
    columns = Columns(weight=3**0.5)
    known = table(age=["20", "40", None], plan=["free", "pro", "free"], day=["2024-01-01", "2024-01-02", "2024-01-03"])
    state = columns.fit([columns.digest(known)])
    later = table(age=["abc", "1e300", "30"], plan=["gold", None, "pro"], day=["today", "2031-05-06", None])
    found = columns.transform(columns.digest(later), state)
    assert found[0].tolist() == [0, 1, 0, 0, 0, 0, 0, 0, 0]
    assert np.isfinite(found).all()
    assert found[1, :2].tolist() == [3, 0]
    assert found[2, 2:].tolist() == [0, 1, 0, 0, 0, 0, 0]
    assert columns.transform(columns.digest(later.head(0)), state).shape == (0, 9)


def test_numbers_that_overflow_stay_finite() -> None:
    assert np.isfinite(features(table(x=["1e308", "-1e308", "1.7e308", "1"]))).all()


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=12), st.integers(0, 12))
@settings(deadline=None, max_examples=50)
def test_shards_change_nothing(rows: list[tuple[str | None, str | None]], cut: int) -> None:
    whole = table(a=[row[0] for row in rows], b=[row[1] for row in rows])
    found = features(whole[:cut], whole[cut:])
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found, features(whole), atol=1e-4)


def test_digests_may_come_from_an_iterator() -> None:
    columns = Columns()
    digests = [columns.digest(table(x=["a", "b"])), columns.digest(table(x=["b", "1"]))]
    once, twice = columns.fit(iter(digests)), columns.fit(digests)
    assert all(np.array_equal(once[name], twice[name]) for name in twice)
    assert all(array.dtype != object for arrays in (*digests, once) for array in arrays.values())
