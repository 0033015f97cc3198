"""Honest figures, each with its interval and the rows behind it."""

from __future__ import annotations

from typing import Any

from alcli.show.words import count

HALVED = 3  # times as many rows more, for an interval half as wide
SOURCES = {"audit": "drawn at random", "test": "of the test file"}


def spread(estimate: Any) -> str:
    """`82.0% (73.3 to 88.3)`."""
    return f"{estimate.value:.1%} ({100 * estimate.low:.1f} to {100 * estimate.high:.1f})"


def wrong_labels(rate: Any, settled: int) -> str:
    """The share of wrong labels; after a review, of which part of them it speaks (docs/label-quality.md)."""
    seen = ", of the errors that a model can see" if settled else ""
    return f"{spread(rate)}, 95% interval{seen}"


def short(estimate: Any | None) -> str:
    """`82 (73-88)`, in per cent; a dash where nothing is known."""
    if estimate is None:
        return "-"
    return f"{100 * estimate.value:.0f} ({100 * estimate.low:.0f}-{100 * estimate.high:.0f})"


def headlines(measured: Any) -> list[str]:
    """Accuracy and macro-F1, what they stand on, and whether choosing beats drawing."""
    estimates = measured.estimates
    rows = f"{count(measured.n, 'row')} {SOURCES.get(measured.source, measured.source)}"
    lines = [f"accuracy {spread(estimates['accuracy'])}, 95% interval, on {rows}"]
    if "macro_f1" in estimates:
        lines.append(f"macro-F1 {spread(estimates['macro_f1'])}")
    if measured.source == "audit":
        skipped = f"{measured.skipped:,} without a label; " if measured.skipped else ""
        more, waiting = HALVED * measured.n, measured.waiting
        left = f", {waiting:,} can be drawn" if waiting is not None and waiting < more else ""
        lines.append(f"{skipped}{more:,} more drawn rows would halve the interval{left}")
        lines.append(f"chosen labels against drawn ones: {gained(measured.gain)}")
    if measured.calibration_error is not None:
        lines.append(f"confidence is {measured.calibration_error:.1%} off on average")
    return lines


def all_the_same(n: int, false_alarms: float) -> str:
    """How many of `n` labels that look wrong are right, as far as can be told."""
    if n == 1:
        return f"{false_alarms:.0%} likely to be right all the same"
    return f"{false_alarms:.0%} of them are expected to be right all the same"


def gained(gain: Any | None) -> str:
    """How much more a model learns from labels that were chosen than from as many that were drawn."""
    if gain is None:
        return "cannot tell yet"
    points = f"{100 * gain.value:+.1f} points ({100 * gain.low:+.1f} to {100 * gain.high:+.1f})"
    if gain.low > 0:
        return f"better, {points}"
    return f"worse, {points}" if gain.high < 0 else f"cannot tell yet, {points}"


def of_classes(measured: Any) -> dict[str, tuple[str, str]]:
    """Precision and recall of each class."""
    names = dict.fromkeys(name.partition(":")[2] for name in measured.estimates if ":" in name)
    got = measured.estimates.get
    return {name: (short(got(f"precision:{name}")), short(got(f"recall:{name}"))) for name in names}
