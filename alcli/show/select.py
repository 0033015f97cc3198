"""What `select` chose."""

from __future__ import annotations

from typing import Any

from alcli.show.words import clipped, count

SHOWN = 5


def show(outcome: Any, console: Any) -> None:
    """The batch, its first rows with the reasons, and the file."""
    if outcome.remade:
        console.print(f"Wrote the file of round {outcome.round} again: {outcome.files[0]}")
        return
    verb = "would ask" if outcome.dry_run else "asks"
    rows = f"Round {outcome.round} {verb} {count(len(outcome.rows), 'row')}"
    if outcome.n_audit == len(outcome.rows):
        console.print(f"{rows}, drawn at random, to measure by.")
    else:
        cold = " (cold start: there is no model to choose by yet)" if outcome.cold_start else ""
        console.print(f"{rows} of {count(outcome.candidates, 'candidate')}, by {outcome.strategy}{cold}.")
        if outcome.n_audit:
            drawn = f"{count(outcome.n_audit, 'row')} {'was' if outcome.n_audit == 1 else 'were'}"
            console.print(f"Of these, {drawn} drawn at random, to measure by.")
    if outcome.n_matching:
        seeds = count(outcome.n_matching, "row")
        console.print(f"{seeds} of them match {clipped(outcome.matching, 40)}: no picture of the whole pool.")
    if len(outcome.rows) < outcome.asked_for:
        console.print(f"That is all there is: {outcome.asked_for} were wanted.")
    for row in outcome.rows[:SHOWN]:
        name = clipped(row.id, 24)
        console.print(f"{row.rank:>4}  {name}  {clipped(row.reason, max(40, min(100, console.width - 8 - len(name))))}")
        console.print(f"      {clipped(row.text, 72)}")
    if len(outcome.rows) > SHOWN:
        console.print(f"  ... and {len(outcome.rows) - SHOWN} more")
    for verdict in outcome.stop:
        console.print(f"In spite of the stopping rule: {verdict.because} ({verdict.name}).")
    if outcome.still_out:
        console.print(f"Still out from earlier rounds: {count(outcome.still_out, 'row')}.")
    for path in outcome.files:
        console.print(f"Handoff file: {path}")


def quiet(outcome: Any) -> tuple[str, ...]:
    """The handoff files."""
    files: tuple[str, ...] = outcome.files
    return files
