"""`alcli retrain`."""

from __future__ import annotations

from typing import Annotated

import typer

from alcli.cli import door
from alcli.cli.options import DryRun, Json, Quiet


def command(
    context: typer.Context,
    if_due: Annotated[bool, typer.Option("--if-due", help="Ask the retrain trigger first.")] = False,
    here: Annotated[bool, typer.Option("--here", help="On this machine, whatever \\[retrain] command says.")] = False,
    dry_run: DryRun = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Train a model from all labels."""

    def act() -> object:
        from alcli import show
        from alcli.commands.retrain import retrain
        from alcli.show.progress import bar

        with bar("making features", quiet or json) as progress:
            root = door.root(context)
            return retrain(root, if_due=if_due, here=here, dry_run=dry_run, progress=progress, said=show.talk)

    door.run(act, command="retrain", json=json, quiet=quiet, directory=context.obj)
