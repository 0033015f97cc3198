"""`alcli status`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from alcli.cli import door
from alcli.cli.options import Json, Quiet


def command(
    context: typer.Context,
    exit_code: Annotated[
        bool,
        typer.Option("--exit-code", help="Exit 10: waiting for annotators, 11: retrain due, 12: stopped, 0: select."),
    ] = False,
    annotators: Annotated[
        bool, typer.Option("--annotators", help="Who labelled what, how fast, and how far they agree.")
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show where the project stands, what comes next, and whether to stop."""
    seen: list[Any] = []

    def act() -> object:
        from alcli.commands.status import status

        seen.append(status(door.root(context), annotators=annotators))
        return seen[0]

    door.run(act, command="status", json=json, quiet=quiet, directory=context.obj)
    if exit_code:
        raise typer.Exit(seen[0].exit_code)
