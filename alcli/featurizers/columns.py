"""Columns of a table: numbers standardised, categories one-hot, missing values told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from alcli.contracts import Arrays, Floats

__all__ = ["Columns"]

# Missing values rather than words, among numbers; the case of letters does not matter.
_ABSENT = ("", "na", "n/a", "nan", "null", "none", "?")
# Standard deviations. In a pool of under 10^12 rows nothing lies farther from the mean; later rows might.
_FARTHEST = 1e6


@dataclass(frozen=True)
class Columns:
    """Table columns: numbers standardised, anything else one-hot over its most frequent values.

    A column is numeric when every value of the pool that is not missing reads as a finite number. Missing are
    then blanks, `NA`, `N/A`, `nan`, `null`, `None` and `?`, and in later rows whatever does not read as a
    number. It becomes (value - mean) / standard deviation, 0 where missing or constant. Any other column
    becomes one 0/1 column for each of its `max_categories` most frequent values (of equals, the first by code
    point); there only blanks are missing. Either kind has a last 0/1 column for "missing" if the pool has
    missing values in it.

    >>> import polars as pl
    >>> columns = Columns()
    >>> digest = columns.digest(pl.DataFrame({"age": ["20", "40", None], "plan": ["free", "pro", "free"]}))
    >>> columns.transform(digest, columns.fit([digest])).tolist()
    [[-1.0, 0.0, 1.0, 0.0], [1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 1.0, 0.0]]
    """

    max_categories: int = 50

    def __post_init__(self) -> None:
        if self.max_categories < 1:
            raise ValueError("max_categories must be 1 or more")

    def digest(self, table: pl.DataFrame) -> Arrays:
        """The distinct values of one shard's k columns, column after column, and which each cell holds.

        `codes` (k, n): positions of the cells' values. `sizes` (k,): how many values each column has. And of
        each value: `text`, `n_bytes` of it, its `number` (NaN: none), its `count`, whether it is `absent`
        among numbers, whether it is `blank`.
        """
        import polars as pl

        codes, texts = np.empty((table.width, table.height), np.int32), []
        first = 0
        for column, cells in zip(codes, table.fill_null(""), strict=True):
            coded = cells.cast(pl.Categorical(pl.Categories.random()))
            distinct = coded.unique()
            distinct = distinct.gather(distinct.to_physical().arg_sort())
            column[:] = first + coded.to_physical().to_numpy()
            texts.append(distinct.cast(pl.String).alias("text"))
            first += len(distinct)
        text = pl.concat(texts)
        bare = text.str.strip_chars().str.to_lowercase()
        number = bare.cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()
        return {
            "codes": codes,
            "sizes": np.array([len(values) for values in texts]),
            "text": np.frombuffer(text.str.join("")[0].encode(), np.uint8),
            "n_bytes": text.str.len_bytes().to_numpy(),
            "number": np.where(np.isfinite(number), number, np.nan),
            "count": np.bincount(codes.ravel(), minlength=first),
            "absent": bare.is_in(_ABSENT).to_numpy(),
            "blank": (bare == "").to_numpy(),
        }

    def fit(self, digests: Iterable[Arrays]) -> Arrays:
        """What each of the k columns is: `numeric`, with a place for `missing`, its `mean` and `sd`.

        `sizes` (k,) says how many categories each has. Then come the categories' `text`s, `n_bytes` each, of
        every column the most frequent first. The digests are read twice, so that the texts of numbers need
        not be kept.
        """
        if isinstance(digests, Iterator):
            digests = list(digests)
        seen = np.array([[_summary(digest, at) for at in _columns(digest)] for digest in digests])
        n, mean, squares, low, high, words, gaps, blanks = seen.transpose(2, 0, 1)  # each (digests, k)
        numeric = words.sum(axis=0) == 0
        total = np.maximum(n.sum(axis=0), 1)
        with np.errstate(over="ignore", invalid="ignore"):
            middle = (n * mean).sum(axis=0) / total
            sd = np.sqrt((squares + n * (mean - middle) ** 2).sum(axis=0) / total)
        tallies: list[Counter[str]] = [Counter() for _ in numeric]
        for digest in digests:
            for tally, at, is_number in zip(tallies, _columns(digest), numeric, strict=True):
                if not is_number:
                    _count(tally, digest, at)
        frequent = [_most_frequent(tally)[: self.max_categories] for tally in tallies]
        encoded = [text.encode() for texts in frequent for text in texts]
        return {
            "numeric": numeric,
            "missing": np.where(numeric, gaps, blanks).any(axis=0),
            "mean": middle,
            "sd": np.where(low.min(axis=0) < high.max(axis=0), sd, 0.0),  # exactly 0 where constant
            "sizes": np.array([len(texts) for texts in frequent]),
            "text": np.frombuffer(b"".join(encoded), np.uint8),
            "n_bytes": np.array([len(text) for text in encoded], np.int64),
        }

    def transform(self, digest: Arrays, state: Arrays) -> Floats:
        """The features of one shard (n, d), dense, float32; columns in order, "missing" last in each."""
        parts = []
        own = zip(digest["codes"], _columns(digest), _columns(state), strict=True)
        for column, (codes, at, categories) in enumerate(own):
            if state["numeric"][column]:
                number = digest["number"][at]
                known = _standardised(number, state["mean"][column], state["sd"][column])[:, np.newaxis]
                missing = np.isnan(number)
            else:
                place = {text: number for number, text in enumerate(_texts(state, categories))}
                numbers = np.array([place.get(text, -1) for text in _texts(digest, at)], np.int64)
                known = numbers[:, np.newaxis] == np.arange(len(place))
                missing = digest["blank"][at]
            rows = np.column_stack([known, missing]) if state["missing"][column] else known
            parts.append(rows.astype(np.float32)[codes - at.start])
        return np.hstack(parts)


def _columns(arrays: Arrays) -> list[slice]:
    """Where each column's values stand."""
    ends = np.cumsum(arrays["sizes"]).tolist()
    return [slice(first, end) for first, end in zip([0, *ends], ends, strict=False)]


