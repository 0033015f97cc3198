"""`alcli labels`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from alcli.cli import door
from alcli.cli.options import DryRun, Json, Quiet, listed

if TYPE_CHECKING:
    from alcli.campaign.reclassing import Change

app = typer.Typer(help="The classes: list them, or change them in mid-project by a new step.")

Name = Annotated[str, typer.Argument(metavar="CLASS", help="A class.")]


@app.callback(invoke_without_command=True)
def command(context: typer.Context, json: Json = False, quiet: Quiet = False) -> None:
    """The classes: list them, or change them in mid-project by a new step."""
    if context.invoked_subcommand:
        return

    def act() -> object:
        from alcli.commands.labels import labels

        return labels(door.root(context))

    door.run(act, command="labels", json=json, quiet=quiet, directory=context.obj)


@app.command()
def add(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="CLASS...", help="The new classes.")],
    dry_run: DryRun = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """New classes; labels and the model stay as they are."""
    _change(context, "add", names, (), dry_run=dry_run, json=json, quiet=quiet)


@app.command()
def rename(
    context: typer.Context,
    old: Name,
    new: Annotated[str, typer.Argument(metavar="NEWNAME", help="What it is called from now on.")],
    dry_run: DryRun = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Another name for a class; labels, model and figures go on under it."""
    _change(context, "rename", [old], [new], dry_run=dry_run, json=json, quiet=quiet)


@app.command()
def merge(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="CLASS...", help="The classes to merge.")],
    into: Annotated[str, typer.Option("--into", metavar="CLASS", help="One of them, or a new one.")],
    dry_run: DryRun = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Several classes become one, and so do their labels."""
    _change(context, "merge", names, [into], dry_run=dry_run, json=json, quiet=quiet)


@app.command()
def split(
    context: typer.Context,
    name: Name,
    parts: Annotated[list[str] | None, typer.Argument(metavar="[CLASS...]", help="What it is split into.")] = None,
    into: Annotated[str | None, typer.Option("--into", metavar="A,B", help="The same, with commas between.")] = None,
    dry_run: DryRun = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """A class becomes several; the rows that have its label are asked again.

    It may stay among them, for the rest.
    """
    _change(context, "split", [name], [*(parts or ()), *listed(into)], dry_run=dry_run, json=json, quiet=quiet)


@app.command()
def retire(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="CLASS...", help="The classes that are no more.")],
    skip: Annotated[
        bool, typer.Option("--skip", help="Their rows count as 'cannot be labelled', and are not asked again.")
    ] = False,
    dry_run: DryRun = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Classes are no more; the rows that have their label are asked again."""
    _change(context, "retire", names, (), skip=skip, dry_run=dry_run, json=json, quiet=quiet)


def _change(
    context: typer.Context,
    what: Change,
    names: Sequence[str],
    into: Sequence[str],
    *,
    skip: bool = False,
    dry_run: bool,
    json: bool,
    quiet: bool,
) -> None:
    def act() -> object:
        from alcli.commands.labels import change

        return change(door.root(context), what, names, into, skip=skip, dry_run=dry_run)

    door.run(act, command="labels", json=json, quiet=quiet, directory=context.obj)
