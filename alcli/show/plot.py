"""Curves as signs on a terminal: one letter a curve."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

Points = Sequence[tuple[float, float]]


def plot(curves: Sequence[tuple[str, Points]], width: int = 64, height: int = 14) -> list[str]:
    """Lines of text: the scores (shares of one) up, the labels across; a later curve lies over an earlier one.

    >>> for line in plot([("a", [(0, 0.2), (8, 1.0)]), ("b", [(0, 0.2), (8, 0.6)])], width=9, height=5): print(line)
    100% |       aa
     80% |      a
     60% |   aaabbb
     40% | abbbb
     20% |bb
         +---------
          0       8
    >>> for line in plot([("a", [(0, 0.51), (8, 0.53)])], width=9, height=5): print(line)
    53.0% |       aa
    52.5% |      a
    52.0% |   aaa
    51.5% |  a
    51.0% |aa
          +---------
           0       8
    """
    xs = [x for _, points in curves for x, _ in points]
    ys = [y for _, points in curves for _, y in points]
    left, right, low, high = min(xs), max(xs), min(ys), max(ys)
    if low == high:
        low, high = max(0.0, high - 0.01), max(high, 0.01)  # no score is above 100%
    grid = [[" "] * width for _ in range(height)]
    for letter, points in curves:
        for column in range(width):
            x = left + (right - left) * column / max(1, width - 1)
            y = _at(points, x)
            if y is not None:
                grid[round((height - 1) * (high - y) / (high - low))][column] = letter
    every = 2 if height > 6 else 1
    step = (high - low) / (height - 1)
    heights = _marks([high - step * row for row in range(0, height, every)])
    marks = ["" if row % every else heights[row // every] for row in range(height)]
    room = max(4, *map(len, marks))
    lines = [f"{mark:>{room}} |{''.join(signs)}".rstrip() for mark, signs in zip(marks, grid, strict=True)]
    first, last = f"{left:,.0f}", f"{right:,.0f}"
    across = f"{first}{last:>{max(0, width - len(first))}}"
    return [*lines, f"{'':{room}} +{'-' * width}", f"{'':{room}}  {across}"]


def _marks(heights: Sequence[float]) -> list[str]:
    """The heights in per cent, with so many decimals that no two read the same."""
    for decimals in range(4):
        marks = [f"{y:.{decimals}%}" for y in heights]
        if len(set(marks)) == len(marks):
            break
    return marks


def _at(points: Points, x: float) -> float | None:
    """The height of a curve, on the straight line between its points; None beside them."""
    for (x0, y0), (x1, y1) in pairwise(points):
        if x0 <= x <= x1:
            return y0 if x1 == x0 else y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return None
