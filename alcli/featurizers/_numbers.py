"""Numbers as people write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

_READINGS = ((",", "."), (".", ","))  # what may group the thousands, and what the decimals stand behind
_SPACES = " '\u2019\u00a0\u202f"  # these group thousands in either
_LIKE_A_NUMBER = r"^[-+.,\p{Sc} ]{0,4}\d"


def numbers(bare: pl.Series) -> NDArray[np.float64]:
    """The numbers (2, n) of texts in lower case, decimals behind a point or behind a comma; NaN: none.

    Thousands may be grouped, and a currency's sign or that of percent may stand there, which changes nothing.

    >>> import polars as pl
    >>> numbers(pl.Series(["1.5", "1,5", "1,234.5", "-1 234,5", "1.234", "20 %", "€7", "x1"])).tolist()
    [[1.5, nan, 1234.5, nan, 1.234, 20.0, 7.0, nan], [nan, 1.5, nan, -1234.5, 1234.0, 20.0, 7.0, nan]]
    """
    import polars as pl

    found = np.full((len(_READINGS), len(bare)), np.nan)
    like = bare.str.contains(_LIKE_A_NUMBER)
    if not like.any():
        return found
    text = bare.filter(like).str.replace(r"^([-+]?)\p{Sc}\s?", "${1}").str.replace(r"\s?[%\p{Sc}]$", "")
    for reading, (group, point) in zip(found, _READINGS, strict=True):
        grouped = text.str.contains(
            rf"^[-+]?[1-9]\d{{0,2}}(?:(?:[{group}]\d{{3}})+|(?:[{_SPACES}]\d{{3}})+)(?:[{point}]\d*)?$"
        )
        whole = pl.select(
            pl.when(grouped)
            .then(text.str.replace_all(f"[{group}{_SPACES}]", ""))
            .when(~text.str.contains(group, literal=True))
            .then(text)
        ).to_series()
        number = whole.str.replace(point, ".", literal=True).cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()
        reading[like.to_numpy()] = np.where(np.isfinite(number), number, np.nan)
    return found
