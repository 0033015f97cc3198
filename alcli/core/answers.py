"""What the answers of several annotators resolve to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class Standing(StrEnum):
    """Where a row stands once somebody has answered it."""

    LABELLED = "labelled"
    SKIPPED = "skipped"
    CONFLICT = "conflict"


class Resolution(NamedTuple):
    """The label of a row, or why it has none."""

    standing: Standing
    label: str | None = None


def resolve(answers: Iterable[str | None]) -> Resolution:
    """The label most annotators gave; None is a skip, which never outvotes a label; a tie stays open.

    >>> resolve(["refund", "refund", "login", None]).label
    'refund'
    >>> resolve(["refund", "login"]).standing.value
    'conflict'
    """
    labels = [label for label in answers if label is not None]
    if not labels:
        return Resolution(Standing.SKIPPED)
    if len(labels) == 1:  # most rows have one answer, and status resolves them all
        return Resolution(Standing.LABELLED, labels[0])
    votes = Counter(labels).most_common(2)
    if len(votes) == 2 and votes[0][1] == votes[1][1]:
        return Resolution(Standing.CONFLICT)
    return Resolution(Standing.LABELLED, votes[0][0])
