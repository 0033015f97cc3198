"""What `undo` took back."""

from __future__ import annotations

from typing import Any


def show(outcome: Any, console: Any) -> None:
    """One line."""
    verb = "Would take back" if outcome.dry_run else "Took back"
    console.print(f"{verb} step {outcome.undone} ({outcome.verb}).")
