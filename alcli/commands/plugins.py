"""`plugins`: all that can be named in `alcli.toml`."""

from __future__ import annotations

from dataclasses import dataclass

from alcli import plugins as registry
from alcli.errors import UsageError
from alcli.plugins import Plugin


@dataclass(frozen=True)
class Outcome:
    """The parts by kind, with the package each comes from."""

    command: str
    plugins: tuple[Plugin, ...]
    next: str = ""


def plugins(kind: str | None = None) -> Outcome:
    """List the parts of every kind, or of one."""
    if kind is not None and kind not in registry.KINDS:
        raise UsageError(f"there is no kind {kind!r}", f"there are: {', '.join(registry.KINDS)}")
    found = tuple(p for p in registry.listing() if kind in (None, p.kind))
    return Outcome("plugins", found, next="name one in alcli.toml, or: alcli select --strategy NAME")
