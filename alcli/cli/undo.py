"""`alcli undo`."""

from __future__ import annotations

from typing import Annotated

import typer

from alcli.cli import door
from alcli.cli.options import DryRun, Json, Quiet


def command(
    context: typer.Context,
    step: Annotated[int | None, typer.Argument(metavar="[STEP]", min=1, help="Its number; else the last.")] = None,
    dry_run: DryRun = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Take a step back, by a new step; nothing is erased."""

    def act() -> object:
        from alcli.commands.undo import undo

        return undo(door.root(context), step=step, dry_run=dry_run)

    door.run(act, command="undo", json=json, quiet=quiet, directory=context.obj)
