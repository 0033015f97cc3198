"""The classes, and what became of them."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from alcli.show import talk
from alcli.show.words import clipped, count

_IN_FILES = {
    "understood": "the old names are understood",
    "refused": "answers of the old class are refused",
    "narrowed": "answers of the class that was split are taken in its new sense",
}


def show(outcome: Any, console: Any) -> None:
    """What was changed; else the classes, and the changes so far."""
    if outcome.change:
        _changed(outcome, console)
    else:
        _listed(outcome, console)
    if outcome.outdated:
        console.print(f"No model is in use: {outcome.outdated}.")
    for warning in outcome.warnings:
        talk(f"  {warning}")


def quiet(outcome: Any) -> list[str]:
    """The classes there are."""
    return [line.name for line in outcome.classes]


def _changed(o: Any, console: Any) -> None:
    if o.mended:
        would = "would know" if o.dry_run else "knows"
        console.print(f"alcli.toml {would} it now: {o.said}.")
        return
    would = "Would be done: " if o.dry_run else ""
    told = f" (step {o.step})" if o.step else ""
    rows = [count(o.rows, "label") + " changed"] * bool(o.rows)
    if o.queued:
        rows.append(f"{count(o.queued, 'row')} lost theirs and {'is' if o.queued == 1 else 'are'} asked again")
    console.print(f"{would}{o.said}{told}; {' and '.join(rows) or 'no label changed'}.")
    if o.out and o.old_names:
        rows_out = f"{count(o.out, 'row')} {'is' if o.out == 1 else 'are'} out"
        console.print(f"{rows_out}, in files from before: {_IN_FILES[o.old_names]} in them.")


def _listed(o: Any, console: Any) -> None:
    table = Table(box=None, header_style="", padding=(0, 2, 0, 0), show_edge=False)
    table.add_column("class", max_width=30, no_wrap=True, overflow="ellipsis")
    table.add_column("labels", justify="right")
    table.add_column("", overflow="ellipsis", no_wrap=True)
    for line in o.classes:
        table.add_row(clipped(line.name, 40), f"{line.labels:,}", clipped(line.about, 60))
    if o.classes:
        console.print(table)
    else:
        console.print("No class yet: the answers bring them.")
    for change in o.changes:
        moment = change.time.replace("T", " ").removesuffix("+00:00")
        console.print(f"{change.step:>4}  {moment}  {change.said}")
    if o.waiting:
        console.print(f"{count(o.waiting, 'row')} to be asked again.")