def _texts(arrays: Arrays, at: slice) -> list[str]:
    ends = np.cumsum(arrays["n_bytes"][: at.stop])[at].tolist()
    first = int(arrays["n_bytes"][: at.start].sum())
    text = arrays["text"].tobytes()
    return [text[begin:end].decode() for begin, end in zip([first, *ends], ends, strict=False)]


def _count(tally: Counter[str], digest: Arrays, at: slice) -> None:
    counts, blank = digest["count"][at].tolist(), digest["blank"][at]
    tally.update({text: n for text, n, no in zip(_texts(digest, at), counts, blank, strict=True) if not no})


def _most_frequent(tally: Counter[str]) -> list[str]:
    return sorted(tally, key=lambda text: (-tally[text], text))


def _summary(digest: Arrays, at: slice) -> tuple[float, ...]:
    """Of one column in one shard: its numbers' n, mean, squared distances from it, least and greatest.

    Then how many of its distinct values spoil a column of numbers, are missing in one, are blank.
    """
    number, absent, blank = digest["number"][at], digest["absent"][at], digest["blank"][at]
    gaps = np.isnan(number)
    words, numbers, counts = (gaps & ~absent).sum(), number[~gaps], digest["count"][at][~gaps]
    if not len(numbers):
        return (0, 0, 0, np.inf, -np.inf, words, gaps.sum(), blank.sum())
    with np.errstate(over="ignore", invalid="ignore"):
        mean = (counts * numbers).sum() / counts.sum()
        squares = (counts * (numbers - mean) ** 2).sum()
    return (counts.sum(), mean, squares, numbers.min(), numbers.max(), words, gaps.sum(), blank.sum())


def _standardised(numbers: NDArray[Any], mean: float, sd: float) -> NDArray[Any]:
    """(numbers - mean) / sd; 0 where there is no number or no spread."""
    if sd == 0:
        return np.zeros(len(numbers))
    with np.errstate(over="ignore", invalid="ignore"):
        return np.nan_to_num(np.clip((numbers - mean) / sd, -_FARTHEST, _FARTHEST))
