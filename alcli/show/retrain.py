"""What `retrain` made."""

from __future__ import annotations

from typing import Any

from alcli.show.figures import all_the_same, headlines
from alcli.show.words import clipped, count, listed

SHOWN_HELD = 8


def show(outcome: Any, console: Any) -> None:
    """The model, and figures that are called what they are."""
    if outcome.verdict:
        console.print(f"{'Due' if outcome.verdict.fires else 'Not due'}: {outcome.verdict.because}.")
    if outcome.dry_run:
        console.print(f"Would train {outcome.model} on {count(outcome.n_labels, 'label')}.")
    if not outcome.trained:
        return
    classes = outcome.labels_by_class
    used = f" ({outcome.n_used:,} of {outcome.n_features:,} features occur in them)" if outcome.n_features else ""
    console.print(
        f"Trained {outcome.model} with {count(outcome.n_labels, 'label')} of {count(len(classes), 'class', 'classes')}"
        f" in {outcome.seconds:.1f} s{used}."
    )
    if outcome.measured:
        for line in headlines(outcome.measured):
            console.print(f"{line[0].upper()}{line[1:]}.")
    elif outcome.figures:
        figures = outcome.figures
        console.print(
            f"Cross-validated on the labelled rows: accuracy {figures['accuracy_cv']:.1%}, "
            f"macro-F1 {figures['macro_f1_cv']:.1%}."
        )
        if "ece_cv" in figures:
            console.print(
                f"Confidence in a label is {figures['ece_cv']:.1%} off the share that is right on average, "
                f"calibrated; {figures['ece_raw_cv']:.1%} before."
            )
        if outcome.selected:
            console.print("Selected rows are harder than the pool: these figures are biased, mostly too low.")
        else:
            console.print("Labelled rows need not be like the rest of the pool: these figures may be biased.")
    if outcome.contest:
        console.print(f"Tried: {outcome.contest}.")
    thin = [name for name, n in classes.items() if n < 5]
    if thin:
        console.print(f"Fewer than 5 labels: {listed(thin)}.")
    _checked(outcome, console)
    if outcome.consensus:
        rows = count(outcome.consensus, "row")
        console.print(f"Annotators differ on {rows}: labelled as annotators and model together tell them.")
    if outcome.conflicts:
        console.print(f"Left out: {count(outcome.conflicts, 'row')} on which annotators disagree.")


def _checked(outcome: Any, console: Any) -> None:
    """Which labels look wrong, and which of them were not learned from."""
    checked = outcome.checked
    if not checked or not checked.suspects:
        return
    labels = f"{count(checked.suspects, 'label looks', 'labels look')} wrong"
    worth = all_the_same(checked.suspects, checked.false_alarms)
    console.print(f"{labels}; {worth}: {console.typed('alcli review')}")
    if outcome.held:
        ids = clipped(listed(list(outcome.held), SHOWN_HELD), 200)
        console.print(f"Not learned from until they are settled: {count(len(outcome.held), 'row')} ({ids}).")
