"""Writing that survives a power cut: a file counts when its bytes and its name are on the disk."""

from __future__ import annotations

import contextlib
import fcntl
import glob
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from alcli.errors import ProjectError


def sync(path: Path) -> None:
    """Put a file's bytes, or a folder's names, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Put all that stands below a folder on the disk, the deepest first."""
    for parent, _, names in os.walk(folder, topdown=False):
        for name in names:
            sync(Path(parent) / name)
        sync(Path(parent))


def make_folder(path: Path) -> None:
    """Make a folder and its parents so that their names survive; refuses where a file is in the way."""
    in_the_way = next((p for p in (path, *path.parents) if p.exists() and not p.is_dir()), None)
    if in_the_way:
        raise ProjectError(f"{in_the_way} is a file, where a folder is wanted", f"move {in_the_way} away")
    missing = [p for p in (path, *path.parents) if not p.exists()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        sync(folder.parent)


def try_lock(path: Path) -> int | None:
    """An open, locked descriptor of a file or folder; None if another process holds it or it is gone.

    The lock dies with the process: what can be locked by another is left over from a killed one.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(descriptor).st_nlink > 0 and path.exists():
            return descriptor
    except OSError:
        pass
    os.close(descriptor)
    return None


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; takes its place, whole, when the block ends well.

    What killed commands left of the same file is swept.
    """
    for left in _drafts(path):
        lock = try_lock(left)
        if lock is not None:
            left.unlink(missing_ok=True)
            os.close(lock)
    draft, lock = _locked_draft(path)
    try:
        yield draft
        sync(draft)
        os.replace(draft, path)
        sync(path.parent)
    finally:
        draft.unlink(missing_ok=True)
        os.close(lock)


def cut_short(path: Path) -> bool:
    """Whether a file is not there because the command that was to put it there was killed before it did."""
    return not path.exists() and bool(_drafts(path))


def _drafts(path: Path) -> list[Path]:
    return list(path.parent.glob(f".{glob.escape(path.name)}.*.tmp"))


def _locked_draft(path: Path) -> tuple[Path, int]:
    while True:
        draft = path.with_name(f".{path.name}.{os.urandom(4).hex()}.tmp")
        draft.touch(exist_ok=False)
        lock = try_lock(draft)
        if lock is not None:  # else another command swept it before it was locked
            return draft, lock


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
