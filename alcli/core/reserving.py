"""The audit sample's rows: how many are reserved, in which order they are asked, and where they stand in a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from alcli.contracts import Ints

    Draws = NDArray[Any]  # of DRAW, ascending by number

# a draw: its number, the row that was drawn, and the row that is asked for it, which is the first with its content
DRAW = np.dtype([("number", "<f8"), ("drawn", "<i8"), ("row", "<i8")])
RESERVE, SHARE, MOST = 500, 0.02, 0.2


def drawn_below(n: int) -> float:
    """The share of `n` rows that is reserved: 500 rows, or 2% where that is more, but never over a fifth.

    >>> [round(n * drawn_below(n)) for n in (100, 10_000, 1_000_000)]
    [20, 500, 20000]
    """
    return min(MOST, max(RESERVE / max(n, 1), SHARE))


def draw(first: int, n: int, below: float, rng: np.random.Generator) -> Draws:
    """The draws of rows `first` to `first + n`: each gets a uniform number in [0, 1), and those `below` are kept.

    As the numbers of rows that join later come from the same range, all draws in the order of their numbers are a
    simple random sample of all rows, whenever they joined.
    """
    numbers = rng.random(n)
    kept = np.flatnonzero(numbers < below)
    kept = kept[np.argsort(numbers[kept], kind="stable")]
    draws = np.empty(len(kept), DRAW)
    draws["number"], draws["drawn"], draws["row"] = numbers[kept], first + kept, first + kept
    return draws


def in_order(draws: Draws, asked: Collection[int]) -> Ints:
    """The rows of draws that are still to be asked, in order, each once."""
    rows = draws["row"][~np.isin(draws["row"], list(asked))]
    _, first = np.unique(rows, return_index=True)
    waiting: Ints = rows[np.sort(first)]
    return waiting


def due(batch_size: int, share: float, waiting: int, rng: np.random.Generator) -> int:
    """How many rows of a batch are the audit sample's: the share, and one at least.

    A batch of a single row is one of them as often as the share says.

    >>> due(100, 0.15, 500, np.random.default_rng(0)), due(3, 0.15, 500, np.random.default_rng(0))
    (15, 1)
    """
    if share == 0:
        return 0
    wanted = int(rng.random() < share) if batch_size == 1 else max(1, round(share * batch_size))
    return min(wanted, waiting, batch_size)


def scattered(chosen: int, drawn: int, rng: np.random.Generator) -> Ints:
    """The order of a batch of `chosen` rows and then `drawn` ones, as indices: the drawn at random places, all else
    in its order.

    >>> order = scattered(4, 2, np.random.default_rng(0)).tolist()
    >>> [at for at in order if at < 4], sorted(order)
    ([0, 1, 2, 3], [0, 1, 2, 3, 4, 5])
    """
    places = np.zeros(chosen + drawn, bool)
    places[rng.choice(chosen + drawn, drawn, replace=False)] = True
    order = np.empty(chosen + drawn, np.int64)
    order[places], order[~places] = chosen + np.arange(drawn), np.arange(chosen)
    return order
