"""`plugins`: all that can be named in `alcli.toml`."""

from __future__ import annotations

from dataclasses import dataclass

from alcli import plugins as registry
from alcli.errors import UsageError
from alcli.plugins import Plugin

ADAPTERS = "adapters"
_EXAMPLES = {
    "modal": "modAL.uncertainty:entropy_sampling",
    "skactiveml": "skactiveml.pool:Badge",
    "small_text": "small_text.query_strategies:BreakingTies",
}


@dataclass(frozen=True)
class Outcome:
    """The parts by kind, with the package each comes from; last the adapters, with the package each is for."""

    command: str
    plugins: tuple[Plugin, ...]
    next: str = ""


def plugins(kind: str | None = None) -> Outcome:
    """List the parts of every kind, or of one."""
    kinds = (*registry.KINDS, ADAPTERS)
    if kind is not None and kind not in kinds:
        raise UsageError(f"there is no kind {kind!r}", f"there are: {', '.join(kinds)}")
    found = tuple(p for p in (*registry.listing(), *_adapters()) if kind in (None, p.kind))
    option = {None: "strategy", "strategies": "strategy", "formats": "format"}.get(kind)
    return Outcome(
        "plugins", found, next="name one in alcli.toml" + (f", or: alcli select --{option} NAME" if option else "")
    )


def _adapters() -> list[Plugin]:
    """Each adapter, the package it is for, and how a strategy of that package is named."""
    found = []
    for name in registry.names(ADAPTERS):
        package = registry.find(ADAPTERS, name).package
        use = _EXAMPLES.get(name, f"{package}:Name")
        found.append(Plugin(ADAPTERS, name, package, f'strategy = {{ use = "{use}", adapter = "{name}" }}'))
    return found
