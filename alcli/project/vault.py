"""The folder of steps: read, stage, commit.

A step is a folder with a bare number for a name. It is written beside, under `.staging-...`, made durable,
and renamed to the next number: that rename is the commit. Two writers fight for one name and the system
refuses a full target, so readers need no lock and nothing committed is ever opened for writing again.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

import msgspec

from alcli.errors import AlcliError, ProjectError
from alcli.project import durable
from alcli.project.records import FORMAT, Payload, Step, parse, to_json

STEP_FILE = "step.json"
_STAGING = ".staging-"


@dataclass(frozen=True, slots=True)
class Committed:
    """A step as it stands in the vault; `sha` is the hash of its `step.json`."""

    number: int
    step: Step
    sha: str
    folder: Path


class Vault:
    """The steps under `.alcli/steps` of a project."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.steps = project / ".alcli" / "steps"

    def read(self, after: int = 0) -> list[Committed]:
        """The committed steps after this number, in order; a gap or a broken chain is damage."""
        found: list[Committed] = []
        for number in range(after + 1, self.last() + 1):
            committed = self.open(number)
            if found and committed.step.previous != found[-1].sha:
                raise _changed(number - 1)
            found.append(committed)
        return found

    def last(self) -> int:
        """The number of the last step, 0 where there is none; a gap below it is damage."""
        try:
            numbers = sorted(int(name) for name in os.listdir(self.steps) if name.isdecimal())
        except FileNotFoundError:
            return 0
        for number, found in enumerate(numbers, 1):
            if number != found:
                raise ProjectError(f"step {number} is missing from {self.steps}", RESTORE)
        return len(numbers)

    def open(self, number: int, sha: str | None = None) -> Committed:
        """One step; damage if it cannot be read, or where its hash is known and is another one."""
        folder = self.steps / f"{number:04d}"
        try:
            data = (folder / STEP_FILE).read_bytes()
            written_in = msgspec.json.decode(data, type=_Numbered).format
            if written_in > FORMAT:
                raise ProjectError(
                    f"step {number} has disk format {written_in}; this alcli reads up to {FORMAT}",
                    "pip install -U alcli",
                )
            step = parse(data)
        except (FileNotFoundError, NotADirectoryError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            message = f"step {number} is damaged: {folder / STEP_FILE} cannot be read"
            raise ProjectError(message, RESTORE) from error
        found = hashlib.sha256(data).hexdigest()
        if sha not in (None, found):
            raise _changed(number)
        return Committed(number, step, found, folder)

    @contextlib.contextmanager
    def stage(self) -> Iterator[Path]:
        """A folder to write a step's payload into; removed at the end unless it was committed.

        Held by a lock on the folder itself, which dies with the process: so what no one holds is stale and is
        swept.
        """
        durable.make_folder(self.steps)
        self._sweep()
        folder, lock = self._locked_folder()
        try:
            yield folder
        finally:
            os.close(lock)
            shutil.rmtree(folder, ignore_errors=True)

    def commit(self, staging: Path, step: Step, check: Callable[[Sequence[Committed]], None]) -> Committed:
        """Make the staged folder the next step.

        `check` is called with the steps that came in since `step.based_on`; it raises `ProjectMoved` where
        this step cannot follow them.
        """
        durable.sync_tree(staging)
        step = msgspec.structs.replace(step, payload=_payload(staging))
        while True:
            newest = self.read(after=max(0, step.based_on - 1))
            if step.based_on and (not newest or newest[0].number != step.based_on):
                raise ProjectError(f"step {step.based_on} has gone from {self.steps} meanwhile", RESTORE)
            came_in = [c for c in newest if c.number > step.based_on]
            if came_in:
                check(came_in)
            number = newest[-1].number if newest else 0
            step = msgspec.structs.replace(step, previous=newest[-1].sha if newest else "")
            data = to_json(step)
            with durable.replacing(staging / STEP_FILE) as draft:
                draft.write_bytes(data)
            target = self.steps / f"{number + 1:04d}"
            try:
                os.rename(staging, target)  # the commit
            except OSError as refusal:
                if refusal.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                    raise
                continue  # another writer took the number
            self._put_on_disk(number + 1)
            return Committed(number + 1, step, hashlib.sha256(data).hexdigest(), target)

    def faults(self) -> Iterator[str]:
        """Every way in which the vault is not what was committed; reads every byte."""
        for committed in self.read():
            for name, payload in committed.step.payload.items():
                path = committed.folder / name
                if not path.is_file():
                    yield f"step {committed.number}: {name} is missing"
                elif path.stat().st_size != payload.size or durable.sha256(path) != payload.sha256:
                    yield f"step {committed.number}: {name} was changed after it was committed"
            for name in _files(committed.folder):
                if name not in committed.step.payload and name != STEP_FILE:
                    yield f"step {committed.number}: {name} was not committed with it"

    def _put_on_disk(self, number: int) -> None:
        folders = [self.steps]
        if number == 1:  # a killed run may have made the folders above without syncing their names
            folders += [self.steps.parent, self.project, self.project.parent]
        try:
            for folder in folders:
                durable.sync(folder)
        except OSError as error:
            message = f"step {number} was made, but the disk did not confirm it: {error.strerror}"
            raise ProjectError(message, "alcli log --verify shows whether it is whole") from error

    def _locked_folder(self) -> tuple[Path, int]:
        while True:
            folder = self.steps / f"{_STAGING}{os.urandom(4).hex()}"
            folder.mkdir()
            lock = durable.try_lock(folder)
            if lock is not None:
                return folder, lock

    def _sweep(self) -> None:
        for folder in self.steps.glob(f"{_STAGING}*"):
            lock = durable.try_lock(folder)
            if lock is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(lock)


class _Numbered(msgspec.Struct):
    """All that is looked at before the disk format is known: a newer one may say all else in another way."""

    format: int


class Row(Sequence[Committed]):
    """Steps whose hashes are known, read one by one when they are asked for."""

    def __init__(self, vault: Vault, chain: Sequence[str]) -> None:
        self._vault, self._chain = vault, chain
        self._read: dict[int, Committed] = {}

    def __len__(self) -> int:
        return len(self._chain)

    @overload
    def __getitem__(self, at: int) -> Committed: ...
    @overload
    def __getitem__(self, at: slice) -> list[Committed]: ...
    def __getitem__(self, at: int | slice) -> Committed | list[Committed]:
        if isinstance(at, slice):
            return [self[place] for place in range(len(self))[at]]
        place = range(len(self))[at]
        if place not in self._read:
            self._read[place] = self._vault.open(place + 1, self._chain[place])
        return self._read[place]


RESTORE = "alcli log --verify shows what is damaged; restore the .alcli folder from a copy"


@contextlib.contextmanager
def reading(path: Path) -> Iterator[None]:
    """Around whatever reads a file that a step holds: where it cannot, that is damage, told with the file."""
    try:
        yield
    except BaseException as error:
        if not _is_damage(error):
            raise
        step = re.search(r"/steps/(\d+)/", path.as_posix())
        damaged = f"step {int(step[1])} is damaged: " if step else ""
        raise ProjectError(f"{damaged}{path} cannot be read", RESTORE if step else "") from error


def _is_damage(error: BaseException) -> bool:
    """Whether it tells of what stands in a file: NumPy, Arrow, Polars and msgspec raise what they like."""
    if isinstance(error, OSError):  # others are the disk's
        return error.errno in (None, errno.ENOENT, errno.ENOTDIR)
    if type(error).__name__ == "PanicException":  # of Polars; no `Exception`
        return "KeyboardInterrupt" not in str(error)
    return isinstance(error, Exception) and not isinstance(error, AlcliError | MemoryError)


def _changed(number: int) -> ProjectError:
    return ProjectError(f"step {number} was changed after it was committed", RESTORE)


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _payload(staging: Path) -> dict[str, Payload]:
    return {
        name: Payload(durable.sha256(staging / name), (staging / name).stat().st_size)
        for name in _files(staging)
        if name != STEP_FILE
    }
