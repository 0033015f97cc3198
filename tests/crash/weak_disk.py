"""A disk as weak as POSIX allows, and all that a power cut can leave on it.

What was not synced may be lost or kept, each thing by itself: the bytes of a file (lost, the first part
of them, zeros in their place, all), and every change of a name in a folder (a file made, renamed,
removed). A rename may so reach the disk before the bytes of the file it renames, and a later change
before an earlier one. Only a rename within a folder is one change.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from recorder import Operation, Tree

Choose = Callable[[int], int]  # how many possibilities there are -> which; 0 = lost, the last = kept


@dataclass
class File:
    durable: bytes = b""
    now: bytes = b""

    def after(self, choose: Choose) -> bytes:
        if self.durable == self.now:
            return self.now
        whole, half = len(self.now), len(self.now) // 2
        torn = [self.now[:cut] for cut in (0, 1, half, whole - 1)]
        holes = [self.now[:kept] + bytes(whole - kept) for kept in (0, half)]
        possible = list(dict.fromkeys([self.durable, *torn, *holes, self.now]))
        return possible[choose(len(possible))]


@dataclass
class Folder:
    durable: dict[str, File | Folder] = field(default_factory=dict)
    now: dict[str, File | Folder] = field(default_factory=dict)
    waiting: list[dict[str, File | Folder | None]] = field(default_factory=list)

    def change(self, names: dict[str, File | Folder | None]) -> None:
        self.waiting.append(names)
        _rename(self.now, names)

    def after(self, choose: Choose) -> dict[str, File | Folder]:
        found = dict(self.durable)
        for names in self.waiting:
            if choose(2):
                _rename(found, names)
        return found


class WeakDisk:
    """Starts with a tree that is all on the disk."""

    def __init__(self, tree: Tree) -> None:
        self.top = Folder()
        for path, data in tree.items():
            folder, name = self._at(path)
            folder.now[name] = folder.durable[name] = Folder() if data is None else File(data, data)

    def do(self, operation: Operation) -> None:
        """Do what was recorded; nothing is sure to be on the disk until it is synced."""
        folder, name = self._at(operation.path) if operation.path != "." else (self.top, ".")
        node = folder.now.get(name, self.top)
        match operation.kind:
            case "mkdir":
                folder.change({name: Folder()})
            case "create":
                folder.change({name: File()})
            case "write":
                assert isinstance(node, File)
                node.now = operation.data
            case "remove":
                folder.change({name: None})
            case "rename":
                target, new = self._at(operation.target)
                if target is folder:
                    folder.change({name: None, new: node})
                else:
                    target.change({new: node})
                    folder.change({name: None})
            case "fsync" if isinstance(node, File):
                node.durable = node.now
            case "fsync" if isinstance(node, Folder):
                node.durable, node.waiting = dict(node.now), []

    def power_cut(self, choose: Choose) -> Tree:
        """What is on the disk when the power comes back."""
        tree: Tree = {}

        def read(folder: Folder, path: str) -> None:
            for name, node in sorted(folder.after(choose).items()):
                if isinstance(node, File):
                    tree[path + name] = node.after(choose)
                else:
                    tree[path + name] = None
                    read(node, f"{path}{name}/")

        read(self.top, "")
        return tree

    def _at(self, path: str) -> tuple[Folder, str]:
        *parents, name = path.split("/")
        folder = self.top
        for parent in parents:
            found = folder.now[parent]
            assert isinstance(found, Folder)
            folder = found
        return folder, name


def power_cuts(disk: WeakDisk, few: int, rng: random.Random) -> Iterator[Tree]:
    """The states a power cut can leave now: every one if they are `few`, else a sample of that many."""
    states = []
    for state in _every(disk):
        states.append(state)
        if len(states) > few:
            break
    else:
        yield from states
        return
    yield disk.power_cut(lambda n: 0)
    yield disk.power_cut(lambda n: n - 1)
    for _ in range(few - 2):
        kept = rng.random()
        yield disk.power_cut(lambda n, kept=kept: n - 1 if rng.random() < kept else rng.randrange(n - 1))


def _every(disk: WeakDisk) -> Iterator[Tree]:
    """All states, by counting through the choices like the wheels of an odometer."""
    wheels: list[int] = []
    while True:
        sizes: list[int] = []

        def choose(n: int, sizes: list[int] = sizes, wheels: Sequence[int] = tuple(wheels)) -> int:
            sizes.append(n)
            return wheels[len(sizes) - 1] if len(sizes) <= len(wheels) else 0

        yield disk.power_cut(choose)
        wheels += [0] * (len(sizes) - len(wheels))
        while wheels and wheels[-1] == sizes[len(wheels) - 1] - 1:
            wheels.pop()
        if not wheels:
            return
        wheels[-1] += 1


def moments(start: Tree, operations: Iterable[Operation]) -> Iterator[WeakDisk]:
    """The disk before the first operation and after each."""
    disk = WeakDisk(start)
    yield disk
    for operation in operations:
        disk.do(operation)
        yield disk


def _rename(folder: dict[str, File | Folder], names: dict[str, File | Folder | None]) -> None:
    for name, node in names.items():
        if node is None:
            folder.pop(name, None)
        else:
            folder[name] = node
