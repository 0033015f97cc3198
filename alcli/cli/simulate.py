"""`alcli simulate`."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Annotated

import typer

from alcli.cli import door
from alcli.cli.options import DryRun, Json, Quiet, Vectors, listed
from alcli.errors import UsageError

METRICS = ("auto", "accuracy", "macro_f1")


def command(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(metavar="FILE", readable=False, help="Rows with labels; more files may follow.")
    ],
    label_column: Annotated[str, typer.Option("--label-column", metavar="COL", help="The column of the labels.")],
    id: Annotated[str | None, typer.Option("--id", metavar="COL", help="The column that holds the ids.")] = None,
    text: Annotated[str | None, typer.Option("--text", metavar="COL,...", help="Text columns.")] = None,
    columns: Annotated[
        str | None, typer.Option("--columns", metavar="COL,...", help="Table columns: numbers and categories.")
    ] = None,
    images: Annotated[
        str | None,
        typer.Option("--images", metavar="COL,...", help="Columns that hold paths of images, from the current folder."),
    ] = None,
    vectors: Vectors = None,
    test: Annotated[
        Path | None, typer.Option("--test", metavar="FILE", help="Labelled test rows; else some are held out.")
    ] = None,
    test_vectors: Annotated[
        Path | None, typer.Option("--test-vectors", metavar="FILE", help="The matrix of the test file's rows.")
    ] = None,
    test_share: Annotated[
        float, typer.Option("--test-share", min=0.01, max=0.9, help="The share held out, 5,000 rows at most.")
    ] = 0.3,
    pool_rows: Annotated[
        int | None, typer.Option("--pool-rows", metavar="N", min=2, help="Choose from so many rows, drawn at random.")
    ] = None,
    strategies: Annotated[
        str | None,
        typer.Option("--strategies", metavar="PART,...", help="Query strategies, for one: auto,margin,random."),
    ] = None,
    models: Annotated[str | None, typer.Option("--models", metavar="PART,...", help="Models.")] = None,
    features: Annotated[str | None, typer.Option("--features", metavar="PART,...", help="Featurizers.")] = None,
    cold_start: Annotated[
        str | None, typer.Option("--cold-start", metavar="PART", help="What chooses before there is a model.")
    ] = None,
    against: Annotated[
        str | None, typer.Option("--against", metavar="NAME", help="What the others are compared with, else random.")
    ] = None,
    batch_size: Annotated[
        int | None,
        typer.Option("--batch-size", "-n", min=1, help="Rows a batch, else at most 100, by pool and classes."),
    ] = None,
    budget: Annotated[
        int | None, typer.Option("--budget", metavar="N", min=1, help="Labels a campaign, else 20 batches.")
    ] = None,
    seeds: Annotated[
        int | None, typer.Option("--seeds", metavar="N", min=1, help="Campaigns of each contender, else 5.")
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=2**31, help="The first seed; each draws its own test rows.")
    ] = 0,
    score: Annotated[
        str, typer.Option("--score", metavar="NAME", help="accuracy, macro_f1, or auto: what suits the classes.")
    ] = "auto",
    explore: Annotated[
        float | None,
        typer.Option("--explore", min=0.0, max=1.0, help="Share of each batch drawn at random, else a tenth."),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Within a minute: 3 seeds, 10 batches, 3,000 rows, logistic.")
    ] = False,
    work: Annotated[
        Path | None, typer.Option("--work", metavar="DIR", help="Where campaigns are kept, else .alcli-simulate.")
    ] = None,
    engine: Annotated[
        str, typer.Option("--engine", metavar="NAME", help="local, or joblib:N for N worker processes.")
    ] = "local",
    dry_run: DryRun = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Replay the loop on labelled rows: strategies side by side, and what they save."""
    gc.enable()  # this command is not short

    def act() -> object:
        from alcli.campaign.joining.specifying import parts_listed
        from alcli.campaign.simulating.labelled import Source
        from alcli.campaign.simulating.planning import Plan
        from alcli.commands.simulate import WORK, simulate
        from alcli.show.progress import bar

        if score not in METRICS:
            raise UsageError(f"there is no score {score!r}", f"there are: {', '.join(METRICS)}")
        cold = parts_listed(cold_start)
        if len(cold) > 1:
            raise UsageError("--cold-start names more than one strategy", "name one")
        return simulate(
            Source(tuple(paths), test, test_share, pool_rows, vectors, test_vectors, seed),
            Plan(
                strategies=parts_listed(strategies),
                features=parts_listed(features),
                models=parts_listed(models),
                cold_start=cold[0] if cold else None,
                against=against,
                batch_size=batch_size,
                budget=budget,
                seeds=seeds,
                metric=score,
                explore=explore,
                quick=quick,
            ),
            label_column=label_column,
            id_column=id,
            text=listed(text),
            columns=listed(columns),
            images=listed(images),
            work=work or WORK,
            engine=engine,
            dry_run=dry_run,
            watch=lambda title: bar(title, quiet or json),
        )

    door.run(act, command="simulate", json=json, quiet=quiet, kept="what was played is kept: type it again")
