"""Dates and times as people write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

_PLAIN = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d %b %Y", "%d-%b-%Y")
_READINGS = ((*_PLAIN, "%m/%d/%Y", "%m-%d-%Y"), (*_PLAIN, "%d/%m/%Y", "%d-%m-%Y"))
_LIKE_A_DATE = r"^(?:\d{4}[-/]\d|[a-z., ]{0,24}\d{1,2}[-/., ].*\d{4})"
_DAY_AND_TIME = (
    r"^(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? +)?(?<day>.+?)"
    r"(?:(?:t|,? +)(?<hour>[01]?\d|2[0-4]):(?<minute>[0-5]\d)(?::(?<second>[0-5]\d)(?:[.,]\d+)?)? ?(?<half>[ap]m)?"
    r" ?(?:z|utc|gmt|[+-]\d\d:?\d\d)?)?$"
)


def days(bare: pl.Series) -> NDArray[np.float64]:
    """Days since 1970 (2, n) of texts in lower case, the month or the day first where both may be; NaN: no date.

    >>> import polars as pl
    >>> days(pl.Series(["1970-01-02 06:00", "02/03/1970", "31 dec 1969", "soon"])).tolist()
    [[1.25, 33.0, -1.0, nan], [1.25, 60.0, -1.0, nan]]
    """
    import polars as pl

    found = np.full((len(_READINGS), len(bare)), np.nan)
    like = bare.str.contains(_LIKE_A_DATE) & (bare.str.len_bytes() < 64)
    if not like.any():
        return found
    parts = bare.filter(like).str.extract_groups(_DAY_AND_TIME).struct.unnest()
    hour, minute, second = (pl.col(name).cast(pl.Int64).fill_null(0) for name in ("hour", "minute", "second"))
    twelve = pl.col("half").is_not_null()
    hour = pl.when(twelve).then(hour % 12 + 12 * (pl.col("half") == "pm").cast(pl.Int64)).otherwise(hour)
    time = (hour * 3600 + minute * 60 + second) / 86_400
    # "december 31, 2024" as "31 dec 2024"
    date = pl.col("day").str.replace(r"^([a-z]{3})[a-z]*\.? (\d+),?", "$2 $1").str.replace(r"([a-z]{3})[a-z]+", "$1")
    for reading, formats in zip(found, _READINGS, strict=True):
        day = pl.coalesce(date.str.to_date(form, strict=False) for form in formats)
        reading[like.to_numpy()] = parts.select((day.cast(pl.Int32) + time).fill_null(np.nan)).to_series().to_numpy()
    return found
