"""What a pool's files have in common with the test file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from alcli.core.handoff.inert import visible
from alcli.show.words import count

SHOWN = 3


def lines(overlap: Any) -> Iterator[str]:
    """A line for the rows left out, one for those nearly alike; none where there are none."""
    if overlap.left_out:
        found = count(overlap.left_out, "row")
        yield f"  {'left out':<14} {found} that the test file has too: {_first(overlap.left_out_ids)}"
    if overlap.near:
        yield f"  {'nearly alike':<14} {count(overlap.near, 'row')} in a test row's words: {_first(overlap.near_ids)}"


def _first(ids: Any) -> str:
    return ", ".join(visible(name, 60) for name in ids[:SHOWN]) + (", ..." if len(ids) > SHOWN else "")
