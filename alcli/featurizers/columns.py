"""Columns of a table: numbers, categories and dates, with missing values told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from alcli.contracts import Reading
from alcli.featurizers._dates import days
from alcli.featurizers._numbers import numbers

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from alcli.contracts import Arrays, Floats

__all__ = ["Columns"]

# Missing values rather than words, among numbers and dates; the case of letters does not matter.
_ABSENT = (
    *("", "-", "--", "\u2013", "\u2014", ".", "?", "na", "n/a", "n.a.", "#n/a", "<na>", "nan", "nat"),
    *("null", "none", "unknown", "missing"),
)
_POINT, _COMMA, _MONTH_FIRST, _DAY_FIRST, _WORDS = range(5)  # what a column is: the first of these that fits best
_DATES = (_MONTH_FIRST, _DAY_FIRST)
_NAMES = ("numbers", "numbers", "dates", "dates", "categories")
_READ_FOR_ONE_NOT = 19  # distinct values that read as numbers or dates, for one that does not
_FARTHEST = 3.0  # no number comes to stand farther from the middle
_ROWS_A_LEVEL = 10
_TOLD = 3  # how many of the texts that could not be read are kept to be told


@dataclass(frozen=True)
class Columns:
    """Table columns: numbers, dates, and anything else one-hot over its most frequent values.

    A column is one of numbers or of dates when, of the distinct values of the pool that are not missing, 95 in 100
    read so. Missing are then blanks, `-`, `--`, `.`, `?`, `NA`, `N/A`, `n.a.`, `#N/A`, `<NA>`, `nan`, `NaT`, `null`,
    `None`, `unknown`, `missing`, and whatever does not read so; in other columns only blanks are missing. The whole
    pool says how numbers and dates are written: `1,234.5` or `1.234,5`, the month or the day first; of two ways to read
    a column it is the one that reads more of it.

    - A number x becomes z / sqrt(1 + (z / 3)^2) with z = 1.349 (x - median) / (distance of the quartiles), so that
      the few far out do not crowd the others together (Holzmüller et al. 2024); where the quartiles are equal, the
      standard deviation takes their place. Has the column 3 to `max_levels` distinct numbers, ten rows each or more,
      one 0/1 column for each stands beside it: numbers often are but names of categories. Thousands may be grouped
      (`1,234`, `1.234`, `1 234`), and a sign of percent or of a currency stand there, which changes nothing.
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
        `sizes` (k,) how many texts each column has: of words the categories, of the others what did not read so, in
        as many cells as `unread` (k,) says. Then come these `text`s, `n_bytes` each, of every column the most frequent
        first. The digests are read once for each column and once more, so that no more than one column has to be held.
        """
        if isinstance(digests, Iterator):
            digests = list(digests)
        texts: list[list[str]] = []
        kind, missing, unread, learned = [], [], [], []
        for column in range(len(next(iter(digests))["sizes"])):
            values = [(digest, _columns(digest)[column]) for digest in digests]
            what, odd = _read_as(values)
            kind.append(what)
            missing.append(any(_missing(digest, at, what).any() for digest, at in values))
            unread.append(odd.total())
            learned.append(_numbers(values, what, self.max_levels))
            words = what == _WORDS
            tally = _tally(values, [~digest["blank"][at] for digest, at in values]) if words else odd
            texts.append(_by_frequency(tally)[: self.max_categories if words else _TOLD])
        encoded = [text.encode() for of_column in texts for text in of_column]
        return {
            "kind": np.array(kind),
            "missing": np.array(missing),
            "unread": np.array(unread),
            "middle": np.array([n.middle for n in learned]),
            "spread": np.array([n.spread for n in learned]),
            "clock": np.array([n.clock for n in learned]),
            "n_levels": np.array([len(n.levels) for n in learned]),
            "levels": np.array([level for n in learned for level in n.levels], np.float64),
            "sizes": np.array([len(of_column) for of_column in texts]),
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
                known = [places[:, np.newaxis] == np.arange(len(place))]
            else:
                known = _of_numbers(digest["numbers"][kind, at], column, state)
            rows = np.column_stack([*known, _missing(digest, at, kind)] if state["missing"][column] else known)
            parts.append((rows * scale).astype(np.float32)[codes - at.start])
        return np.hstack(parts)

    def readings(self, columns: Sequence[str], state: Arrays, digests: Iterable[Arrays] = ()) -> list[Reading]:
        """What each of these k columns was found to be, and the cells that do not read so.

        They are those of the rows that `state` was learned from; with `digests`, those of these rows.
        """
        digests = list(digests)
        found = []
        for number, (column, kind, at) in enumerate(zip(columns, state["kind"], _columns(state), strict=True)):
            unread, examples = int(state["unread"][number]), _texts(state, at)
            if digests and kind != _WORDS:
                values = [(digest, _columns(digest)[number]) for digest in digests]
                odd = _tally(values, _odd(values, kind))
                unread, examples = odd.total(), _by_frequency(odd)[:_TOLD]
            found.append(Reading(column, _NAMES[kind], unread, () if kind == _WORDS else tuple(examples)))
        return found


def _columns(arrays: Arrays, sizes: str = "sizes") -> list[slice]:
    """Where each column's values stand."""
    ends = np.cumsum(arrays[sizes]).tolist()
    return [slice(first, end) for first, end in zip([0, *ends], ends, strict=False)]


