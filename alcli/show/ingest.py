"""What `ingest` took in."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from alcli.show import remarks, talk
from alcli.show.words import count, listed


def show(outcome: Any, console: Any) -> None:
    """Counts on stdout; what was refused or is worth a look on stderr, a line each."""
    o = outcome
    if o.warnings:
        talk(f"{count(len(o.warnings), 'warning')}:")
        remarks([asdict(w) for w in o.warnings])
    if o.rejected:
        whole = sum(fault.line is None for fault in o.rejected)
        parts = [(whole, "file"), (len(o.rejected) - whole, "row")]
        talk(f"{' and '.join(count(n, word) for n, word in parts if n)} refused:")
        remarks([asdict(r) for r in o.rejected])
    if o.exit_code:
        console.print("Nothing was taken in, nothing was changed.")
        return
    if not (o.accepted or o.corrected or o.confirmed or o.skipped):
        console.print("Nothing new." + (f" {count(o.blank, 'row')} not labelled yet." if o.blank else ""))
    else:
        verb = "Would take in" if o.dry_run else "Took in"
        kinds = ("new", o.accepted), ("corrected", o.corrected), ("confirmed", o.confirmed), ("skipped", o.skipped)
        found = [(word, n) for word, n in (*kinds, ("unchanged", o.unchanged), ("blank", o.blank)) if n]
        (word, n), *more = found
        first = count(n, f"{word} {'row' if word == 'skipped' else 'label'}")
        console.print(f"{verb} {', '.join([first, *(f'{n:,} {word}' for word, n in more)])}.")
    if o.new_classes:
        console.print(f"New classes: {listed(o.new_classes, 20)}.")
    for path in o.rejected_files:
        console.print(f"Refused rows, to mend and hand in again: {path}")
    if o.conflicts:
        rows = count(o.conflicts, "row")
        settle = console.typed("alcli select --adjudicate")
        console.print(f"In conflict: {rows}, not trained on until settled: {settle}.")
    console.print(f"Still out: {count(o.out, 'row')}.")
    word = "A retrain is due" if o.retrain.fires else "No retrain is due"
    console.print(f"{word}: {o.retrain.because}.")
