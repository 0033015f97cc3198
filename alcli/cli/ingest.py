"""`alcli ingest`."""

from __future__ import annotations

from typing import Annotated

import typer

from alcli.cli import door
from alcli.cli.options import DryRun, Json, Quiet, named


def command(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Returned files; - is standard input.")],
    annotator: Annotated[
        str, typer.Option("--annotator", metavar="NAME", help="Who answered; an annotator column wins.")
    ] = "",
    format: Annotated[
        str | None, typer.Option("--format", metavar="NAME", help="The files' format; else it is recognised.")
    ] = None,
    skip_bad_rows: Annotated[
        bool, typer.Option("--skip-bad-rows", help="Take the good rows; the bad go to NAME.rejected.csv.")
    ] = False,
    unasked: Annotated[
        bool, typer.Option("--unasked", help="Also take labels for pool rows that were never handed out.")
    ] = False,
    dry_run: DryRun = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Take in the answers: all of them, or none and every fault is listed."""

    def act() -> object:
        from alcli.commands.ingest import ingest

        return ingest(
            door.root(context),
            files,
            annotator=named(annotator),
            format=format,
            skip_bad_rows=skip_bad_rows,
            unasked=unasked,
            dry_run=dry_run,
        )

    door.run(act, command="ingest", json=json, quiet=quiet, directory=context.obj)
