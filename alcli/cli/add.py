"""`alcli add`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from alcli.cli import door
from alcli.cli.options import DryRun, Json, Quiet, Vectors


def command(
    context: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", readable=False, help="CSV, TSV, JSONL or Parquet, also .gz.")
    ],
    vectors: Vectors = None,
    dry_run: DryRun = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Add more unlabelled rows to the pool."""

    def act() -> object:
        from alcli.commands.add import add
        from alcli.show.progress import bar

        with bar("making features", quiet or json) as progress:
            return add(door.root(context), files, vectors=vectors, dry_run=dry_run, progress=progress)

    door.run(act, command="add", json=json, quiet=quiet, directory=context.obj)
