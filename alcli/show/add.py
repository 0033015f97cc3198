"""What `add` did."""

from __future__ import annotations

from typing import Any

from alcli.show.overlap import lines as overlapping
from alcli.show.readings import lines as unread
from alcli.show.words import count, listed


def show(outcome: Any, console: Any) -> None:
    """What came, and what was passed over."""
    if not outcome.rows:
        console.print(f"Nothing new: {count(outcome.known, 'row')} known already.")
        _overlap(outcome, console)
        return
    verb = "Would add" if outcome.dry_run else "Added"
    console.print(f"{verb} {count(outcome.rows, 'row')}; {outcome.known:,} were known already.")
    _overlap(outcome, console)
    if outcome.duplicates:
        console.print(f"  {count(outcome.duplicates, 'row')} with the content of an earlier row, asked through it")
    if outcome.repeats:
        console.print(f"  {count(outcome.repeats, 'row')} repeated, kept once")
    if outcome.labels:
        console.print(f"  {count(outcome.labels, 'label')} came with them")
    if outcome.ignored:
        console.print(f"  ignored: {listed(outcome.ignored)}, which the pool does not have")
    for line in unread(outcome.readings):
        console.print(line)
    if outcome.hindered:
        console.print(f"Their features cannot be made yet: {outcome.hindered}")
    console.print(f"The pool has {count(outcome.pool, 'row')}.")


def _overlap(outcome: Any, console: Any) -> None:
    for line in overlapping(outcome.overlap) if outcome.overlap else ():
        console.print(line)
