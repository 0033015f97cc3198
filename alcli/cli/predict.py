"""`alcli predict`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from alcli.cli import door
from alcli.cli.options import Json, Quiet
from alcli.errors import UsageError


def command(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="New rows; without it, the pool.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="CSV, or .jsonl; else standard output.")
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Label the pool or new rows with the model, with its confidence."""

    def act() -> object:
        from alcli.commands.predict import predict

        if json and output is None:
            raise UsageError("--json and the rows cannot both go to standard output", "-o FILE")
        return predict(door.root(context), output or sys.stdout, file=file)

    door.run(act, command="predict", json=json, quiet=quiet, directory=context.obj, result_on_stdout=output is not None)
