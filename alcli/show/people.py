"""The annotators: what each did, how far they agree, and on which rows they do not."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from alcli.show import figures
from alcli.show.words import clipped, count, person

SHOWN_PAIRS, SHOWN_CONFLICTS = 10, 10


def show(people: Any, console: Any) -> None:
    """A line an annotator; agreement with its interval; the rows in conflict."""
    if not people.each:
        console.print("No answer has come in yet.")
        return
    _each(people.each, console)
    _agreement(people.agreement, console)
    _conflicts(people.conflicts, console)


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="", padding=(0, 2, 0, 0), show_edge=False)
    for at, name in enumerate(columns):
        table.add_column(name, justify="right" if at else "left", no_wrap=True)
    return table


def _name(name: str) -> str:
    return person(name, 18)  # all columns are 80 wide then


def _each(each: Any, console: Any) -> None:
    table = _table("annotator", "answers", "skipped", "out", "s a row", "shared", "with the others %")
    for one in each:
        seconds = "" if one.seconds is None else f"{one.seconds:.1f}"
        agrees = "" if one.consensus is None else figures.short(one.consensus)
        cells = (one.skipped or "", one.out or "", seconds, one.n_shared or "", agrees)
        table.add_row(_name(one.name), f"{one.answers:,}", *map(str, cells))
    console.print(table)
    for one in each:
        if one.differs:
            console.print(f"{_name(one.name)} differs from the others more often than they do, and not by chance")


def _agreement(agreement: Any, console: Any) -> None:
    if agreement is None:
        console.print("agreement: no row was labelled by two people (select --overlap 0.1 has some asked twice)")
        return
    console.print(
        f"agreement: {figures.spread(agreement.percent)} of pairs of answers, on {count(agreement.n, 'row')}; "
        f"Krippendorff's alpha {_index(agreement.alpha)}"
    )
    pairs = sorted(agreement.pairs, key=lambda pair: (pair.kappa.value if pair.kappa else 1.0, -pair.n))
    if len(pairs) < 2 and not (pairs and pairs[0].kappa):
        return
    table = _table("pair", "rows", "agree %", "Cohen's kappa")
    for pair in pairs[:SHOWN_PAIRS]:
        names = f"{_name(pair.one)}, {_name(pair.other)}"
        table.add_row(names, f"{pair.n:,}", figures.short(pair.percent), _index(pair.kappa))
    console.print(table)
    if len(pairs) > SHOWN_PAIRS:
        console.print(f"... and {count(len(pairs) - SHOWN_PAIRS, 'pair')} that agree better")


def _index(estimate: Any) -> str:
    if estimate is None:
        return "not defined: one class only"
    return f"{estimate.value:.2f} ({estimate.low:.2f} to {estimate.high:.2f})"


def _conflicts(conflicts: Any, console: Any) -> None:
    if not conflicts:
        return
    settle = console.typed("alcli select --adjudicate")
    console.print(f"in conflict: {count(len(conflicts), 'row')}, for a third person to settle: {settle}")
    for one in conflicts[:SHOWN_CONFLICTS]:
        said = "; ".join(f"{_name(who)}: {clipped(label, 30)}" for who, label in one.said.items())
        console.print(f"  {clipped(one.id, 30)}  {said}")
    if len(conflicts) > SHOWN_CONFLICTS:
        console.print(f"  ... and {len(conflicts) - SHOWN_CONFLICTS:,} more")