def _texts(arrays: Arrays, at: slice, only: Any = ...) -> list[str]:
    """The texts of one column's values, or of some `only`."""
    ends = np.cumsum(arrays["n_bytes"][: at.stop])[at]
    firsts = ends - arrays["n_bytes"][at]
    text = arrays["text"].tobytes()
    return [text[begin:end].decode() for begin, end in zip(firsts[only].tolist(), ends[only].tolist(), strict=True)]


def _missing(digest: Arrays, at: slice, kind: int) -> NDArray[np.bool_]:
    """Which values of a column are missing where it is of this kind."""
    gaps: NDArray[np.bool_] = digest["blank"][at] if kind == _WORDS else np.isnan(digest["numbers"][kind, at])
    return gaps


def _odd(values: list[tuple[Arrays, slice]], kind: int) -> list[NDArray[np.bool_]]:
    """Which values of a column are there and do not read as that."""
    return [np.isnan(digest["numbers"][kind, at]) & ~digest["absent"][at] for digest, at in values]


def _read_as(values: list[tuple[Arrays, slice]]) -> tuple[int, Counter[str]]:
    """What a column is, and how often each text in it that is there does not read so.

    It is what the fewest distinct values do not read as, if nearly all do; words, if there is no such thing.
    """
    found: dict[int, Counter[str]] = {}
    for kind in range(_WORDS):
        read = np.concatenate([digest["numbers"][kind, at] for digest, at in values])
        read, odd = read[~np.isnan(read)], _odd(values, kind)
        # a bound that needs no texts: most columns of words are told by it
        if not len(read) or len(read) < _READ_FOR_ONE_NOT * max(some.sum() for some in odd):
            continue
        tally = _tally(values, odd)
        if not tally or len(np.unique(read)) >= _READ_FOR_ONE_NOT * len(tally):
            found[kind] = tally
    kind = min(found, key=lambda kind: len(found[kind]), default=_WORDS)
    return kind, found.get(kind, Counter())


def _tally(values: list[tuple[Arrays, slice]], which: list[NDArray[np.bool_]]) -> Counter[str]:
    """In how many cells each text stands, of these values."""
    tally: Counter[str] = Counter()
    for (digest, at), some in zip(values, which, strict=True):
        texts, counts = _texts(digest, at, some), digest["count"][at][some].tolist()
        tally.update(dict(zip(texts, counts, strict=True)))
    return tally


def _by_frequency(tally: Counter[str]) -> list[str]:
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
