"""`alcli advance`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from alcli.cli import door
from alcli.cli.options import DryRun, Json, Quiet


def command(
    context: typer.Context,
    settle: Annotated[
        float,
        typer.Option("--settle", metavar="SECONDS", min=0, help="A file must have been left alone for so long."),
    ] = 10,
    dry_run: DryRun = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Go on as far as it goes without a human: take the inbox, retrain if due, hand out the next batch."""

    def act() -> object:
        from alcli.commands.advance import Commands, advance

        outcome = advance(
            door.root(context),
            Commands(_ingest, _retrain(quiet or json), _select, _remake),
            after=lambda done: door.hooks(replace(done, next=door.addressed(done.next, context.obj)), context.obj),
            settle=settle,
            dry_run=dry_run,
        )
        error = outcome.error
        return replace(outcome, error=error and replace(error, hint=door.addressed(error.hint, context.obj)))

    door.run(act, command="advance", json=json, quiet=quiet, directory=context.obj)


# Each command is loaded when its turn comes: with nothing to do, none is.


def _ingest(root: Path, files: Sequence[str], *, dry_run: bool) -> Any:
    from alcli.commands.ingest import ingest

    return ingest(root, files, dry_run=dry_run)


def _retrain(silent: bool) -> Any:
    def turn(root: Path, *, dry_run: bool) -> Any:
        from alcli import show
        from alcli.commands.retrain import retrain
        from alcli.show.progress import bar

        with bar("making features", silent) as progress:
            return retrain(root, dry_run=dry_run, progress=progress, said=show.talk)

    return turn


def _select(root: Path, *, folder: Path, dry_run: bool) -> Any:
    from alcli.commands.select import select

    return select(root, folder=folder, dry_run=dry_run)


def _remake(root: Path) -> Any:
    from alcli.commands.remake import remake

    return remake(root)
