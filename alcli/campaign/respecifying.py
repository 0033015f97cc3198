"""Writing `alcli.toml` anew after the classes changed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alcli.errors import ConfigError
from alcli.project import amending, durable
from alcli.project.config import Config
from alcli.project.project import SPECIFICATION


@contextmanager
def respecified(root: Path, now: Config) -> Iterator[None]:
    """`alcli.toml`, with the classes as they are `now`, lies ready while the block runs, and counts if that ends well.

    A disk or a text that refuses the change is told before the block begins.
    """
    file = (root / SPECIFICATION).resolve()
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(f"{file} is missing", "alcli init writes it again, as it was last recorded") from None
    new = amending.rewritten(text, str(root / SPECIFICATION), now)
    if new == text:
        yield
        return
    with durable.replacing(file) as draft:
        draft.write_bytes(new.encode())
        shutil.copymode(file, draft)
        durable.sync(draft)
        yield


def respecify(root: Path, now: Config) -> bytes:
    """Write it at once; the bytes that stood there."""
    before = (root / SPECIFICATION).read_bytes()
    with respecified(root, now):
        pass
    return before


def restore(root: Path, before: bytes) -> None:
    """Put these bytes back."""
    with durable.replacing((root / SPECIFICATION).resolve()) as draft:
        draft.write_bytes(before)
