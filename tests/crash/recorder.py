"""Records what a command does to the files of a folder, in the order in which it does it.

Before each operation the folder is looked through, so files that native code writes are seen as well: as
created and written at some moment since the last operation. For a disk that may lose or keep anything
that was not synced, the exact moment makes no difference.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hooks import Act, hooked

Tree = dict[str, bytes | None]  # path below the world -> the bytes of a file, None for a folder


@dataclass(frozen=True)
class Operation:
    """`kind` is mkdir, create, write, rename, remove or fsync (of a file or a folder)."""

    kind: str
    path: str
    target: str = ""
    data: bytes = b""


class Killed(BaseException):
    """Stands in for SIGKILL where a run is recorded up to a moment."""


def look(world: Path) -> Tree:
    """All that stands below a folder, parents first."""
    tree: Tree = {}
    for parent, folders, files in os.walk(world):
        folders.sort()
        for name in folders:
            tree[_inside(world, Path(parent, name))] = None
        for name in sorted(files):
            with contextlib.suppress(FileNotFoundError):
                tree[_inside(world, Path(parent, name))] = Path(parent, name).read_bytes()
    return tree


def build(world: Path, tree: Tree) -> Path:
    """Write a tree as looked at into a new folder."""
    world.mkdir()
    for path, data in tree.items():
        if data is None:
            (world / path).mkdir()
        else:
            (world / path).write_bytes(data)
    return world


@contextlib.contextmanager
def recorded(world: Path, survives: int | None = None) -> Iterator[list[Operation]]:
    """The operations of the block, as they come; after `survives` of them no more is done: `Killed`."""
    operations: list[Operation] = []
    known = look(world)
    done = 0

    def catch_up() -> None:
        seen = look(world)
        gone = known.keys() - seen.keys()
        assert not gone, f"removed or renamed behind the recorder's back: {sorted(gone)}"
        for path, data in seen.items():
            if path not in known:
                operations.append(Operation("mkdir" if data is None else "create", path))
            if data is not None and data != known.get(path, b""):
                operations.append(Operation("write", path, data=data))
        known.update(seen)

    def around(kind: str, paths: tuple[Path, ...], act: Act) -> object:
        nonlocal done
        catch_up()
        if done == survives:
            raise Killed
        result = act()
        done += 1
        operations.append(Operation(kind, *(_inside(world, path) for path in paths)))
        if kind != "fsync":
            known.clear()
            known.update(look(world))
        return result

    with hooked(world, around):
        try:
            yield operations
        except Killed:
            return
        catch_up()


def _inside(world: Path, path: Path) -> str:
    return path.relative_to(world).as_posix()
