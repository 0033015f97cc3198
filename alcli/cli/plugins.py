"""`alcli plugins`."""

from __future__ import annotations

from typing import Annotated

import typer

from alcli.cli import door
from alcli.cli.options import Json, Quiet


def command(
    kind: Annotated[
        str | None,
        typer.Argument(metavar="[KIND]", help="strategies, models, featurizers, stopping, triggers, formats, adapters"),
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List all that can be named in alcli.toml, and the package it comes from."""

    def act() -> object:
        from alcli.commands.plugins import plugins

        return plugins(kind)

    door.run(act, command="plugins", json=json, quiet=quiet)
