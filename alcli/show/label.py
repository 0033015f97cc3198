"""How far a file is labelled."""

from __future__ import annotations

from typing import Any


def show(outcome: Any, console: Any) -> None:
    """One line."""
    console.print(f"{outcome.given:,} answers given; {outcome.labelled:,} of {outcome.rows:,} rows have a label.")


def quiet(outcome: Any) -> list[str]:
    """The file."""
    return [outcome.file]
