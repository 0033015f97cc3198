"""What the answers of several annotators resolve to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class Rule(StrEnum):
    """How answers become a label: by most voices; by all of them; by most voices as a model and the annotators'
    records weigh them (`core.consensus`), which is by most voices until a model was made."""

    MAJORITY = "majority"
    UNANIMOUS = "unanimous"
    CROWDLAB = "crowdlab"


class Standing(StrEnum):
    """Where a row stands once somebody has answered it."""

    LABELLED = "labelled"
    SKIPPED = "skipped"
    CONFLICT = "conflict"


class Resolution(NamedTuple):
    """The label of a row, or why it has none."""

    standing: Standing
    label: str | None = None


def resolve(answers: Iterable[str | None], rule: Rule = Rule.MAJORITY) -> Resolution:
    """The label most annotators gave, or all of them; None is a skip, which never outvotes a label; a tie stays open.

    >>> resolve(["refund", "refund", "login", None]).label
    'refund'
    >>> resolve(["refund", "login"]).standing.value
    'conflict'
    >>> resolve(["refund", "refund", "login"], Rule.UNANIMOUS).standing.value
    'conflict'
    """
    labels = [label for label in answers if label is not None]
    if not labels:
        return Resolution(Standing.SKIPPED)
    if len(labels) == 1:  # most rows have one answer, and status resolves them all
        return Resolution(Standing.LABELLED, labels[0])
    votes = Counter(labels).most_common(2)
    if len(votes) == 2 and (rule is Rule.UNANIMOUS or votes[0][1] == votes[1][1]):
        return Resolution(Standing.CONFLICT)
    return Resolution(Standing.LABELLED, votes[0][0])


def settled(label: str | None) -> Resolution:
    """What a row stands at whose answers somebody settled: whatever the others say."""
    return Resolution(Standing.SKIPPED if label is None else Standing.LABELLED, label)
