"""What featurizers have to know of each shard, made once and kept on disk.

A digest that is quick to make waits in a scratch folder until its shard's features are made. A featurizer with
`rows_at_once` is slow: it gets a shard in slices of so many rows, and each slice stays for good:

    digests-KEY/SHA-0/        the first rows of a shard: arrays with one entry a row
                SHA-1024/     the next

So work that was cut off goes on where it stopped, and neither a pool that grows nor other settings elsewhere make it
anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from alcli.errors import ConfigError, Fault
from alcli.project.arrays import Parts, read, write

if TYPE_CHECKING:
    from alcli.contracts import Arrays
    from alcli.project.block import Block
    from alcli.project.pool import Shard

RECIPE = 1  # raise it when a slow featurizer comes to give other digests


@dataclass(frozen=True)
class Digests:
    """One block's digests of some shards; may be read more than once.

    `cache` is the folder of all features; without `scratch`, quick digests are made again each time.
    """

    block: Block
    shards: Sequence[Shard]
    cache: Path
    scratch: Path | None = None

    def __iter__(self) -> Iterator[Arrays]:
        return map(self._read, self.shards)

    def slices(self, shard: Shard) -> range:
        """Where the slices of a shard begin: none if the featurizer is quick."""
        return range(0, shard.rows, self._at_once) if self._at_once else range(0)

    def piece(self, shard: Shard, first: int) -> Arrays:
        """The digest of the slice that begins there; made and kept if it is not there."""
        name = f"{shard.sha}-{first}"
        found = self._kept.open(name)
        if found is not None:
            return found[1]
        made = self._digest(shard, first, self._at_once)
        self._kept.put(name, made, {"state": ""})
        return made

    def make(self, shards: Sequence[Shard], tell: Callable[[], None]) -> None:
        """Make the slices of these shards that are not there; `tell` is called after each.

        Rows that cannot be read are refused when all have been looked at, so that one round of mending is enough.
        """
        faults: list[Fault] = []
        for shard in shards:
            for first in self.slices(shard):
                try:
                    self.piece(shard, first)
                except ConfigError as error:
                    if not error.faults:
                        raise
                    faults += error.faults
                tell()
        if faults:
            raise _unreadable(self.block, faults)

    def keep(self, shard: Shard) -> None:
        """Make a shard's quick digest. Vectors already lie on the disk as they are: no second copy."""
        if self.scratch and self.block.role != "vectors" and not self._at_once:
            with contextlib.suppress(FileNotFoundError):  # the folder was deleted: `_read` makes it again
                write(self.scratch / shard.sha, self._digest(shard), {})

    def take(self, shard: Shard) -> Arrays:
        """A shard's digest for the last time: its scratch files go, their bytes stay as long as they are used."""
        digest = self._read(shard)
        if self.scratch:
            shutil.rmtree(self.scratch / shard.sha, ignore_errors=True)
        return digest

    def _read(self, shard: Shard) -> Arrays:
        if self._at_once:
            return _joined([self.piece(shard, first) for first in self.slices(shard)])
        found = read(self.scratch / shard.sha) if self.scratch else None
        return self._digest(shard) if found is None else found[1]

    def _digest(self, shard: Shard, first: int = 0, rows: int | None = None) -> Arrays:
        from alcli.project import pool

        if self.block.role == "vectors":
            return digest(self.block, {"vectors": pool.vectors(shard)})
        table = pool.table(shard, self.block.columns).slice(first, rows)
        last = shard.first + first + table.height
        return digest(self.block, table, f"rows {shard.first + first + 1} to {last} of the pool: ")

    @property
    def _at_once(self) -> int:
        return int(getattr(self.block.featurizer, "rows_at_once", 0))

    @cached_property
    def _kept(self) -> Parts:
        words = json.dumps([RECIPE, self.block.columns, self.block.name, self._at_once])
        return Parts(self.cache / f"digests-{hashlib.sha256(words.encode()).hexdigest()[:24]}")


def digest(block: Block, rows: Any, where: str = "") -> Arrays:
    """`rows` is a table or, for that role, {"vectors": (n, v)}; the contract cannot say so, hence no type."""
    try:
        return block.featurizer.digest(rows)
    except ImportError as error:  # a package or a model
        raise ConfigError(f"[features] {block.role}: {error}", "install it, or name another in alcli.toml") from error
    except ValueError as error:  # rows that cannot be read
        lines = str(error).splitlines() or [repr(error)]
        raise _unreadable(block, [Fault(where + line) for line in lines]) from error


def _unreadable(block: Block, faults: Sequence[Fault]) -> ConfigError:
    said = faults[0].reason if len(faults) == 1 else f"{len(faults):,} rows cannot be read"
    skips = hasattr(block.featurizer, "skip_broken")
    hint = "mend it, or skip_broken = true in alcli.toml" if skips else "mend it, or name another in alcli.toml"
    return ConfigError(f"[features] {block.role}: {said}", hint, faults)


def _joined(slices: Sequence[Arrays]) -> Arrays:
    if len(slices) == 1:
        return slices[0]
    return {name: np.concatenate([arrays[name] for arrays in slices]) for name in slices[0]}
