"""File operations below a folder pass through a function of ours: to record, to refuse, or to die at one."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

KINDS = {
    "mkdir": "mkdir",
    "rename": "rename",
    "replace": "rename",
    "unlink": "remove",
    "remove": "remove",
    "rmdir": "remove",
    "fsync": "fsync",
}

Act = Callable[[], Any]
Around = Callable[[str, tuple[Path, ...], Act], Any]


@contextlib.contextmanager
def hooked(world: Path, around: Around) -> Iterator[None]:
    """While the block runs, each operation below `world` is a call of `around(kind, paths, act)` instead."""
    real = {name: getattr(os, name) for name in KINDS}

    def hook(name: str) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            paths = _paths(name, args, options)
            if not any(path.is_relative_to(world) for path in paths):
                return real[name](*args, **options)
            return around(KINDS[name], paths, lambda: real[name](*args, **options))

        return call

    for name in KINDS:
        setattr(os, name, hook(name))
    try:
        yield
    finally:
        for name, function in real.items():
            setattr(os, name, function)


def _paths(name: str, args: tuple[Any, ...], options: dict[str, Any]) -> tuple[Path, ...]:
    if name == "fsync":
        return (path_of(args[0]),)
    given = args[:2] if KINDS[name] == "rename" else args[:1]
    descriptor = options.get("dir_fd")
    base = Path.cwd() if descriptor is None else path_of(descriptor)
    return tuple(base / os.fsdecode(path) for path in given)


def path_of(descriptor: int) -> Path:
    """The path of an open file."""
    return Path(os.readlink(f"/proc/self/fd/{descriptor}"))
