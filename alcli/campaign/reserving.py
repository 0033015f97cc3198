"""What is reserved for the audit sample: drawn when rows join, never chosen by a query strategy.

audit.npy    of a step that brought rows: the draws reserved, in the order they are asked
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from alcli.core.reserving import DRAW, draw, drawn_below
from alcli.project.project import Project

if TYPE_CHECKING:
    from alcli.core.reserving import Draws

FILE = "audit.npy"
_STREAM = 2  # of random numbers, apart from those of choosing


def reserve(
    staging: Path,
    first: int,
    rows: int,
    below: float | None,
    firsts: Mapping[int, int],
    closed: Collection[int],
    seed: int,
) -> tuple[int, float]:
    """Draw among rows that join, write the draws into their step; how many there are, and below which number.

    `firsts` maps rows to the first with their content, which is asked for them; `closed` rows have been chosen or have
    labels already, so they measure nothing. `below` is that of the first rows that joined; None for these themselves.
    """
    if below is None:
        below = drawn_below(rows - len(closed))
    draws = draw(first, rows, below, np.random.default_rng([seed, first, _STREAM]))
    draws["row"] = [firsts.get(row, row) for row in draws["drawn"].tolist()]
    draws = draws[~np.isin(draws["row"], list(closed))]
    if len(draws):
        np.save(staging / FILE, draws, allow_pickle=False)
    return len(draws), below


@dataclass(frozen=True)
class Reserve:
    """The draws of a pool in the order of their numbers, and how many rows each addition brought: first row -> rows."""

    draws: Draws
    additions: Mapping[int, int]

    @classmethod
    def of(cls, project: Project) -> Reserve:
        """That of a project."""
        steps = {at.step for at in project.state.shards}
        draws = np.concatenate([np.empty(0, DRAW), *project.arrays(FILE)])
        additions: dict[int, int] = {}
        firsts = {step: min(at.record.first for at in project.state.shards if at.step == step) for step in steps}
        for at in project.state.shards:
            additions[firsts[at.step]] = additions.get(firsts[at.step], 0) + at.record.rows
        return cls(draws[np.argsort(draws["number"], kind="stable")], additions)

    @cached_property
    def rows(self) -> frozenset[int]:
        """The rows that no strategy may choose."""
        return frozenset(self.draws["row"].tolist())

    def weights(self, answered: Collection[int]) -> dict[int, float]:
        """What each answered row of the audit sample stands for, 1 on average.

        A row whose content was drawn again counts as often as it was. As long as rows that joined later have not
        caught up, each addition counts for its share of the pool.
        """
        from alcli.core.estimates.honest import post_weights

        draws = self.draws[np.isin(self.draws["row"], list(answered))]
        starts = np.array(sorted(self.additions))
        of = np.searchsorted(starts, draws["drawn"], side="right") - 1
        _, asked = np.unique(draws["row"], return_index=True)  # the draw that each row was asked for
        reached = np.zeros(len(starts))
        np.maximum.at(reached, of[asked], draws["number"][asked])
        counted = draws["number"] <= reached[of]
        draws, of = draws[counted], of[counted]
        each = post_weights(of, np.array([self.additions[start] for start in starts.tolist()]))
        found: dict[int, float] = dict.fromkeys(answered, 0.0)
        for row, weight in zip(draws["row"].tolist(), each.tolist(), strict=True):
            found[row] += weight
        return found
