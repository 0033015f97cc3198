"""What `select` chose."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from alcli.show.words import clipped, count

SHOWN = 5


def show(outcome: Any, console: Any) -> None:
    """The batch, its first rows with the reasons, and the file."""
    if outcome.remade:
        console.print(f"Wrote the file of round {outcome.round} again: {outcome.files[0]}", soft_wrap=True)
        return
    how = f"{outcome.strategy} (cold start: there is no model yet)" if outcome.cold_start else outcome.strategy
    verb = "would ask" if outcome.dry_run else "asks"
    console.print(
        f"Round {outcome.round} {verb} {count(len(outcome.rows), 'row')} of {count(outcome.candidates, 'candidate')}, by {how}."
    )
    if len(outcome.rows) < outcome.asked_for:
        console.print(f"That is all there is: {outcome.asked_for} were wanted.")
    shown = outcome.rows[:SHOWN]
    reasons = [clipped(row.reason, 72) for row in shown]
    table = Table(box=None, padding=(0, 2, 0, 0), show_edge=False, expand=True)
    table.add_column("rank", justify="right", width=4)
    table.add_column("id", no_wrap=True, overflow="ellipsis", width=min(12, max(len(row.id) for row in shown)))
    table.add_column("reason", width=min(30, max(map(len, reasons))))
    table.add_column("text", no_wrap=True, overflow="ellipsis", ratio=1)
    for row, reason in zip(shown, reasons, strict=True):
        table.add_row(str(row.rank), clipped(row.id, 40), reason, clipped(row.text, 200))
    console.print(table)
    if len(outcome.rows) > SHOWN:
        console.print(f"  ... and {len(outcome.rows) - SHOWN} more")
    if outcome.still_out:
        console.print(f"Still out from earlier rounds: {count(outcome.still_out, 'row')}.")
    for path in outcome.files:
        console.print(f"Handoff file: {path}", soft_wrap=True)


def quiet(outcome: Any) -> tuple[str, ...]:
    """The handoff files."""
    files: tuple[str, ...] = outcome.files
    return files
