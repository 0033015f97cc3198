"""Folders of arrays that are whole or not there. Any number of processes may read, write and delete them at once.

Each has a `meta.json`, written last, with the size of each file in bytes: a folder with a torn or missing file counts
as not there.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from alcli.project import durable

if TYPE_CHECKING:
    from alcli.contracts import Arrays

_DAY = 86_400.0
_TAKEN = {errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR}


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts by name in one folder. Any number of processes may read, write and delete here at once."""

    folder: Path

    def open(self, name: str, state: str | None = None) -> tuple[dict[str, Any], Arrays] | None:
        """A part's `meta.json` and mapped arrays; None if it is not whole or belongs to another state."""
        found = read(self.folder / name)
        return found if found is None or state in (None, found[0].get("state")) else None

    def put(self, name: str, arrays: Arrays, meta: Mapping[str, Any]) -> None:
        """Write a part; that of a quicker process stays. A folder deleted meanwhile costs only time."""
        with contextlib.suppress(FileNotFoundError), self.scratch() as scratch:
            draft = scratch / "draft"
            write(draft, arrays, meta)
            durable.sync_tree(draft)
            for _ in range(3):
                try:
                    os.rename(draft, self.folder / name)
                    break
                except OSError as error:
                    if error.errno not in _TAKEN:
                        raise
                if self.open(name, state=meta["state"]) is not None:
                    break
                with contextlib.suppress(OSError):  # torn, or of another state: out of the way
                    os.rename(self.folder / name, scratch / os.urandom(4).hex())
            durable.sync(self.folder)

    @contextlib.contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder of our own, gone at the end."""
        self.sweep()
        durable.make_folder(self.folder)
        folder = self.folder / f"{_making()}{os.getpid()}-{os.urandom(4).hex()}"
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def sweep(self) -> None:
        """Remove what killed runs left: of dead processes of this machine, and of any after a day."""
        for folder in self.folder.glob(".making-*"):
            with contextlib.suppress(OSError):
                pid = folder.name.removeprefix(_making()).partition("-")[0]
                ours = folder.name.startswith(_making()) and pid.isdecimal()
                if (ours and not _alive(int(pid))) or time.time() - folder.stat().st_mtime > _DAY:
                    shutil.rmtree(folder, ignore_errors=True)


def write(folder: Path, arrays: Arrays, meta: Mapping[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)
    sizes = {name: (folder / f"{name}.npy").stat().st_size for name in arrays}
    (folder / "meta.json").write_text(json.dumps({**meta, "sizes": sizes}), encoding="utf-8")


def read(folder: Path) -> tuple[dict[str, Any], Arrays] | None:
    try:
        meta = json.loads((folder / "meta.json").read_bytes())
        arrays = {}
        for name, size in meta["sizes"].items():
            file = folder / f"{name}.npy"
            if file.stat().st_size != size:
                return None
            arrays[name] = np.load(file, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):  # absent, torn, or something else
        return None
    return meta, arrays


def _making() -> str:
    """How our scratch folders' names begin: a process number means something on its own machine only."""
    return f".making-{hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]}-"


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
