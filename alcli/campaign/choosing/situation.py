"""What a batch is chosen from: the pool, what was asked of it so far, and a model where there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from alcli.campaign.learning import learned, pairing
from alcli.campaign.reserving import Reserve
from alcli.contracts import FEWEST_CLASSES
from alcli.core.reserving import in_order
from alcli.errors import ProjectError
from alcli.project.config import Config
from alcli.project.project import Project
from alcli.project.relabelling import lost_by, outdated

if TYPE_CHECKING:
    from alcli.campaign.learning.learned import Read
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

    `features` are those in which distances are measured; the `model` may read others. Where it is one that changes,
    `config` names what it is now. `asked` maps the rows asked about so far to their labels, None where none stands;
    `taken` (t,), ascending, are the rows that may not be asked.
    Neither the model nor `asked` knows of the audit sample: choosing is blind to it. `reserve` are its rows that wait
    to be asked, in order; `n_out` rows are out. `queued` are rows that are to be asked before all others, and why;
    those of the audit sample are the first of the reserve instead. `seeds` begin the streams of random numbers of this
    batch; rows `beside` are in it already, and no row that says the same may join them.
    """

    root: Path
    config: Config
    shards: Sequence[Shard]
    features: Features
    model: Scorer | None
    asked: Mapping[int, str | None]
    taken: Ints
    seeds: tuple[int, int]
    reserve: Ints
    n_out: int = 0
    beside: tuple[int, ...] = ()
    queued: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, project: Project, config: Config, reissue: bool) -> Situation:
        """Where a project stands; with `reissue`, rows that came back without a label may be asked again.

        Refuses where the classes changed after the model was made, and another can be made.
        """
        state = project.state
        if (why := outdated(state, how=True)) and len(state.labels_by_class()) >= FEWEST_CLASSES:
            raise ProjectError(why, "alcli retrain")
        out = state.out - state.blank if reissue else state.out
        closed = {*state.answers, *out}
        before = pairing.before(project)
        config = pairing.with_model(config, before.pair) if before else config
        reserve = Reserve.of(project)
        queued = {row: lost_by(state, name) for row, name in sorted(state.lost.items()) if row not in closed}
        waiting = in_order(reserve.draws, closed)
        again = np.isin(waiting, list(queued))
        return cls(
            root=project.root,
            config=_asking_again(config, int(again.sum())),
            shards=project.shards,
            features=learned.features(project, config, learned.fit_shards(state.shards)),
            model=learned.Learned.chooser(project, state.model) if state.model else None,
            asked={row: state.labels.get(row) for row in sorted(closed - state.audit)},
            taken=_taken(project, [*closed, *reserve.rows]),
            seeds=(state.seed, state.n_batches_ever + 1),
            reserve=np.concatenate([waiting[again], waiting[~again]]),
            n_out=len(out),
            queued={row: why for row, why in queued.items() if row not in reserve.rows},
        )

    def of_size(self, n: int) -> Situation:
        """The same for a batch of `n` rows."""
        return replace(self, config=replace(self.config, select=replace(self.config.select, batch_size=n)))

    def having(self, rows: Sequence[int]) -> Situation:
        """The same once these rows are in the batch: asked, no candidates, nor any that says what they say."""
        asked = {**self.asked, **dict.fromkeys(rows)}
        return replace(self.without(rows), asked=asked, beside=(*self.beside, *rows))

    def without(self, rows: Sequence[int] | Ints) -> Situation:
        """The same with these rows no candidates."""
        return replace(self, taken=np.union1d(self.taken, rows))

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


def _asking_again(config: Config, n: int) -> Config:
    """The specification with a share of the audit sample's that has room for `n` rows which lost their label.

    Without them the others are no fair picture of the pool.
    """
    share = min(1.0, n / config.select.batch_size)
    return replace(config, select=replace(config.select, explore=max(config.select.explore, share)))


def _taken(project: Project, asked: Sequence[int]) -> Ints:
    """Rows that are no candidates: these, and all with the content of an earlier row."""
    later, first = project.duplicates.T
    return np.unique(np.concatenate([np.array(asked, np.int64), later, first[np.isin(later, asked)]]))
