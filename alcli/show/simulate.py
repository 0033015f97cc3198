"""What `simulate` found."""

from __future__ import annotations

import string
from collections.abc import Sequence
from textwrap import fill
from typing import Any

from rich.table import Table

from alcli.show.plot import plot
from alcli.show.words import clipped, count, listed

METRIC = {"accuracy": "accuracy", "macro_f1": "macro-F1"}
NAME_WIDTH = 26


def show(outcome: Any, console: Any) -> None:
    """The rows, the table, the curves, the verdicts."""
    o = outcome
    _rows(o, console)
    if o.dry_run:
        console.print(f"Would play {count(o.played, 'campaign')}; {o.kept:,} are kept from earlier calls.")
        for contender in o.contenders:
            console.print(f"  {_name(contender, o.contenders, 70)}")
        return
    console.print("")
    letters = _letters(o.lines)
    console.print(_table(o, letters))
    if _several(o.lines[0].contender, o.contenders):
        shares = " and ".join(f"{reach.share:.0%}" for reach in o.lines[0].reach)
        console.print(f"all: trained on all {o.full_pool_rows:,} labels; {shares} of each are of its own such score.")
    _curves(o, letters, console)
    console.print("")
    for line in o.lines:
        if line.finding:
            console.print(fill(_said(line, o), 80, subsequent_indent="  "))
    if o.cut_short:
        console.print("The minute was up before all was played; compared is what all have played.")


def _curves(o: Any, letters: dict[Any, str], console: Any) -> None:
    # the best is drawn last, so that it lies on top
    order = sorted(o.lines, key=lambda line: line.area)
    drawn = [(letters[line.contender], _mean(o, line.contender)) for line in order]
    if min(len(points) for _, points in drawn) < 2:
        return
    console.print("")
    console.print(f"{METRIC[o.metric]} on the test rows by labels spent, mean over {count(len(o.seeds), 'seed')}")
    for line in plot(drawn):
        console.print(line)


def quiet(outcome: Any) -> list[str]:
    """The verdicts."""
    return [_said(line, outcome) for line in outcome.lines if line.finding]


def _rows(o: Any, console: Any) -> None:
    console.print(
        f"{o.pool:,} rows to choose from, {o.test:,} to test on, {count(len(o.classes), 'class', 'classes')}; "
        f"{count(o.batches, 'batch', 'batches')} of {o.batch_size}, {count(len(o.seeds), 'seed')}."
    )
    if o.guessed:
        console.print(f"Text: {listed(o.text)} (a guess; --text or --columns says otherwise).")
    left = [
        (o.counts.unlabelled, "have no label"),
        (o.counts.contradicted, "have another label than an earlier row of the same content, whose label counts"),
        (o.counts.in_test, "have the content of a test row"),
        (o.counts.left_out, "were left out, at random"),
    ]
    for n, why in left:
        if n:
            console.print(f"  {count(n, 'row')} {why}")


def _table(o: Any, letters: dict[Any, str]) -> Table:
    table = Table(box=None, header_style="", padding=(0, 2, 0, 0), show_edge=False)
    table.add_column("")
    table.add_column("strategy", max_width=NAME_WIDTH, no_wrap=True, overflow="ellipsis")
    at = o.lines[0].decided_by
    shares = [f"{reach.share:.0%}" for reach in o.lines[0].reach]
    compared = f"{shares[at]} of {clipped(_against(o), 10)}'s" if _against(o) else ""
    for name in ("area", "last", *(f"to {share}" for share in shares), compared):
        table.add_column(name.strip(), justify="right", no_wrap=True)
    for line in o.lines:
        cells = (f"{100 * line.area:.1f}", f"{100 * line.last:.1f}", *map(_labels, line.reach), _ratio(line))
        table.add_row(letters[line.contender], _name(line.contender, o.contenders), *cells)
    pools = {(c.features, c.model): (c, line.full_pool) for line in o.lines for c in [line.contender]}
    for contender, score in pools.values():
        several = _several(contender, o.contenders)
        name = " · ".join(["all", *several]) if several else f"all {o.full_pool_rows:,} labels"
        table.add_row("", clipped(name, NAME_WIDTH), "", f"{100 * score:.1f}", "", "", "")
    return table


def _against(o: Any) -> str:
    return next((line.against for line in o.lines if line.against), "")


def _labels(reach: Any) -> str:
    """Labels to a share of the full-pool score, or how many seeds got there."""
    if reach.mean is not None:
        return f"{reach.mean:,.0f}"
    there = sum(labels is not None for labels in reach.labels)
    return f"{there} of {len(reach.labels)}" if there else "-"


_BOUND = {"": "", "at most": "<", "at least": ">", "about": "~"}


def _ratio(line: Any) -> str:
    ratio = line.reach[line.decided_by].ratio
    if ratio is None:
        return ""
    between = "" if ratio.low is None else f" ({ratio.low:.2f}-{ratio.high:.2f})"
    return f"{_BOUND[ratio.bound]}{ratio.mean:.2f}{between}"


def _letters(lines: Sequence[Any]) -> dict[Any, str]:
    """A letter for each contender: its own first one where that is free."""
    free = [*string.ascii_lowercase, *string.ascii_uppercase, *string.digits]
    letters: dict[Any, str] = {}
    for line in lines:
        wanted = [sign for sign in line.contender.strategy.lower() if sign in free] or free or ["*"]
        letters[line.contender] = wanted[0]
        if wanted[0] in free:
            free.remove(wanted[0])
    return letters


def _mean(o: Any, contender: Any) -> list[tuple[float, float]]:
    """The mean curve over the seeds, as far as all of them go."""
    some = [curve.rounds for curve in o.curves if curve.contender == contender]
    return [
        (float(rounds[0].labels), sum(getattr(r, o.metric) for r in rounds) / len(rounds))
        for rounds in zip(*some, strict=False)
    ]


def _name(contender: Any, contenders: Sequence[Any], width: int = NAME_WIDTH) -> str:
    """The strategy, and features and model where they differ."""
    return clipped(" · ".join([contender.strategy, *_several(contender, contenders)]), width)


def _several(contender: Any, contenders: Sequence[Any]) -> list[str]:
    """Features and model of a contender, where there are several."""
    return [
        getattr(contender, part)
        for part in ("features", "model")
        if len({getattr(other, part) for other in contenders}) > 1
    ]


def _said(line: Any, o: Any) -> str:
    """What the comparison says, as a sentence."""
    words = line.finding.words
    several = _several(line.contender, o.contenders)
    where = f" ({', '.join(several)})" if several else ""
    more = f": about {line.finding.seeds_wanted} seeds might" if line.finding.seeds_wanted else ""
    return f"{words[0].upper() if words.startswith(('your ', 'one ')) else words[0]}{words[1:]}{where}{more}."
