"""What a batch is chosen from: the pool, what was asked of it so far, and a model where there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from alcli.campaign import learned
from alcli.project.config import Config
from alcli.project.project import Project

if TYPE_CHECKING:
    from alcli.campaign.learned import Read
    from alcli.contracts import Floats, Ints, Matrix
    from alcli.core.linear import Beside
    from alcli.project.cache import Features
    from alcli.project.pool import Shard


class Scorer(Protocol):
    """A model as choosing sees it: the features it reads, its classes, its probabilities, the step that made it."""

    @property
    def features(self) -> Read: ...

    @property
    def classes(self) -> tuple[str, ...]: ...

    @property
    def step(self) -> int: ...

    def proba(self, matrix: Matrix | Beside) -> Floats: ...


@dataclass(frozen=True)
class Situation:
    """What a batch is chosen from, be it in a project or in a simulation.

    `features` are those in which distances are measured; the `model` may read others. `asked` maps the rows asked
    about so far to their labels, None where none stands; `taken` (t,), ascending, are the rows that may not be asked.
    `seeds` begin the streams of random numbers of this batch.
    """

    root: Path
    config: Config
    shards: Sequence[Shard]
    features: Features
    model: Scorer | None
    asked: Mapping[int, str | None]
    taken: Ints
    seeds: tuple[int, int]

    @classmethod
    def of(cls, project: Project, config: Config, reissue: bool) -> Situation:
        """Where a project stands; with `reissue`, rows that came back without a label may be asked again."""
        state = project.state
        out = state.out - state.blank if reissue else state.out
        return cls(
            root=project.root,
            config=config,
            shards=project.shards,
            features=learned.features(project, config, learned.fit_shards(state.shards)),
            model=learned.Learned.of(project, state.model) if state.model else None,
            asked={row: state.labels.get(row) for row in sorted({*state.answers, *out})},
            taken=_taken(project, [*state.answers, *out]),
            seeds=(state.seed, state.last + 1),
        )

    @property
    def n_rows(self) -> int:
        """Rows of the pool."""
        return sum(shard.rows for shard in self.shards)

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of the model; while there is none, those of the labels."""
        if self.model:
            return self.model.classes
        return tuple(dict.fromkeys(label for label in self.asked.values() if label is not None))


def _taken(project: Project, asked: Sequence[int]) -> Ints:
    """Rows that are no candidates: answered, out, or with the content of an earlier row."""
    later, first = project.duplicates.T
    return np.unique(np.concatenate([np.array(asked, np.int64), later, first[np.isin(later, asked)]]))
