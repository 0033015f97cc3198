"""All that can be named."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from alcli.show.words import clipped, say

OURS = "alcli"


def show(outcome: Any, console: Any) -> None:
    """Kind by kind: each name with what it does, and whose it is where it is not ours."""
    width = max((len(_name(plugin)) for plugin in outcome.plugins), default=0)
    for kind, plugins in groupby(outcome.plugins, key=lambda plugin: plugin.kind):
        console.print(kind)
        for plugin in plugins:
            say(f"  {_name(plugin):<{width}}  ", clipped(plugin.summary, 200), console)


def _name(plugin: Any) -> str:
    return plugin.name if plugin.package == OURS else f"{plugin.name} ({clipped(plugin.package, 20)})"
