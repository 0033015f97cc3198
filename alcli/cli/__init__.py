"""The command line: words -> one call -> show. Heavy imports stay inside the functions."""

from __future__ import annotations

import gc
import io
import os
import sys
from contextlib import suppress
from typing import Annotated, NoReturn

import typer

from alcli import __version__
from alcli.cli import (
    add,
    advance,
    export,
    ingest,
    init,
    label,
    labels,
    log,
    plugins,
    predict,
    pull,
    retrain,
    review,
    select,
    simulate,
    status,
    undo,
)
from alcli.cli.refusing import Commands

app = typer.Typer(
    name="alcli",
    cls=Commands,
    help="Active learning with people in the middle: select what to label, ingest the answers, retrain, repeat.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"alcli {__version__}")
        raise typer.Exit


@app.callback()
def _project(
    context: typer.Context,
    directory: Annotated[
        str | None, typer.Option("-C", metavar="DIR", help="The project's folder; else ALCLI_PROJECT, else this one.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    context.obj = directory


for module in (
    init,
    add,
    select,
    label,
    ingest,
    retrain,
    review,
    status,
    advance,
    predict,
    export,
    simulate,
    log,
    undo,
    pull,
    plugins,
):
    app.command(name=module.__name__.rpartition(".")[2])(module.command)
app.add_typer(labels.app, name="labels")


def main() -> None:
    """The command `alcli`."""
    # idle BLAS threads cost a tenth of a second at every start, and what is multiplied here is sparse or small
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # a command is short and what it holds is arrays, freed by counting; looking for cycles among the thousands of
    # objects of freshly loaded libraries would be a tenth of a retrain
    gc.disable()
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # it was closed before we began: what is said goes nowhere
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115  # for as long as the process lives
        stream = getattr(sys, name)
        # UTF-8 whatever the locale; what cannot be said is escaped, never an error
        if isinstance(stream, io.TextIOWrapper):  # it is None where it was closed
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app(prog_name="alcli")
    except SystemExit as end:
        _leave(end.code)


def _leave(code: object) -> NoReturn:
    """End the process without taking the interpreter apart: a thread that still reads ahead would abort it."""
    with suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 1 if code else 0)
