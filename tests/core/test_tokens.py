"""What a word is."""

from __future__ import annotations

import polars as pl
import pytest

from alcli.core import tokens


def words(text: str | None) -> dict[str, int]:
    """The words of one text, and how often it has each."""
    index = tokens.word_index(pl.DataFrame({"text": [text]}, schema={"text": pl.String}))
    return dict(zip(tokens.vocabulary(index).to_list(), index["counts"].tolist(), strict=True))


@pytest.mark.parametrize("text", [None, "", "  ", "?!"])
def test_no_words(text: str | None) -> None:
    assert words(text) == {}


def test_nothing_between_two_blanks_is_no_word() -> None:
    assert words("a card -  is lost!") == {"a": 1, "card": 1, "is": 1, "lost": 1}
