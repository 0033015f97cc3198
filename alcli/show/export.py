"""What `export` wrote."""

from __future__ import annotations

from typing import Any

from alcli.show.words import count


def show(outcome: Any, console: Any) -> None:
    """How many labelled rows went where."""
    where = f" to {outcome.output}" if outcome.output else ""
    console.print(f"Wrote {count(outcome.rows, 'labelled row')}{where}.")
    if outcome.served:
        console.print(
            f"  {count(outcome.served, 'of them has', 'of them have')} the label of a row with the same content"
        )
