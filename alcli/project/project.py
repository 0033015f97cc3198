"""A project as a command meets it: the vault read, replayed, and the specification beside it."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alcli import __version__
from alcli.core.labelling.answers import Rule
from alcli.errors import ConfigError, ProjectError, ProjectMoved
from alcli.project import amending, relabelling, snapshot
from alcli.project import config as configs
from alcli.project.config import Config
from alcli.project.records import (
    ANSWERS,
    BATCH,
    CONSENSUS,
    SHOWN,
    AnswerRow,
    AnswersIngested,
    BatchRow,
    BatchSelected,
    ConsensusRow,
    Entry,
    ModelRetrained,
    PoolAdded,
    Record,
    Step,
    from_lines,
)
from alcli.project.snapshot import Snapshot
from alcli.project.specification import to_toml
from alcli.project.state import State, replay
from alcli.project.vault import Committed, Row, Vault, reading

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from alcli.contracts import Ints
    from alcli.project.pool import Shard

SPECIFICATION = "alcli.toml"
DUPLICATES = "duplicates.npy"

# Steps that may not come in between reading the project and committing the step on the left.
_CLASHES = {
    "add": {"add", "labels", "undo"},
    "select": {"select", "labels", "undo"},
    "ingest": {"ingest", "labels", "undo"},
    "retrain": {"retrain", "labels", "undo"},
    "labels": {"add", "select", "ingest", "retrain", "labels", "undo"},
    "undo": {"add", "select", "ingest", "retrain", "labels", "undo"},
}


class Project:
    """The project in a folder, as it stood when it was opened."""

    def __init__(self, root: Path, committed: Sequence[Committed], kept: Snapshot | None = None) -> None:
        self.root = root
        self.vault = Vault(root)
        self.committed = committed
        self._kept = kept

    @classmethod
    def open(cls, root: Path) -> Project:
        """The project in this folder; refuses where there is none.

        Where the cache holds what its steps come to, a step is read when it is asked for.
        """
        vault = Vault(root)
        last = vault.last()
        if not last:
            raise ProjectError(
                f"there is no alcli project in {root}",
                "alcli init --pool FILE makes one; -C DIR names one that is elsewhere",
            )
        kept = snapshot.read(root, vault.open(last).sha) if last >= snapshot.FEWEST else None
        return cls(root, Row(vault, kept.chain) if kept else vault.read(), kept)

    @cached_property
    def entries(self) -> list[Entry]:
        """The steps with the rows that replay needs."""
        return list(map(_entry, self.committed))

    @cached_property
    def state(self) -> State:
        """Where the project stands."""
        kept, self._kept = self._kept, None  # its bytes are many, and needed once
        return kept.state() if kept and kept.rule == self.rule else replay(self.entries, self.rule)

    @property
    def rule(self) -> Rule:
        """How answers become labels; by a specification that cannot be read, as it was recorded last."""
        try:
            return self.specification.answers.resolve
        except ConfigError:
            return self.recorded.answers.resolve

    @cached_property
    def config(self) -> Config:
        """The specification, which knows what has become of the classes; refused where it does not."""
        config, changes = self.specification, self.state.relabelled
        change = amending.pending(config, changes) if changes else None
        if change:
            raise ConfigError(
                f"{self.root / SPECIFICATION}: labels: it does not know what step {change.step} did: "
                f"{relabelling.described(change.did)}",
                f"{relabelling.typed(change.did)} writes it in; alcli undo {change.step} takes the change back",
            )
        return config

    @cached_property
    def specification(self) -> Config:
        """What `alcli.toml` says, or where an init was killed before it wrote that, what the init recorded.

        What the pool's columns are was fixed when the pool was read; a change of it is refused.
        """
        path = self.root / SPECIFICATION
        made = configs.from_tree(self.committed[0].step.settings, "step 1")
        try:
            config = configs.parse(path.read_text(encoding="utf-8-sig"), str(path))
        except FileNotFoundError:
            if len(self.committed) == 1:
                return made
            raise ConfigError(f"{path} is missing", "alcli init writes it again, as it was last recorded") from None
        except UnicodeDecodeError as error:
            raise ConfigError(f"{path} is not UTF-8: {error}", f"save {path} as UTF-8") from error
        changed = [key for key, value in vars(made.pool).items() if getattr(config.pool, key) != value]
        if changed:
            was = ", ".join(f"{key} = {to_toml(getattr(made.pool, key))}" for key in changed)
            raise ConfigError(
                f"{path}: [pool] {', '.join(changed)}: not what the pool was read with",
                f"put back: {was}; or start another project: alcli init NEWDIR --pool FILE",
            )
        return config

    @property
    def recorded(self) -> Config:
        """The specification as a step recorded it last; selects are passed over, for a call may override it."""
        step = next(c for c in reversed(self.committed) if c.step.verb not in {"select"})
        return configs.from_tree(step.step.settings, f"step {step.number}")

    def folder(self, step: int) -> Path:
        """The folder of a committed step."""
        return self.committed[step - 1].folder

    def shown_in(self, step: int) -> tuple[str, ...]:
        """The columns that went out with the batch of a step."""
        return configs.from_tree(self.committed[step - 1].step.settings, f"step {step}").shown

    def step(self, did: Record, settings: Config) -> Step:
        """A step that stands on what was read here."""
        return Step(
            did=did,
            based_on=self.state.last,
            time=now(),
            version=__version__,
            seed=self.state.seed,
            settings=settings.tree(),
        )

    @cached_property
    def shards(self) -> list[Shard]:
        """The slices of the pool."""
        from alcli.project.pool import Shard

        return [
            Shard(self.folder(at.step) / at.record.name, at.record.first, at.record.rows, at.sha)
            for at in self.state.shards
        ]

    @cached_property
    def duplicates(self) -> Ints:
        """Rows whose content an earlier row has, and the first with it: (m, 2)."""
        import numpy as np

        found = self.arrays(DUPLICATES) if self.state.n_duplicates else []
        return np.concatenate(found) if found else np.empty((0, 2), np.int64)

    def arrays(self, name: str) -> list[NDArray[Any]]:
        """The array that stands under this name in each step that brought rows and has one."""
        import numpy as np

        found = []
        for step in sorted({at.step for at in self.state.shards}):
            path = self.folder(step) / name
            if name in self.committed[step - 1].step.payload:
                with reading(path):
                    found.append(np.load(path, allow_pickle=False))
        return found

    def first_of(self, rows: Collection[int]) -> dict[int, int]:
        """Of these rows, those whose content an earlier row has -> the first row with it."""
        import numpy as np

        pairs = self.duplicates[np.isin(self.duplicates[:, 0], list(rows))]
        return dict(pairs.tolist())

    def twins_of(self, rows: Collection[int]) -> dict[int, int]:
        """The rows with the content of these, which are the first with theirs -> the first row with it."""
        import numpy as np

        pairs = self.duplicates[np.isin(self.duplicates[:, 1], list(rows))]
        return dict(pairs.tolist())

    def commit(self, staging: Path, step: Step, asks: Collection[int] = ()) -> Committed:
        """Commit a staged step, unless something came in that it cannot follow; `asks` are the rows it hands out."""
        committed = self.vault.commit(staging, step, unless_moved(step.verb, frozenset(asks)))
        self.keep()
        return committed

    def followed_by(self, made: Entry) -> Project:
        """The project as it stands once a step was `made` on it; what was read here is not read again."""
        now = Project.open(self.root)
        if now._kept is None:
            known = {entry.number: entry for entry in (*self.entries, made)}
            now.entries = [known.get(c.number) or _entry(c) for c in now.committed]
        return now

    def keep(self) -> None:
        """Leave in the cache what the steps of a long project come to by now, for those who only look."""
        with suppress(ProjectError):  # an older step is damaged, which is no fault of the one just made
            if self.vault.last() >= snapshot.FEWEST:
                whole = Project(self.root, self.vault.read())
                snapshot.write(self.root, [c.sha for c in whole.committed], whole.state, whole.rule)


def unless_moved(verb: str, asks: frozenset[int] = frozenset()) -> Callable[[Sequence[Committed]], None]:
    """A check that refuses to follow steps which clash with this verb, or answer a row that it asks."""

    def check(came_in: Sequence[Committed]) -> None:
        for committed in came_in:
            answers = asks and any(row.row in asks for row in _rows(committed))
            if answers or committed.step.verb in _CLASHES.get(verb, {"init"}):
                raise ProjectMoved(
                    f"another alcli {committed.step.verb} made step {committed.number} meanwhile; nothing was changed",
                    "type the command again",
                )

    return check


def now() -> str:
    """The time, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _entry(committed: Committed) -> Entry:
    return Entry(committed.number, committed.step, _rows(committed))


def _rows(committed: Committed) -> Sequence[Any]:
    did = committed.step.did
    if isinstance(did, BatchSelected):
        return _lines(committed, BATCH, BatchRow)
    if isinstance(did, AnswersIngested) or (isinstance(did, PoolAdded) and did.labels):
        return _lines(committed, ANSWERS, AnswerRow)
    if isinstance(did, ModelRetrained) and did.consensus:
        return _lines(committed, CONSENSUS, ConsensusRow)
    return ()


def _lines(committed: Committed, name: str, kind: Any) -> list[Any]:
    path = committed.folder / name
    with reading(path):
        return from_lines(path.read_bytes(), kind)


def shown(committed: Committed) -> list[tuple[str, ...]]:
    """The texts that went out with a batch, row by row."""
    return _lines(committed, SHOWN, tuple[str, ...])


def here(directory: str | None) -> Path:
    """The project's folder: the one named, else the one in the environment, else this one."""
    return Path(directory or os.environ.get("ALCLI_PROJECT") or ".")
