"""The specification that columns give: what stands in it by default."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from alcli.campaign.joining.specifying import completed, specified
from alcli.project.config import Config, Features, Part, Pool

TABLE = pl.DataFrame({"id": ["a", "b"], "body": ["one two three", "four five six"], "age": ["1", "2"]})


@pytest.mark.parametrize(
    ("words", "weight"),
    [({"columns": ["age"]}, 2.0), ({"columns": ["age"], "text": ["body"]}, 1.0), ({"text": ["body"]}, 1.0)],
)
def test_table_columns_weigh_more_where_nothing_stands_beside_them(words: dict[str, list[str]], weight: float) -> None:
    config, _ = specified(TABLE, **words)
    assert config.features.columns.params["weight"] == weight


def test_a_weight_that_is_named_stands_and_a_part_of_ones_own_is_left_alone() -> None:
    config = Config(pool=Pool(columns=("age",)))
    named = replace(config, features=Features(columns=Part("columns", {"weight": 0.5})))
    assert completed(named).features.columns.params["weight"] == 0.5
    assert completed(completed(config)) == completed(config)
    own = replace(config, features=Features(columns=Part("hashing")))
    assert "weight" not in completed(own).features.columns.params
