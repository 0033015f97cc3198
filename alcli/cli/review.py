"""`alcli review`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from alcli.cli import door
from alcli.cli.options import DryRun, Json, Quiet
from alcli.errors import UsageError


def command(
    context: typer.Context,
    n: Annotated[int | None, typer.Option("-n", min=1, help="How many suspects, the worst first.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Hand them out in this file, to be answered.")
    ] = None,
    format: Annotated[str | None, typer.Option("--format", metavar="NAME", help="The handoff format.")] = None,
    show_given: Annotated[
        bool, typer.Option("--show-given", help="Show the label in doubt in the file, in a column of its own.")
    ] = False,
    dry_run: DryRun = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show which labels look wrong, and hand them out for a second look."""

    def act() -> object:
        if output is None and (format or show_given):
            raise UsageError("--format and --show-given are about the file", "name it: -o FILE")
        from alcli.commands.review import review
        from alcli.show.progress import bar

        with bar("making features", quiet or json) as progress:
            return review(
                door.root(context),
                n=n,
                output=output,
                format=format,
                show_given=show_given,
                dry_run=dry_run,
                progress=progress,
            )

    door.run(act, command="review", json=json, quiet=quiet, directory=context.obj)
