"""Columns of a table: numbers, categories and dates, with missing values told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from alcli.featurizers._dates import days
from alcli.featurizers._numbers import numbers

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from alcli.contracts import Arrays, Floats

__all__ = ["Columns"]

# Missing values rather than words, among numbers and dates; the case of letters does not matter.
_ABSENT = ("", "na", "n/a", "nan", "null", "none", "?")
_POINT, _COMMA, _MONTH_FIRST, _DAY_FIRST, _WORDS = range(5)  # what a column is: the first of these that fits
_DATES = (_MONTH_FIRST, _DAY_FIRST)
_FARTHEST = 3.0  # no number comes to stand farther from the middle
_ROWS_A_LEVEL = 10


@dataclass(frozen=True)
class Columns:
    """Table columns: numbers, dates, and anything else one-hot over its most frequent values.

    A column is numeric when every value of the pool that is not missing reads as a finite number, and one of dates
    when every such value reads as a date. Missing are then blanks, `NA`, `N/A`, `nan`, `null`, `None` and `?`, and in
    later rows whatever does not read so; in other columns only blanks are missing.

    - A number x becomes z / sqrt(1 + (z / 3)^2) with z = 1.349 (x - median) / (distance of the quartiles), so that
      the few far out do not crowd the others together (Holzmüller et al. 2024); where the quartiles are equal, the
      standard deviation takes their place. Has the column 3 to `max_levels` distinct numbers, ten rows each or more,
      one 0/1 column for each stands beside it: numbers often are but names of categories. Thousands may be grouped
      (`1,234`, `1.234`, `1 234`), and a sign of percent or of a currency stand there, which changes nothing; the whole
      pool says whether decimals stand behind a point or behind a comma.
    - A date, with or without a time (ISO 8601, `31.12.2024`, `12/31/2024`, `31/12/2024`, `31 Dec 2024`, `Dec 31,
      2024`), becomes the number of its day as above, and then points on a circle, sine and cosine: the day of the
      year, the day of the week, and, if the column tells it, the time of day as it is written.
    - Any other column becomes one 0/1 column for each of its `max_categories` most frequent values (of equals, the
      first by code point). A column of many words is better named as text.

    Each column has a last 0/1 column for "missing" if the pool has missing values in it; the others are 0 then. All
    is divided by the square root of the number of table columns, so that a row's length is about 1, as a text's is,
    and multiplied by `weight`.

    >>> import polars as pl
    >>> columns = Columns()
    >>> digest = columns.digest(pl.DataFrame({"age": ["20", "30", "40", None], "plan": ["free", "pro", "free", "pro"]}))
    >>> print(columns.transform(digest, columns.fit([digest])).round(2))
    [[-0.47  0.    0.71  0.  ]
     [ 0.    0.    0.    0.71]
     [ 0.47  0.    0.71  0.  ]
     [ 0.    0.71  0.    0.71]]
    """

    max_categories: int = 50
    max_levels: int = 10
    weight: float = 1.0

    def __post_init__(self) -> None:
        if self.max_categories < 1:
            raise ValueError("max_categories must be 1 or more")
        if self.max_levels < 0:
            raise ValueError("max_levels must be 0 or more")
        if not 0 < self.weight < np.inf:
            raise ValueError("weight must be a number above 0")

    def digest(self, table: pl.DataFrame) -> Arrays:
        """The distinct values of one shard's k columns, column after column, and which each cell holds.

        `codes` (k, n): positions of the cells' values. `sizes` (k,): how many values each column has. And of
        each value: `text`, `n_bytes` of it, its `count`, whether it is `absent` among numbers, whether it is `blank`,
        and its `numbers` (4, values): as a number with a decimal point, with a decimal comma, as a date with the month
        first, with the day first, in days since 1970 (NaN: none).
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
        return {
            "codes": codes,
            "sizes": np.array([len(values) for values in texts]),
            "text": np.frombuffer(text.str.join("")[0].encode(), np.uint8),
            "n_bytes": text.str.len_bytes().to_numpy(),
            "numbers": np.vstack([numbers(bare), days(bare)]),
            "count": np.bincount(codes.ravel(), minlength=first),
            "absent": bare.is_in(_ABSENT).to_numpy(),
            "blank": (bare == "").to_numpy(),
        }

    def fit(self, digests: Iterable[Arrays]) -> Arrays:
        """What each of the k columns is: its `kind`, whether it has a place for `missing`, its `middle` and `spread`.

        `clock` says which dates tell the time. `n_levels` (k,) says how many `levels` each column of numbers has,
        `sizes` (k,) how many categories each other one. Then come the categories' `text`s, `n_bytes` each, of every
        column the most frequent first. The digests are read once for each column and once more, so that no more than
        one column has to be held.
        """
        if isinstance(digests, Iterator):
            digests = list(digests)
        seen = np.array([[_unread(digest, at) for at in _columns(digest)] for digest in digests]).max(axis=0)
        spoilt, gaps = seen[:, 0], seen[:, 1]  # each (k, 5): by column and by kind
        kind = (~spoilt).argmax(axis=1)
        texts: list[str] = []
        learned: list[_Numbers] = []
        sizes = []
        for column, what in enumerate(kind):
            values = [(digest, _columns(digest)[column]) for digest in digests]
            learned.append(_numbers(values, what, self.max_levels))
            frequent = _most_frequent(values)[: self.max_categories] if what == _WORDS else []
            sizes.append(len(frequent))
            texts += frequent
        encoded = [text.encode() for text in texts]
        return {
            "kind": kind,
            "missing": gaps[np.arange(len(kind)), kind],
            "middle": np.array([n.middle for n in learned]),
            "spread": np.array([n.spread for n in learned]),
            "clock": np.array([n.clock for n in learned]),
            "n_levels": np.array([len(n.levels) for n in learned]),
            "levels": np.array([level for n in learned for level in n.levels], np.float64),
            "sizes": np.array(sizes),
            "text": np.frombuffer(b"".join(encoded), np.uint8),
            "n_bytes": np.array([len(text) for text in encoded], np.int64),
        }

    def transform(self, digest: Arrays, state: Arrays) -> Floats:
        """The features of one shard (n, d), dense, float32; columns in order, "missing" last in each."""
        parts = []
        scale = self.weight / np.sqrt(len(state["kind"]))
        for column, (codes, at) in enumerate(zip(digest["codes"], _columns(digest), strict=True)):
            kind = state["kind"][column]
            if kind == _WORDS:
                place = {text: number for number, text in enumerate(_texts(state, _columns(state)[column]))}
                places = np.array([place.get(text, -1) for text in _texts(digest, at)], np.int64)
                known, missing = [places[:, np.newaxis] == np.arange(len(place))], digest["blank"][at]
            else:
                number = digest["numbers"][kind, at]
                known, missing = _of_numbers(number, column, state), np.isnan(number)
            rows = np.column_stack([*known, missing] if state["missing"][column] else known)
            parts.append((rows * scale).astype(np.float32)[codes - at.start])
        return np.hstack(parts)


