"""`alcli pull`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from alcli.cli import door
from alcli.cli.options import DryRun, Json, Quiet


def command(
    context: typer.Context,
    copy: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a copy of this project.")],
    dry_run: DryRun = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Take in a model that was trained in a copy of this project, elsewhere.

    Pull only from machines you trust: a model is code, and runs when it is used.
    """

    def act() -> object:
        from alcli.commands.pull import pull

        return pull(door.root(context), copy, dry_run=dry_run)

    door.run(act, command="pull", json=json, quiet=quiet, directory=context.obj)
