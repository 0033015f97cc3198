"""`alcli label`."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import Annotated

import typer

from alcli.cli import door
from alcli.cli.options import Json, Quiet, named
from alcli.errors import UsageError


def command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV that select wrote; answers go into it.")],
    annotator: Annotated[
        str, typer.Option("--annotator", metavar="NAME", help="Who answers; else whom the file is for, or your login.")
    ] = "",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Label a handoff file here in the terminal: one key an answer, each on the disk at once."""

    def act() -> object:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise UsageError("label wants a terminal", "alcli select --format html makes a page to label in")
        try:
            from alcli.show.desk import sit
        except ModuleNotFoundError as missing:
            raise UsageError(f"label wants {missing.name}", "pip install 'alcli[label]'") from missing
        from alcli.commands.label import label

        login = "" if annotator else getpass.getuser()
        return label(door.root(context), file, annotator=named(annotator), login=login, sit=sit)

    door.run(act, command="label", json=json, quiet=quiet, directory=context.obj, kept="every answer is in the file")
