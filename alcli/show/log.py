"""The row of steps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from alcli.project.records import LabelsChanged
from alcli.project.relabelling import described
from alcli.show.words import count, listed, say


def show(outcome: Any, console: Any) -> None:
    """One line a step."""
    for line in outcome.steps:
        undone = "  (undone)" if line.undone else ""
        if line.changed:
            sections = ", ".join(f"[{name}]" for name in line.changed)
            console.print(f"      from here on with another {sections} in alcli.toml")
        moment = line.time.replace("T", " ").removesuffix("+00:00")
        say(f"{line.step:>4}  {moment}  {line.verb:<8} ", f"{_said(line)}{undone}", console)
    if outcome.verified:
        for fault in outcome.faults:
            console.print(f"DAMAGED  {fault}")
        if not outcome.faults:
            n = len(outcome.steps)
            steps = "The one step is" if n == 1 else f"All {n:,} steps are"
            console.print(f"{steps} what was committed, byte for byte.")


def json_lines(outcome: Any) -> Iterator[Any]:
    """The whole history, one object a line; with `--verify`, a last one with what is damaged."""
    for line in outcome.steps:
        yield {"command": "log", **_plain(line)}
    if outcome.verified:
        yield {"command": "log", "verified": True, "faults": outcome.faults, "next": outcome.next}


def _plain(line: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(line)


def _said(line: Any) -> str:
    did = line.did
    if line.verb in {"init", "add"}:
        return f"{count(did['rows'], 'row')} from {listed(did['files'], 3)}" + (
            f", {count(did['labels'], 'label')}" if did["labels"] else ""
        )
    if line.verb == "select":
        seeds = f", {did['n_matching']:,} matching {did['matching']}" if did["n_matching"] else ""
        rows = count(did["rows"], "row")
        files = listed([*did["outputs"].values()] or [did["output"]], 3)
        return f"round {did['round']}: {rows} by {did['strategy']}{seeds} -> {files}"
    if line.verb == "ingest":
        more = [f"{did[word]:,} {word}" for word in ("corrected", "confirmed", "skipped", "blank") if did[word]]
        new = f"; new: {listed(did['new_classes'], 4)}" if did["new_classes"] else ""
        return ", ".join([f"{did['accepted']:,} accepted", *more]) + f" from {listed(did['files'], 3)}{new}"
    if line.verb == "retrain":
        return ", ".join([f"{sum(did['labels_by_class'].values()):,} labels", *_worth(did)])
    if line.verb == "labels":
        return _relabelled(LabelsChanged(**did))
    return f"took back step {did['step']}"


def _relabelled(did: LabelsChanged) -> str:
    """How the classes changed, and what that did to labels."""
    rows = [f"{count(did.rows, 'label')} changed"] * bool(did.rows)
    rows += [f"{count(did.queued, 'row')} to be asked again"] * bool(did.queued)
    return "; ".join([described(did), *rows])


def _worth(did: Any) -> list[str]:
    """What is known of a model."""
    measured = did["measured"]
    if not measured:
        return [f"{name} {value:.3f}" for name, value in did["figures"].items()]
    accuracy = measured["estimates"]["accuracy"]
    low, high = 100 * accuracy["low"], 100 * accuracy["high"]
    return [f"accuracy {accuracy['value']:.1%} ({low:.1f} to {high:.1f}) on {measured['n']:,} rows"]