def _columns(arrays: Arrays, sizes: str = "sizes") -> list[slice]:
    """Where each column's values stand."""
    ends = np.cumsum(arrays[sizes]).tolist()
    return [slice(first, end) for first, end in zip([0, *ends], ends, strict=False)]


def _texts(arrays: Arrays, at: slice) -> list[str]:
    ends = np.cumsum(arrays["n_bytes"][: at.stop])[at].tolist()
    first = int(arrays["n_bytes"][: at.start].sum())
    text = arrays["text"].tobytes()
    return [text[begin:end].decode() for begin, end in zip([first, *ends], ends, strict=False)]


def _unread(digest: Arrays, at: slice) -> NDArray[np.bool_]:
    """Of one column in one shard, by kind (5,): whether a value spoils it; whether one is missing. Together (2, 5)."""
    gaps = np.isnan(digest["numbers"][:, at])
    spoilt = (gaps & ~digest["absent"][at]).any(axis=1)
    return np.array([np.append(spoilt, False), np.append(gaps.any(axis=1), digest["blank"][at].any())])


def _most_frequent(values: list[tuple[Arrays, slice]]) -> list[str]:
    tally: Counter[str] = Counter()
    for digest, at in values:
        counts, blank = digest["count"][at].tolist(), digest["blank"][at]
        tally.update({text: n for text, n, no in zip(_texts(digest, at), counts, blank, strict=True) if not no})
    return sorted(tally, key=lambda text: (-tally[text], text))


@dataclass(frozen=True)
class _Numbers:
    """What is learned of a column of numbers or dates; of one of words nothing."""

    middle: float = 0.0
    spread: float = 0.0
    clock: bool = False
    levels: tuple[float, ...] = ()


def _numbers(values: list[tuple[Arrays, slice]], kind: int, max_levels: int) -> _Numbers:
    if kind == _WORDS:
        return _Numbers()
    number = np.concatenate([digest["numbers"][kind, at] for digest, at in values])
    count = np.concatenate([digest["count"][at] for digest, at in values])
    number, count = number[~np.isnan(number)], count[~np.isnan(number)]
    distinct = np.unique(number)
    clock = kind in _DATES and bool((number % 1).any())
    if len(distinct) < 2:
        return _Numbers(clock=clock)
    low, middle, high = np.quantile(number, [0.25, 0.5, 0.75], method="inverted_cdf", weights=count)
    with np.errstate(over="ignore", invalid="ignore"):
        spread = (high - low) / 1.349
        if spread == 0:
            mean = np.average(number, weights=count)
            spread = np.sqrt(np.average((number - mean) ** 2, weights=count))
    named = kind not in _DATES and 2 < len(distinct) <= min(max_levels, count.sum() / _ROWS_A_LEVEL)
    return _Numbers(middle, spread, clock, tuple(distinct) if named else ())


def _of_numbers(number: NDArray[Any], column: int, state: Arrays) -> list[NDArray[Any]]:
    """The columns that a column of numbers or dates becomes; 0 where there is none."""
    there = ~np.isnan(number)
    known = [_squashed(number, state["middle"][column], state["spread"][column])]
    if state["kind"][column] in _DATES:
        periods = (365.2425, 7.0, 1.0) if state["clock"][column] else (365.2425, 7.0)
        for period in periods:
            angle = 2 * np.pi / period * np.where(there, number, 0)
            known += [there * np.sin(angle), there * np.cos(angle)]
    levels = state["levels"][_columns(state, "n_levels")[column]]
    return [*known, number[:, np.newaxis] == levels] if len(levels) else known


def _squashed(number: NDArray[Any], middle: float, spread: float) -> NDArray[Any]:
    """How far from the middle, in spreads, drawn in smoothly; 0 where there is no number or no spread."""
    if spread == 0:
        return np.zeros(len(number))
    with np.errstate(over="ignore", invalid="ignore"):
        z = np.nan_to_num(np.clip((number - middle) / spread, -1e9, 1e9))
    return z / np.sqrt(1 + (z / _FARTHEST) ** 2)
