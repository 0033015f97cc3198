"""What a retrain found out besides the model, as its step keeps it."""

from __future__ import annotations

import msgspec

from alcli.contracts import Estimate


class Pair(msgspec.Struct, frozen=True):
    """What learns from what: a model by its word, "" = the one named; and how texts are read beside the features named.

    Only the model `auto` chooses anything but what is named.
    """

    model: str = ""
    beside: str = ""


class Contest(msgspec.Struct, frozen=True):
    """How the `other` pair did against the one in use at `n_labels` labels: greater = better than the one in use.

    `gain` is in nats of calibrated log loss a row and has the standard error `error`; `accuracy` is a difference of
    shares. Cross-fitted on selected rows, hence biased.
    """

    other: Pair
    n_labels: int
    gain: float
    error: float
    accuracy: float


class Measured(msgspec.Struct, frozen=True):
    """What a model is worth, measured on `n` rows that nobody chose: "audit" or "test".

    `estimates` go by the names "accuracy", "macro_f1", "precision:CLASS" and "recall:CLASS". `skipped` rows of the
    audit sample have no label, `waiting` ones are still to be asked. `calibration_error` is how far the model's
    confidence is from the share that is right, on average; None where rows are too few. `gain` is the accuracy of a
    model of selected labels beyond that of one of as many labels drawn at random; None where there are too few of them.
    """

    source: str
    n: int
    estimates: dict[str, Estimate]
    skipped: int = 0
    gain: Estimate | None = None
    calibration_error: float | None = None
    waiting: int | None = None


class Region(msgspec.Struct, frozen=True):
    """A part of the pool, alike in its features, that no label has come from.

    `share` is that of the pool, `expected` the labels it would have, were they spread evenly; `examples` are ids.
    """

    share: Estimate
    expected: float
    examples: tuple[str, ...]


class Group(msgspec.Struct, frozen=True):
    """The rows with this value in a column; with `others` values beside the commonest: all rows with one of these.

    `behind`: the model is worse on it than on the rest of the audit sample, and not by chance. `passed_by`: it has less
    than half of its share of the labels, and not by chance.
    """

    column: str
    value: str
    rows: int
    share: float
    labels: int
    accuracy: Estimate | None = None
    behind: bool = False
    passed_by: bool = False
    others: int = 0


class Guarded(msgspec.Struct, frozen=True):
    """What a campaign may overlook. Of `n_regions` parts of the pool `n_empty` have no label, a share of `empty`.

    `blind` are those whose emptiness tells something. `unlabelled` are classes of the specification without a label;
    any class of which the audit sample has no row holds less than `unseen_below` of the pool.
    """

    n_regions: int
    n_empty: int
    empty: Estimate
    blind: tuple[Region, ...] = ()
    unlabelled: tuple[str, ...] = ()
    unseen_below: float | None = None
    groups: tuple[Group, ...] = ()


class Checked(msgspec.Struct, frozen=True):
    """Which of `n` labels look wrong: `suspects` of them, of which a share of `false_alarms` is expected to be right.

    The suspects stand in `suspects.jsonl`; `held` of them were kept out of training. `error_rate` is the share of wrong
    labels, None where there are too few to judge; `unjudged` are the classes that have too few.
    """

    n: int
    suspects: int
    held: int = 0
    error_rate: Estimate | None = None
    false_alarms: float | None = None
    unjudged: tuple[str, ...] = ()
