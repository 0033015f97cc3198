"""`alcli select`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from alcli.cli import door
from alcli.cli.options import DryRun, Json, Quiet, listed
from alcli.errors import UsageError


def command(
    context: typer.Context,
    batch_size: Annotated[
        int | None, typer.Option("--batch-size", "-n", min=1, help="How many rows to ask about.")
    ] = None,
    strategy: Annotated[
        str | None, typer.Option("--strategy", metavar="NAME", help="The query strategy, for this batch only.")
    ] = None,
    ids: Annotated[
        Path | None, typer.Option("--ids", metavar="FILE", help="Ask exactly these rows: one id a line.")
    ] = None,
    matching: Annotated[
        str | None,
        typer.Option(
            "--matching", metavar="PATTERN", help="Take a share from rows that this regular expression finds."
        ),
    ] = None,
    share: Annotated[
        float, typer.Option("--share", min=0.0, max=1.0, help="The share of --matching in the batch.")
    ] = 0.3,
    annotators: Annotated[
        str | None, typer.Option("--annotators", metavar="A,B,C", help="Write a file for each of these people.")
    ] = None,
    overlap: Annotated[
        float | None, typer.Option("--overlap", min=0.0, max=1.0, help="The share of rows that one more is asked.")
    ] = None,
    per_row: Annotated[
        int | None, typer.Option("--per-row", min=1, help="How many people are asked about each row.")
    ] = None,
    adjudicate: Annotated[
        bool, typer.Option("--adjudicate", help="Hand out the rows on which annotators differ, to be settled.")
    ] = False,
    blind: Annotated[bool, typer.Option("--blind", help="With --adjudicate: what was said, not by whom.")] = False,
    format: Annotated[str | None, typer.Option("--format", metavar="NAME", help="The handoff format.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="The handoff file.")] = None,
    reissue: Annotated[
        bool, typer.Option("--reissue", help="Rows that came back without a label may be asked again.")
    ] = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Go on where the stopping rule says that labelling has ended.")
    ] = False,
    remake: Annotated[bool, typer.Option("--remake", help="Write the last handoff file again, as it was.")] = False,
    engine: Annotated[
        str, typer.Option("--engine", metavar="NAME", help="local, or joblib:N for N worker processes.")
    ] = "local",
    dry_run: DryRun = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Choose the next batch and write it as a file for the annotators, or one for each of them."""
    dealt = annotators is not None or overlap is not None or per_row is not None

    def act() -> object:
        if remake:
            if dealt or any((batch_size, strategy, ids, matching, adjudicate, format, reissue, dry_run)):
                raise UsageError("--remake writes the last file again as it was", "give it alone, or with -o FILE")
            from alcli.commands.remake import remake as again

            return again(door.root(context), output=output)
        if adjudicate:
            if dealt or any((strategy, ids, matching)):
                raise UsageError(
                    "--adjudicate hands out rows in conflict, to be settled by one person",
                    "beside it there are --blind, -n, -o, --format and --reissue",
                )
            from alcli.commands.adjudicate import adjudicate as settle

            return settle(
                door.root(context),
                most=batch_size,
                blind=blind,
                format=format,
                output=output,
                reissue=reissue,
                dry_run=dry_run,
            )
        if blind:
            raise UsageError("--blind hides who said what of a row in conflict", "alcli select --adjudicate --blind")
        if ids and any((batch_size, strategy, matching, reissue)):
            raise UsageError("--ids asks exactly these rows", "leave -n, --strategy, --matching and --reissue out")
        from alcli.commands.select import select

        made = select(
            door.root(context),
            batch_size=batch_size,
            strategy=strategy,
            ids=ids,
            matching=matching,
            share=share,
            annotators=None if annotators is None else listed(annotators),
            overlap=overlap,
            per_row=per_row,
            format=format,
            output=output,
            reissue=reissue,
            dry_run=dry_run,
            engine=engine,
            anyway=anyway,
        )
        return replace(made, next=door.as_typed(context, but="dry_run")) if dry_run else made

    door.run(act, command="select", json=json, quiet=quiet, directory=context.obj)
