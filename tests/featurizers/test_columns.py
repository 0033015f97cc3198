"""Columns against scikit-learn's StandardScaler and OneHotEncoder, and the corners they do not have."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from alcli.featurizers.columns import Columns

CELLS = st.one_of(st.none(), st.sampled_from(["", " ", "NA", "?", "gold", "été", "inf"]), st.floats(-1e6, 1e6).map(str))


def table(**columns: list[str | None]) -> pl.DataFrame:
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def features(*shards: pl.DataFrame, columns: Columns | None = None) -> np.ndarray:
    columns = columns or Columns()
    digests = [columns.digest(shard) for shard in shards]
    state = columns.fit(digests)
    return np.vstack([columns.transform(digest, state) for digest in digests])


def test_numbers_are_standardised_over_all_shards() -> None:
    values = np.random.default_rng(0).normal(1e6, 3, (40, 2)).round(2)
    text = values.astype(str)
    shards = [table(a=list(text[at, 0]), b=list(text[at, 1])) for at in (slice(0, 7), slice(7, 40))]
    found = features(*shards)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, StandardScaler().fit_transform(values), atol=1e-5)


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


def test_one_word_anywhere_makes_a_column_categorical() -> None:
    assert features(table(x=["1", "2"]), table(x=["1", "two"])).shape == (4, 3)


@pytest.mark.parametrize("missing", [None, "", "  ", "NA", "N/A", "nan", "NaN", "null", "None", "?"])
def test_missing_numbers(missing: str | None) -> None:
    assert features(table(x=["1", "3", missing])).tolist() == [[-1, 0], [1, 0], [0, 1]]


def test_missing_categories() -> None:
    found = features(table(x=["NA", "NA", None, "", "red"]))  # Namibia is a country
    assert found.tolist() == [[1, 0, 0], [1, 0, 0], [0, 0, 1], [0, 0, 1], [0, 1, 0]]


@pytest.mark.parametrize("text", [" 12 ", "+12", "12.", "1.2e1", "1.2E+01"])
def test_ways_to_write_a_number(text: str) -> None:
    assert features(table(x=["12", text])).tolist() == [[0], [0]]


@pytest.mark.parametrize("text", ["inf", "1,5", "1e400", "0x1A", "12 kg"])
def test_what_is_no_number(text: str) -> None:
    assert features(table(x=["12", "12", text])).tolist() == [[1, 0], [1, 0], [0, 1]]


def test_a_constant_is_zero() -> None:
    assert features(table(x=["0.1"] * 7), table(x=["0.1"] * 3)).tolist() == [[0]] * 10
    assert features(table(x=[None, None])).tolist() == [[0, 1], [0, 1]]


def test_later_rows() -> None:
    columns = Columns()
    known = table(age=["20", "40", None], plan=["free", "pro", "free"])
    state = columns.fit([columns.digest(known)])
    later = table(age=["abc", "1e300", "30"], plan=["gold", None, "pro"])
    found = columns.transform(columns.digest(later), state)
    assert found[0].tolist() == [0, 1, 0, 0]
    assert np.isfinite(found).all()
    assert found[1, 0] == 1e6
    assert found[2].tolist() == [0, 0, 0, 1]
    assert columns.transform(columns.digest(later.head(0)), state).shape == (0, 4)


def test_numbers_that_overflow_stay_finite() -> None:
    assert np.isfinite(features(table(x=["1e308", "-1e308", "1.7e308", "1"]))).all()


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=12), st.integers(0, 12))
@settings(deadline=None)
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
