"""The rows in conflict, and who said what of each, for somebody to settle."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from alcli.core.labelling.answers import Standing
from alcli.project.project import Project
from alcli.project.records import AnswersIngested, PoolAdded

COLUMN = "answers"  # what is shown beside the pool's own columns

Comments: TypeAlias = Mapping[tuple[int, str], str]


def in_conflict(project: Project, reissue: bool = False) -> list[int]:
    """The rows on which annotators differ and that are not out, oldest first: by when they were first handed out.

    With `reissue`, those too that came back without a label.
    """
    state = project.state
    out = state.out - state.blank if reissue else state.out
    order = {row: at for at, row in enumerate(state.asked)}
    rows = (row for row in state.standing(Standing.CONFLICT) if row not in out)
    return sorted(rows, key=lambda row: order.get(row, -1))  # labelled unasked: before all that was handed out


def said_of(project: Project, rows: Sequence[int], skip: str, blind: bool = False) -> list[str]:
    """What was said of each row, with the comments: `ana: refund (a guess); ben: login`.

    `skip` is the word for an answer that is no label. `blind` leaves the names out, and puts the answers in an order
    that does not tell whose is which.
    """
    comments = _comments(project, frozenset(rows))
    return ["; ".join(_said(project.state.answers[row], row, comments, skip, blind)) for row in rows]


def _said(answers: Mapping[str, str | None], row: int, comments: Comments, skip: str, blind: bool) -> list[str]:
    told = {
        who: _with(label if label is not None else skip, comments.get((row, who), "")) for who, label in answers.items()
    }
    return sorted(told.values()) if blind else [f"{who or '(no name)'}: {said}" for who, said in told.items()]


def _with(label: str, comment: str) -> str:
    return f"{label} ({' '.join(comment.split())})" if comment.strip() else label


def _comments(project: Project, rows: Collection[int]) -> dict[tuple[int, str], str]:
    """What each annotator remarked with their last answer to these rows."""
    told: dict[tuple[int, str], str] = {}
    for entry in project.entries:
        if entry.number not in project.state.undone and isinstance(entry.step.did, AnswersIngested | PoolAdded):
            told |= {(a.row, a.annotator): a.comment for a in entry.rows if a.row in rows and not a.blank}
    return told
