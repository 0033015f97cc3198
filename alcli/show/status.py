"""Where a project stands."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from rich.table import Table

from alcli.show import figures, guard, people
from alcli.show.words import age, clipped, count, person, say

SHOWN_CLASSES, SHOWN_ROUNDS, CURVE_WIDTH, BEFORE, INDENT = 12, 8, 40, 10, 9


def show(outcome: Any, console: Any) -> None:
    """Rounds, labels, curve, verdicts."""
    o = outcome
    stands = (
        f"{count(o.labels, 'label')} of {count(o.pool, 'row')}; {o.out:,} out, {o.skipped:,} skipped, "
        f"{o.conflicts:,} in conflict, {o.candidates:,} left to ask."
    )
    say("", stands, console, INDENT)
    if o.people:
        people.show(o.people, console)
        return
    _rounds(o, console)
    _classes(o, console)
    if o.outdated or o.queued:
        again = [f"{count(o.queued, 'row')} to be asked again"] * bool(o.queued)
        _say("classes", "; ".join(filter(None, [o.outdated, *again])), console)
    _measured(o, console)
    if any(o.annotators):
        names = ", ".join(f"{person(who, 20)} {n:,}" for who, n in list(o.annotators.items())[:8])
        say("answers by: ", names, console, INDENT)
    _reviewed(o.reviewed, console)
    _curve(o, console)
    if o.forecast:
        guard.forecast(o.forecast, o.minutes / o.labels if o.labels else 0.0, console)
    if o.guarded:
        guard.guarded(o.guarded, console)
    _model(o, console)
    word = "due" if o.retrain.fires else "not due"
    _say("retrain", f"{word}: {o.retrain.because} ({o.retrain.name})", console)
    for verdict in o.stop:
        _say("stop", f"{'yes' if verdict.fires else 'no'}: {verdict.because} ({verdict.name})", console)
    if o.amended:
        _say("stop", f"the rule was changed: {o.amended}", console)


def quiet(outcome: Any) -> list[str]:
    """What comes next."""
    return [outcome.next]


def _say(word: str, text: str, console: Any) -> None:
    """A word and what is to be said to it, in a column of its own."""
    say(f"{word:<{INDENT}}", text, console)


def _rounds(o: Any, console: Any) -> None:
    if not o.rounds:
        return
    table = Table(box=None, header_style="", padding=(0, 2, 0, 0), show_edge=False)
    for name in ("round", "rows", "answered", "out"):
        table.add_column(name, justify="right")
    for name in ("age", "strategy", "file"):
        table.add_column(name, overflow="ellipsis", no_wrap=True)
    hidden = sum(not line.out for line in o.rounds[:-SHOWN_ROUNDS])  # one that is still out is never hidden
    if hidden:
        console.print(f"{count(hidden, 'earlier round')} not shown")
    for line in (*(line for line in o.rounds[:-SHOWN_ROUNDS] if line.out), *o.rounds[-SHOWN_ROUNDS:]):
        since = age(line.age_hours) if line.out else ""
        cells = (line.round, line.rows, line.answered, line.out or "")
        table.add_row(*map(str, cells), since, line.strategy, clipped(line.file, 30))
    console.print(table)


def _classes(o: Any, console: Any) -> None:
    counts = {**dict.fromkeys(o.classes, 0), **o.labels_by_class} if o.fixed else o.labels_by_class
    if not counts:
        return
    table = Table(box=None, header_style="", padding=(0, 2, 0, 0), show_edge=False)
    table.add_column("class", max_width=30, no_wrap=True, overflow="ellipsis")
    table.add_column("labels", justify="right")
    table.add_column("")
    worth = figures.of_classes(o.measured) if o.measured else {}
    for name in ("precision %", "recall %") if worth else ():
        table.add_column(name)
    most = max(counts.values()) or 1
    width = 10 if worth else 20
    ordered = sorted(counts.items(), key=lambda pair: -pair[1])
    for name, n in ordered[:SHOWN_CLASSES]:
        table.add_row(clipped(name, 40), f"{n:,}", "█" * round(width * n / most), *worth.get(name, ()))
    console.print(table)
    if len(ordered) > SHOWN_CLASSES:
        rest = ordered[SHOWN_CLASSES:]
        console.print(
            f"... and {count(len(rest), 'more class', 'more classes')} with {sum(n for _, n in rest):,} labels"
        )


def _measured(o: Any, console: Any) -> None:
    """What the model is worth, by rows that nobody chose."""
    if o.unmeasured and not o.measured:
        _say("worth", f"not known before {count(o.unmeasured, 'row')} drawn to measure by got a label anew", console)
    if not o.measured:
        return
    for word, line in zip_longest(["worth"], figures.headlines(o.measured), fillvalue=""):
        _say(word, line, console)


def _reviewed(reviewed: Any, console: Any) -> None:
    """How many labels look wrong, what has become of those that did, and how many are wrong in all."""
    r = reviewed
    if not (r and (r.error_rate or r.open or r.settled)):
        return
    look = f": {console.typed('alcli review')}" if r.open > r.out else ""
    said = [f"{count(r.open, 'label looks', 'labels look')} wrong{look}"]
    said += [f"{n:,} {word}" for n, word in ((r.out, "out for a second look"), (r.held, "not learned from")) if n]
    said += [f"{r.settled:,} settled, {r.corrected:,} of these corrected"] if r.settled else []
    _say("labels", "; ".join(said), console)
    if r.error_rate:
        _say("", f"wrong in all: {figures.wrong_labels(r.error_rate, r.settled)}", console)


def _model(o: Any, console: Any) -> None:
    """What learns from what, what else was tried, and how far its confidence is to be trusted."""
    if not o.models:
        return
    model = o.models[-1]
    _say("model", model.model + (f" ({model.contest})" if model.contest else ""), console)
    if "ece_cv" in model.figures and not o.measured:
        console.print(
            f"         confidence {model.figures['ece_cv']:.1%} off on average, cross-validated on labelled rows"
        )


def _curve(o: Any, console: Any) -> None:
    """The learning curve: one bar a model, the accuracy measured or, where none was, cross-validated."""
    width = CURVE_WIDTH - BEFORE * any(model.overtaken_in for model in o.models)
    measured = [(m, m.estimates["accuracy"]) for m in o.models if "accuracy" in m.estimates][-8:]
    if measured:
        console.print("learning curve: accuracy by labels spent, 95% interval")
        for model, accuracy in measured:
            bar = "█" * round(width * accuracy.value)
            shown = f"{bar:<{width}} {figures.short(accuracy)}%"
            console.print(f"  {model.n_labels:>7,} labels  {shown}{_before(model)}")
        return
    points = [(m, m.figures["accuracy_cv"]) for m in o.models if "accuracy_cv" in m.figures][-8:]
    if not points:
        return
    console.print("learning curve: accuracy cross-validated on labelled rows, hence biased")
    for model, accuracy in points:
        bar = "█" * round(width * accuracy)
        console.print(f"  {model.n_labels:>7,} labels  {bar:<{width}} {accuracy:6.1%}{_before(model)}")


def _before(model: Any) -> str:
    """What tells a point of the curve that is of other classes than those of today."""
    return f"  before step {model.overtaken_in}" if model.overtaken_in else ""
