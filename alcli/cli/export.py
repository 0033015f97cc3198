"""`alcli export`."""

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
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="CSV, or .jsonl; else standard output.")
    ] = None,
    format: Annotated[
        str | None, typer.Option(metavar="NAME", help="With the texts: hf (Hugging Face datasets) or spacy (cats).")
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write the labelled data set, with where each label came from."""

    def act() -> object:
        from alcli.commands.export import export

        if json and output is None:
            raise UsageError("--json and the rows cannot both go to standard output", "-o FILE")
        return export(door.root(context), output or sys.stdout, format)

    door.run(act, command="export", json=json, quiet=quiet, directory=context.obj, result_on_stdout=output is not None)
