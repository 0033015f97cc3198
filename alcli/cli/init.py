"""`alcli init`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from alcli.cli import door
from alcli.cli.options import DryRun, Json, Quiet, Vectors, listed
from alcli.errors import DataError, UsageError


def command(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[DIR]", readable=False, help="Where the project is to be; more pool files may follow."),
    ] = None,
    pool: Annotated[
        list[Path] | None,
        typer.Option(
            "--pool",
            metavar="FILE",
            readable=False,
            help="CSV, TSV, JSONL or Parquet, also .gz; may be given many times.",
        ),
    ] = None,
    id: Annotated[str | None, typer.Option("--id", metavar="COL", help="The column that holds the ids.")] = None,
    text: Annotated[str | None, typer.Option("--text", metavar="COL,...", help="Text columns.")] = None,
    columns: Annotated[
        str | None, typer.Option("--columns", metavar="COL,...", help="Table columns: numbers, dates, categories.")
    ] = None,
    images: Annotated[
        str | None, typer.Option("--images", metavar="COL,...", help="Columns that hold paths of images.")
    ] = None,
    vectors: Vectors = None,
    label_column: Annotated[
        str | None, typer.Option("--label-column", metavar="COL", help="Labels already known: the seed set.")
    ] = None,
    classes: Annotated[
        str | None, typer.Option("--classes", metavar="a,b|@FILE", help="Fix the classes; @FILE has one a line.")
    ] = None,
    test: Annotated[
        Path | None,
        typer.Option("--test", metavar="FILE", help="Your own labelled test rows: measured on, never learned from."),
    ] = None,
    test_vectors: Annotated[
        Path | None, typer.Option("--test-vectors", metavar="FILE", help="The matrix of the test file's rows.")
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=2**32 - 1, help="The same seed gives the same batches.")
    ] = 0,
    dry_run: DryRun = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make a project around a pool of unlabelled rows."""
    # `--pool a.csv b.csv` means both: what is a file cannot be the project's folder
    files = [path for path in paths or [] if path.is_file()]
    folders = [path for path in paths or [] if path not in files]
    directory = folders[0] if folders else None

    def act() -> object:
        from alcli.commands.init import init
        from alcli.show.progress import bar

        if len(folders) > 1:
            raise UsageError(
                f"one folder is wanted, not {len(folders)}: {', '.join(map(str, folders))}", "alcli init DIR"
            )
        if directory is not None and context.obj is not None:
            raise UsageError("the folder is named twice: by -C and by DIR", f"alcli init {directory} ...")
        root = directory if directory is not None else door.root(context)
        with bar("making features", quiet or json) as progress:
            return init(
                root,
                [*(pool or []), *files],
                id_column=id,
                text=listed(text),
                columns=listed(columns),
                images=listed(images),
                vectors=vectors,
                label_column=label_column,
                classes=_classes(classes),
                test=test,
                test_vectors=test_vectors,
                seed=seed,
                dry_run=dry_run,
                progress=progress,
            )

    door.run(act, command="init", json=json, quiet=quiet, directory=str(directory) if directory else context.obj)


def _classes(words: str | None) -> tuple[str, ...]:
    """The classes of `a,b,c`, or of a file with one a line."""
    if words is None:
        return ()
    if not words.startswith("@"):
        found = listed(words)
    else:
        try:
            lines = Path(words[1:]).read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(f"{words[1:]} cannot be read: {error}", "wanted a text file, one class a line") from error
        found = tuple(line.strip() for line in lines if line.strip())
    if len(found) < 2:
        raise UsageError("--classes wants two classes or more", "--classes a,b,c")
    return found
