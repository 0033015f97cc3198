"""All that can be named."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from alcli.show.words import clipped


def show(outcome: Any, console: Any) -> None:
    """One table, kind by kind."""
    table = Table(box=None, header_style="", padding=(0, 2, 0, 0), show_edge=False)
    for name in ("kind", "name", "package"):
        table.add_column(name, no_wrap=True)
    table.add_column("what it does")
    last = ""
    for plugin in outcome.plugins:
        kind = "" if plugin.kind == last else plugin.kind
        table.add_row(kind, plugin.name, clipped(plugin.package, 20), clipped(plugin.summary, 200))
        last = plugin.kind
    console.print(table)
