"""The cells of table columns that cannot be read as what the columns are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from alcli.core.handoff.inert import visible
from alcli.show.words import clipped, count


def lines(readings: Any) -> Iterator[str]:
    """A line for each column with such cells."""
    for reading in readings:
        if reading.unread:
            cells = f"{count(reading.unread, 'cell')} cannot be read as {reading.kind}, taken for missing"
            examples = ", ".join(repr(clipped(text, 30)) for text in reading.examples)
            yield f"  {'unread':<14} {visible(reading.column, 60)}: {cells}: {examples}"
