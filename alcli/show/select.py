"""What `select` chose."""

from __future__ import annotations

from typing import Any

from alcli.show.words import clipped, count, listed

SHOWN = 5


def show(outcome: Any, console: Any) -> None:
    """The batch, its first rows with the reasons, and the file."""
    if getattr(outcome, "purpose", ""):
        _adjudication(outcome, console)
        return
    if outcome.remade:
        _remade(outcome, console)
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
    if outcome.n_again:
        have = "has a label that looks" if outcome.n_again == 1 else "have labels that look"
        console.print(f"{count(outcome.n_again, 'row')} {have} wrong: a second person is asked.")
    if outcome.annotators:
        shared = f"; {count(outcome.n_shared, 'row')} asked of more than one" if outcome.n_shared else ""
        console.print(f"Each annotator has a file of their own{shared}.")
    elif outcome.n_shared:
        console.print("Each row is asked of more than one person.")
    if outcome.n_matching:
        seeds = count(outcome.n_matching, "row")
        console.print(f"{seeds} of them match {clipped(outcome.matching, 40)}: no picture of the whole pool.")
    if len(outcome.rows) < outcome.asked_for:
        alike = "The other candidates say what a row of this batch says"
        why = alike if outcome.candidates > len(outcome.rows) else "That is all there is"
        console.print(f"{why}: {outcome.asked_for} were wanted.")
    for row in outcome.rows[:SHOWN]:
        name = clipped(row.id, 24)
        console.print(f"{row.rank:>4}  {name}  {clipped(row.reason, max(40, min(100, console.width - 8 - len(name))))}")
        console.print(f"      {clipped(row.text, 72)}")
    if len(outcome.rows) > SHOWN:
        console.print(f"  ... and {len(outcome.rows) - SHOWN} more")
    if outcome.rare_unknown:
        console.print(f"Called rare, but the model knows no such class: {clipped(listed(outcome.rare_unknown), 54)}.")
    for verdict in outcome.stop:
        console.print(f"In spite of the stopping rule: {verdict.because} ({verdict.name}).")
    if outcome.still_out:
        console.print(f"Still out from earlier rounds: {count(outcome.still_out, 'row')}.")
    whose = {path: f" ({clipped(name, 40)}, {count(n, 'row')})" for name, n, path in _files(outcome)}
    for path in outcome.files:
        console.print(f"Handoff file{whose.get(path, '')}: {path}")


def _files(outcome: Any) -> list[tuple[str, int, str]]:
    """Each annotator, how many rows they are asked, and their file."""
    return [(name, n, outcome.outputs.get(name, "")) for name, n in outcome.annotators.items()]


def _remade(outcome: Any, console: Any) -> None:
    for path in outcome.files:
        console.print(f"Wrote the file of round {outcome.round} again: {path}")
    for path in outcome.kept:
        console.print(f"Left as it is, for it has changed since: {path}")


def _adjudication(outcome: Any, console: Any) -> None:
    if not outcome.rows:
        console.print(
            "No row is in conflict that is not out already." if outcome.still_out else "No row is in conflict."
        )
        return
    verb = "would hand out" if outcome.dry_run else "hands out"
    more = f"; {outcome.left:,} more are in conflict" if outcome.left else ""
    console.print(f"Round {outcome.round} {verb} {count(len(outcome.rows), 'row')} to be settled{more}.")
    for row in outcome.rows[:SHOWN]:
        console.print(f"  {clipped(row.id, 24)}  {clipped(row.said, max(40, console.width - 30))}")
        console.print(f"      {clipped(row.text, 72)}")
    if len(outcome.rows) > SHOWN:
        console.print(f"  ... and {len(outcome.rows) - SHOWN} more")
    for path in outcome.files:
        console.print(f"Handoff file: {path}")


def quiet(outcome: Any) -> tuple[str, ...]:
    """The handoff files."""
    files: tuple[str, ...] = outcome.files
    return files
