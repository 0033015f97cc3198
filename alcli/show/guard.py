"""Where the learning curve leads, and what a campaign may overlook: parts of `status`."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from alcli.show.words import clipped, count, listed, say

SHOWN_SPOTS, SHOWN_GROUPS = 3, 12


def forecast(told: Any, minutes_each: float, console: Any) -> None:
    """What the curve promises; `minutes_each` is what a label has cost so far, 0 = not known."""
    metric = clipped(told.metric, 24)
    console.print(
        f"forecast with twice the labels ({2 * told.n_labels:,}): {metric} {told.twice:.1%}"
        f" ({_band(told.twice_low, told.twice_high)})"
    )
    if told.target is None:
        return
    goal = f"         {told.target:.1%} {metric}:"
    if told.outlook == "reached":
        console.print(f"{goal} there, as far as can be told")
    elif told.outlook == "out of reach" and told.ceiling_high < told.target:
        console.print(f"{goal} not reachable with this model and these features:")
        console.print(f"         the curve levels out at {_band(told.ceiling_low, told.ceiling_high)}")
    elif told.outlook == "out of reach":
        console.print(f"{goal} not even with every row of the pool, nine to one")
    else:
        hours = f", {told.more * minutes_each / 60:,.0f} h" if told.more and minutes_each else ""
        more = "more labels than the pool has" if told.more is None else f"{told.more:,} more labels{hours}"
        most = "more than there are" if told.most is None else f"{told.most:,}"
        console.print(f"{goal} {more}")
        console.print(f"         between {told.least:,} and {most}, four times in five")


def guarded(found: Any, console: Any) -> None:
    """Regions and classes without a label, and how the groups fare."""
    lines = []
    if found.n_empty:
        have = "has" if found.n_empty == 1 else "have"
        regions = f"{found.n_empty:,} of {count(found.n_regions, 'region')}"
        lines.append(f"{regions} {have} no label: {_around(found.empty)}")
    for region in found.blind[:SHOWN_SPOTS]:
        lines.append(f"{_around(region.share)}, {count(round(region.expected), 'label')} expected,")
        lines.append(f"  such as {clipped(listed(list(region.examples)), 60)}")
    if len(found.blind) > SHOWN_SPOTS:
        lines.append(f"... and {len(found.blind) - SHOWN_SPOTS} more")
    if found.unlabelled:
        lines.append(f"no label yet of: {clipped(listed(found.unlabelled), 54)}")
    if found.unseen_below is not None:
        lines.append(f"a class that the audit sample has no row of: less than {found.unseen_below:.1%} of the pool")
    for at, line in enumerate(lines):
        say(f"{'' if at else 'blind':<9}", line, console)
    _groups(found.groups, console)


def _groups(groups: Any, console: Any) -> None:
    if not groups:
        return
    table = Table(box=None, header_style="", padding=(0, 2, 0, 0), show_edge=False)
    table.add_column("group", max_width=26, no_wrap=True, overflow="ellipsis")
    for name in ("pool", "labels", "accuracy"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("")
    labels = {c: sum(g.labels for g in groups if g.column == c) for c in {g.column for g in groups}}
    # what is wrong is never left out
    alarmed = sorted(range(len(groups)), key=lambda at: (not (groups[at].behind or groups[at].passed_by), at))
    for at in sorted(alarmed[:SHOWN_GROUPS]):
        group = groups[at]
        value = f"{group.others} others" if group.others else clipped(group.value, 24) or "(empty)"
        share = f"{group.labels / labels[group.column]:.1%}" if labels[group.column] else ""
        of = group.accuracy
        accuracy = f"{of.value:.0%} ({of.low:.0%} to {of.high:.0%})" if of else "no audit row"
        wrong = ["worse"] * group.behind + ["few labels"] * group.passed_by
        table.add_row(f"{clipped(group.column, 12)} {value}", f"{group.share:.1%}", share, accuracy, ", ".join(wrong))
    console.print(table)
    if len(groups) > SHOWN_GROUPS:
        console.print(f"... and {len(groups) - SHOWN_GROUPS} more groups")


def _band(low: float, high: float) -> str:
    return f"{low:.1%} to {high:.1%}"


def _around(share: Any) -> str:
    """An estimate with its band, where it has one: of a small pool shares are known."""
    band = f" ({_band(share.low, share.high)})" if share.low < share.high else ""
    return f"{share.value:.1%} of the pool{band}"
