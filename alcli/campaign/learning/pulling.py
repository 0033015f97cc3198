"""Taking back what was trained in a copy of the project. Nothing the copy says is believed before it is checked."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path, PurePosixPath

import msgspec

from alcli.campaign.learning import learned
from alcli.errors import ProjectError, ProjectMoved
from alcli.project import config as configs
from alcli.project import durable
from alcli.project.project import Project
from alcli.project.records import (
    CONSENSUS,
    SUSPECTS,
    ConsensusRow,
    LabelsChanged,
    ModelRetrained,
    StepUndone,
    SuspectRow,
    from_lines,
)
from alcli.project.relabelling import described
from alcli.project.vault import RESTORE, STEP_FILE, Committed, Vault

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Pulled:
    """A retrain of the copy: its number `there`, and that of the `step` it became here; None while it is not taken."""

    there: int
    step: int | None
    time: str
    did: ModelRetrained


class Copy:
    """A copy of the project in another folder, where steps were made that the project does not have."""

    def __init__(self, project: Project, folder: Path) -> None:
        self.project, self.folder = project, folder

    @cached_property
    def committed(self) -> list[Committed]:
        """Its steps; refuses another project, a row that is damaged, and links in place of files."""
        vault = Vault(self.folder)
        if not vault.steps.is_dir():
            raise ProjectError(f"there is no alcli project in {self.folder}", "name the folder of a copy of this one")
        try:
            for number in range(1, vault.last() + 1):
                _plain(vault.steps, f"{number:04d}/{STEP_FILE}")
            found = vault.read()
        except ProjectError as error:
            raise self._refused(error.message, "" if error.hint == RESTORE else error.hint) from error
        if not found or found[0].sha != self.project.committed[0].sha:
            raise self._refused(
                "it is no copy of this project, whose first step is another",
                f"alcli -C {shlex.quote(str(self.folder))} log",
            )
        return found

    @cached_property
    def common(self) -> int:
        """How many of its first steps are those of the project, byte for byte."""
        ours = self.project.committed
        same = (at for at, (a, b) in enumerate(zip(self.committed, ours, strict=False)) if a.sha != b.sha)
        return next(same, min(len(self.committed), len(ours)))

    @cached_property
    def new(self) -> list[Committed]:
        """Its retrains that the project does not have, oldest first; refuses where it has any other step."""
        apart = self.committed[self.common :]
        for committed in apart:
            if not isinstance(committed.step.did, ModelRetrained):
                verb = committed.step.verb
                raise self._refused(
                    f"its step {committed.number} ({verb}) is not known here, and only a retrain can be pulled",
                    f"what is to count is done here: alcli {verb}",
                )
        here = _essences(self.project.committed[self.common :])
        return [committed for committed in apart if _essence(committed) not in here]

    def check(self) -> list[Pulled]:
        """What `take` would take, each file of it compared with what was committed there."""
        for theirs in self.new:
            for name, payload in theirs.step.payload.items():
                file = self._file(theirs, name)
                if file.stat().st_size != payload.size or durable.sha256(file) != payload.sha256:
                    raise self._damaged(theirs, name)
            self._told(theirs)
            self._readable(theirs)
            self._follows(theirs, self.project.committed[self.common :])
        return [Pulled(theirs.number, None, theirs.step.time, _did(theirs)) for theirs in self.new]

    def take(self) -> list[Pulled]:
        """Commit its new steps, oldest first, after what came in here meanwhile."""
        self.check()
        taken, common = [], self.common
        for theirs in self.new:
            # what it did not share with us were retrains, so of the answers it had seen those of the common steps
            step = msgspec.structs.replace(theirs.step, based_on=min(theirs.step.based_on, common))
            with self.project.vault.stage() as staging:
                for name, payload in step.payload.items():
                    _copy(self._file(theirs, name), staging / name, payload.size)
                    if durable.sha256(staging / name) != payload.sha256:
                        raise self._damaged(theirs, name)
                made = self.project.vault.commit(staging, step, partial(self._follows, theirs))
            if made.sha == theirs.sha:
                common = made.number
            taken.append(Pulled(theirs.number, made.number, step.time, _did(theirs)))
        if taken:
            self.project.keep()
        return taken

    def _follows(self, new: Committed, came_in: Sequence[Committed]) -> None:
        """Refuse to take in a model after one made here meanwhile, or after an undo of rows that it reads."""
        theirs = _essences(self.committed)
        undone = {c.step.did.step for c in came_in if isinstance(c.step.did, StepUndone)}
        if _essence(new) in _essences(came_in):
            raise ProjectMoved("another alcli pull was quicker; nothing was changed", "alcli status")
        for step in undone:
            if step <= self.common and self.committed[step - 1].step.verb == "add":
                raise ProjectMoved(f"{self.folder} has rows that were undone here, of step {step}", "alcli retrain")
        for c in came_in:
            if isinstance(c.step.did, LabelsChanged) and c.number not in undone:
                raise ProjectMoved(
                    f"the classes changed here in step {c.number}, which {self.folder} does not know: "
                    f"{described(c.step.did)}; nothing was changed",
                    "alcli retrain",
                )
            if isinstance(c.step.did, ModelRetrained) and c.number not in undone and _essence(c) not in theirs:
                raise ProjectMoved(
                    f"step {c.number} is a retrain made here, which {self.folder} does not know; nothing was changed",
                    f"where the model made there is to be used: alcli undo {c.number}, then pull again",
                )

    def _told(self, theirs: Committed) -> None:
        """Refuse rows beside a model that could not be read: a project that has them could not be opened."""
        try:
            for name, kind in ((CONSENSUS, ConsensusRow), (SUSPECTS, SuspectRow)):
                if name in theirs.step.payload:
                    from_lines(self._file(theirs, name).read_bytes(), kind)
            missing = _did(theirs).consensus and CONSENSUS not in theirs.step.payload
        except ValueError as error:
            raise self._refused(f"its step {theirs.number} has rows that cannot be read: {error}") from error
        if missing:
            raise self._refused(f"its step {theirs.number} is not whole: {CONSENSUS} is missing")

    def _readable(self, theirs: Committed) -> None:
        """Refuse a model that reads other features than those made here: it would be of no use."""
        did = _did(theirs)
        config = configs.from_tree(theirs.step.settings, f"step {theirs.number} of {self.folder}")
        made = learned.read(self.project, config, did.fit_shards, did.pair.beside)
        if made.key != did.features or made.state_sha != did.features_state:
            raise self._refused(
                f"the model of its step {theirs.number} reads features that were made otherwise than here",
                "copy the project with .alcli/cache, so that the copy has the features made here",
            )

    def _file(self, theirs: Committed, name: str) -> Path:
        try:
            return _plain(self.folder / ".alcli" / "steps", f"{theirs.number:04d}/{name}")
        except ProjectError as error:
            raise self._refused(error.message) from error

    def _damaged(self, theirs: Committed, name: str) -> ProjectError:
        return self._refused(f"its step {theirs.number} is damaged: {name} was changed after it was committed")

    def _refused(self, why: str, hint: str = "") -> ProjectError:
        return ProjectError(f"{self.folder}: {why}; nothing was changed", hint or "copy it again")


def _did(committed: Committed) -> ModelRetrained:
    assert isinstance(committed.step.did, ModelRetrained)
    return committed.step.did


def _essence(committed: Committed) -> object:
    """What stays the same of a step that is taken into another row."""
    return msgspec.structs.replace(committed.step, previous="", based_on=0)


def _essences(row: Sequence[Committed]) -> list[object]:
    return [_essence(committed) for committed in row if isinstance(committed.step.did, ModelRetrained)]


def _plain(steps: Path, name: str) -> Path:
    """A file below the steps; refuses a name or a link that leads elsewhere, and what is no regular file."""
    parts = PurePosixPath(name).parts
    if PurePosixPath(name).as_posix() != name or ".." in parts or len(parts) < 2:
        raise ProjectError(f"{name!r} does not name a file of a step")
    try:
        modes = [os.lstat(steps.joinpath(*parts[:depth])).st_mode for depth in range(1, len(parts) + 1)]
    except (OSError, ValueError) as error:
        raise ProjectError(f"{name} is missing") from error
    if not all(map(stat.S_ISDIR, modes[:-1])) or not stat.S_ISREG(modes[-1]):
        raise ProjectError(f"{name} is a link, or no file")
    return steps / name


def _copy(source: Path, target: Path, size: int) -> None:
    """Copy a file, but no more than a byte beyond this size: a longer one is not what was committed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    left = size + 1
    with source.open("rb") as given, target.open("xb") as copy:
        while left and (chunk := given.read(min(left, _CHUNK))):
            copy.write(chunk)
            left -= len(chunk)
