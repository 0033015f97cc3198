"""Who labelled what, how fast, and how far annotators agree: from what each said before anybody settled it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from alcli.contracts import Estimate
from alcli.core.labelling.agreement import Agreement, agreement, annotators, pace
from alcli.core.labelling.answers import Standing
from alcli.project.project import Project
from alcli.project.records import AnswersIngested, Entry, PoolAdded
from alcli.project.said import Said


@dataclass(frozen=True)
class Person:
    """One annotator: so many `answers`, of them so many `skipped`, `out` rows still to be answered.

    `n_shared` rows were labelled by others too; in `consensus` of them the annotator says what most of the others say.
    `differs`: that is less than the others reach, and not by chance. `seconds` is the median time of an answer.
    """

    name: str
    answers: int
    skipped: int
    out: int
    n_shared: int
    consensus: Estimate | None
    differs: bool
    seconds: float | None


@dataclass(frozen=True)
class Conflict:
    """A row on which annotators differ, so that it has no label: its id, and who says what ("" = unnamed)."""

    id: str
    said: dict[str, str]


@dataclass(frozen=True)
class People:
    """All annotators, how far they agree (None where no two labelled the same row), and the rows in conflict."""

    each: tuple[Person, ...]
    agreement: Agreement | None
    conflicts: tuple[Conflict, ...]


def people(project: Project) -> People:
    """The annotators of a project, in order of name."""
    state, said = project.state, Said(project.rule)
    seconds: dict[str, list[float]] = defaultdict(list)
    for entry in _unsettled(project):
        said.take(entry)
        if isinstance(entry.step.did, AnswersIngested):
            for answer in entry.rows:
                if answer.seconds is not None and not answer.blank:
                    seconds[answer.annotator].append(answer.seconds)
    owed: dict[str, int] = defaultdict(int)
    for row, heard in state.heard.items():
        for name in set(state.asked[row].to) - heard:
            owed[name] += 1
    took = pace(seconds)
    each = [
        Person(a.name, a.answers, a.skipped, owed.pop(a.name, 0), a.n_shared, a.consensus, a.differs, took.get(a.name))
        for a in annotators(said.answers)
    ]
    each += [Person(name, 0, 0, n, 0, None, False, None) for name, n in sorted(owed.items())]
    conflicts = [
        Conflict(state.ids[row], {who: label for who, label in state.answers[row].items() if label is not None})
        for row in state.standing(Standing.CONFLICT)
    ]
    return People(tuple(each), agreement(said.answers), tuple(conflicts))


def _unsettled(project: Project) -> Iterator[Entry]:
    """The steps that stand, without the answers that settled what others had said: these were asked where labels were
    in doubt, and would make people look at odds."""
    for entry in project.entries:
        if entry.number in project.state.undone:
            continue
        if isinstance(entry.step.did, AnswersIngested | PoolAdded):
            yield entry._replace(rows=[answer for answer in entry.rows if not answer.settles])
        else:
            yield entry
