"""How many, in words."""

from __future__ import annotations


def count(n: int, one: str, many: str = "") -> str:
    """`1 row`, `2 rows`, `10,003 rows`."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"
