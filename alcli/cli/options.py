"""Options that several commands share, each said once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from alcli.core.handoff.inert import prints, visible
from alcli.errors import UsageError

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only what a script needs.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done; change nothing.")]
Vectors = Annotated[
    Path | None, typer.Option("--vectors", metavar="FILE", help="A matrix for the rows: .npy, or .parquet with ids.")
]


def named(annotator: str) -> str:
    """The name of an annotator, which is to stand in a table's cell."""
    if not prints(annotator):
        raise UsageError(f"--annotator '{visible(annotator)}': the name holds what does not print", "--annotator NAME")
    return annotator


def listed(words: str | None) -> tuple[str, ...]:
    """`a,b,c` as its parts."""
    return tuple(part.strip() for part in (words or "").split(",") if part.strip())
