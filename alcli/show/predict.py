"""What `predict` wrote."""

from __future__ import annotations

from typing import Any

from alcli.show.words import clipped, count


def show(outcome: Any, console: Any) -> None:
    """How many rows of which label went where."""
    where = f" to {outcome.output}" if outcome.output else ""
    console.print(f"Wrote {count(outcome.rows, 'row')}{where}, by the model of step {outcome.model}.")
    if outcome.numbered:
        console.print("The file has no column with the pool's ids: the rows are numbered.")
    for label, n in sorted(outcome.labels.items(), key=lambda pair: -pair[1])[:10]:
        console.print(f"  {clipped(label, 40):<40} {n:>9,}")
    if len(outcome.labels) > 10:
        console.print(f"  ... and {count(len(outcome.labels) - 10, 'more class', 'more classes')}")
