"""`[answers] resolve = "crowdlab"`: the labels of rows on which annotators differ, as a model helps to tell them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from alcli.campaign.learning.fitting import Fitted, class_order
from alcli.core.estimates.calibrating import tempered
from alcli.core.labelling.answers import Rule, resolve
from alcli.project.project import Project
from alcli.project.records import ConsensusRow

if TYPE_CHECKING:
    from alcli.contracts import Floats, Matrix


@dataclass(frozen=True)
class Differing:
    """Rows on which annotators differ and that nobody has settled, each with what was said of it."""

    answers: Mapping[int, Mapping[str, str | None]]

    @classmethod
    def of(cls, project: Project) -> Differing:
        """Those of a project that a model is to help with: none where the rule is another."""
        state = project.state
        if project.config.answers.resolve is not Rule.CROWDLAB:
            return cls({})
        open_ = (pair for pair in state.answers.items() if pair[0] not in state.settled)
        return cls({row: said for row, said in open_ if len(set(said.values()) - {None}) > 1})

    def apart_from(self, rows: Collection[int]) -> Differing:
        """All of them but these."""
        return Differing({row: said for row, said in self.answers.items() if row not in rows})

    def by_majority(self, labels: Mapping[int, str]) -> dict[int, str]:
        """The labels of all rows, those that differ by most voices; a tie has none."""
        others = {row: label for row, label in labels.items() if row not in self.answers}
        voted = {row: resolve(said.values()).label for row, said in self.answers.items()}
        return dict(sorted((others | {row: label for row, label in voted.items() if label is not None}).items()))

    def by_model(self, labels: Mapping[int, str]) -> set[int]:
        """The rows whose label is not what most voices say."""
        return {
            row for row, said in self.answers.items() if row in labels and labels[row] != resolve(said.values()).label
        }


def agreed(
    project: Project,
    differing: Differing,
    rows: Sequence[int],
    classes: tuple[str, ...],
    fitted: Fitted,
    matrix: Callable[[Sequence[int]], Matrix],
) -> list[ConsensusRow]:
    """What the rows that differ come to, by CROWDLAB; none where too few rows were answered twice to tell by.

    `rows` (n,) have a label by most voices, one of `classes`, and `fitted` was cross-fitted on these. It judges the
    rows that are tied too, which it has not seen.
    """
    if not differing.answers or fitted.held_out is None:
        return []
    from alcli.core.labelling.consensus import crowdlab

    state = project.state
    tied = sorted(differing.answers.keys() - set(rows))
    proba = fitted.held_out.calibrated
    if tied:
        proba = np.vstack([proba, tempered(fitted.proba(matrix(tied)), fitted.temperature)])
    judged = [*rows, *tied]
    kept = [at for at, row in enumerate(judged) if row not in state.settled]  # these were asked because of a doubt
    said = [{who: label for who, label in state.answers[judged[at]].items() if label is not None} for at in kept]
    names = class_order(classes, {label for each in said for label in each.values()} | set(classes))
    number = {name: k for k, name in enumerate(names)}
    found = crowdlab(
        [{who: number[label] for who, label in each.items()} for each in said], _widened(proba[kept], names)
    )
    if found is None:
        return []
    labels = {judged[at]: names[k] for at, k in zip(kept, found.labels.tolist(), strict=True)}
    return [ConsensusRow(row, labels[row], dict(answers)) for row, answers in sorted(differing.answers.items())]


def _widened(proba: Floats, names: Sequence[str]) -> Floats:
    """Probabilities (n, k) with columns of nought for the classes that no labelled row is of."""
    missing = np.zeros((len(proba), len(names) - proba.shape[1]))
    return np.hstack([proba, missing])
