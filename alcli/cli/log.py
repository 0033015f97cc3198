"""`alcli log`."""

from __future__ import annotations

from typing import Annotated

import typer

from alcli.cli import door
from alcli.cli.options import Quiet


def command(
    context: typer.Context,
    verify: Annotated[bool, typer.Option("--verify", help="Check every byte against what was committed.")] = False,
    json: Annotated[bool, typer.Option("--json", help="The whole history, one JSON object a line.")] = False,
    quiet: Quiet = False,
) -> None:
    """Show the row of steps."""

    def act() -> object:
        from alcli.commands.log import log

        return log(door.root(context), verify=verify)

    door.run(act, command="log", json=json, quiet=quiet, directory=context.obj)
