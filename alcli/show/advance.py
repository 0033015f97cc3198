"""What a turn of the loop did."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

from alcli.core.handoff.inert import visible
from alcli.show import error, ingest, remarks, retrain, select, talk


def show(outcome: Any, console: Any) -> None:
    """Each thing as its own command tells it; nothing where nothing was done."""
    o = outcome
    if o.busy and sys.stderr.isatty():
        talk("another alcli advance is at work: nothing was done")
    if o.moved and sys.stderr.isatty():
        talk("another command made a step meanwhile: alcli advance goes on from there")
    for taken in o.taken:
        _show_taken(taken, console)
    if o.retrained:
        retrain.show(o.retrained, console)
    for batch in o.selected:
        select.show(batch, console)
    if o.dry_run and (o.taken or o.retrained):
        console.print("What comes next depends on that.")
    if o.error:
        error(o.error, command="advance", json=False)


def quiet(outcome: Any) -> tuple[str, ...]:
    """The handoff files."""
    return tuple(file for batch in outcome.selected for file in batch.files)


def _show_taken(taken: Any, console: Any) -> None:
    name = visible(taken.file, 200)
    if not taken.refused:
        console.print(f"{name}:")
        ingest.show(taken.ingest, console)
        return
    where = f"; it is now {taken.kept}, all its faults are in {taken.report}" if taken.kept else ""
    talk(f"{name} was refused{where}")
    remarks([asdict(fault) for fault in taken.ingest.rejected] if taken.ingest else [{"reason": taken.fault}])
