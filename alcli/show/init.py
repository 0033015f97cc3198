"""What `init` did."""

from __future__ import annotations

from typing import Any

from alcli.show.overlap import lines as overlapping
from alcli.show.readings import lines as unread
from alcli.show.words import count, listed


def show(outcome: Any, console: Any) -> None:
    """The project in a few lines."""
    if outcome.existed:
        what = "its missing alcli.toml was written again" if outcome.restored else "nothing was changed"
        console.print(f"There is a project in {outcome.project} already; {what}.")
        return
    verb = "Would make" if outcome.dry_run else "Made"
    console.print(f"{verb} a project in {outcome.project} around {count(outcome.rows, 'row')}.")
    kinds = [
        ("text", outcome.text),
        *(_read_as(outcome.readings) if outcome.readings else [("table columns", outcome.columns)]),
        ("images", outcome.images),
        ("vectors", ("yes",) if outcome.vectors else ()),
    ]
    for name, columns in kinds:
        if columns:
            guess = " (a guess; --text or --columns says otherwise)" if outcome.guessed and name == "text" else ""
            console.print(f"  {name:<14} {listed(columns)}{guess}")
    console.print(f"  {'ids':<14} {outcome.id_column or 'made from the content'}")
    console.print(f"  {'classes':<14} {listed(outcome.classes) or 'what the answers bring'}")
    for line in unread(outcome.readings):
        console.print(line)
    if outcome.duplicates:
        console.print(f"  {'same content':<14} {count(outcome.duplicates, 'row')}, asked through the first of each")
    if outcome.repeats:
        console.print(f"  {'repeated':<14} {count(outcome.repeats, 'row')}, kept once")
    if outcome.contradicted:
        console.print(
            f"  {'contradicted':<14} {count(outcome.contradicted, 'label')} of repeated rows; the first of each stands"
        )
    if outcome.seed_labels:
        console.print(f"  {'seed set':<14} {count(outcome.seed_labels, 'label')} from the pool")
    if outcome.test:
        _test(outcome.test, outcome.overlap, console)
    if outcome.hindered:
        console.print(f"Its features cannot be made yet: {outcome.hindered}")
    if not outcome.dry_run:
        console.print(f"The specification is {outcome.specification}: read it before the first label.")


def _read_as(readings: Any) -> list[tuple[str, list[str]]]:
    """Each kind of column, and which are of it."""
    kinds = dict.fromkeys(reading.kind for reading in readings)
    return [(kind, [reading.column for reading in readings if reading.kind == kind]) for kind in kinds]


def _test(test: Any, overlap: Any, console: Any) -> None:
    """The test file, and what the pool has in common with it."""
    spent = ((test.repeated, "counted through an earlier one"), (test.unlabelled, "without a label, passed over"))
    said = "".join(f"; {n:,} {what}" for n, what in spent if n)
    console.print(f"  {'test rows':<14} {count(test.rows, 'row')} of {listed(list(test.labels_by_class))}{said}")
    if test.contradicted:
        console.print(f"  {'':<14} {count(test.contradicted, 'row')} with another label than an earlier one just alike")
    for line in overlapping(overlap):
        console.print(line)
    console.print("The test file measures; [select] explore in alcli.toml gives an audit sample as well.")


def quiet(outcome: Any) -> list[str]:
    """The project's folder."""
    return [outcome.project]
