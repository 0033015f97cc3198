"""The features of a pool by content key: made once, mapped into memory ever after.

All of it can be made again, so the folder may be deleted at any time.

    features-KEY/state/       what the featurizers learned from the whole pool
                 SHA/         one shard: indptr.npy indices.npy data.npy (CSR), or dense.npy
                 .making-*/   being written; a part takes its name when it is whole

Each part has a `meta.json`, written last, with the size of each file in bytes: a part with a torn or missing
file is made again. `digests.py` says what else stands in the folder.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from alcli.errors import ConfigError, DataError
from alcli.project.arrays import Parts
from alcli.project.block import Block
from alcli.project.digests import Digests, digest

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from alcli.contracts import Arrays, Matrix, Reading
    from alcli.project.pool import Shard

    Progress: TypeAlias = Callable[[int, int], None]

RECIPE = 4  # raise it when the same pool and parameters come to give other features


class Features:
    """A pool's features: blocks side by side, learned from `fit_shards`; other shards are only transformed.

    CSR if any block is sparse, else one dense array; float32, or float16 where all blocks are dense and float16.
    """

    def __init__(self, folder: Path, blocks: Sequence[Block], fit_shards: Sequence[Shard]) -> None:
        self.folder, self.blocks, self.fit_shards = folder, tuple(blocks), tuple(fit_shards)
        self._learned: _Learned | None = None

    def __reduce__(self) -> tuple[Any, ...]:  # workers get the recipe, not the arrays
        return Features, (self.folder, self.blocks, self.fit_shards)

    @cached_property
    def key(self) -> str:
        """The hash of what the features depend on: recipe, blocks, shards learned from, version of Polars."""
        blocks = [[block.role, block.columns, block.name] for block in self.blocks]
        shards = [shard.sha for shard in self.fit_shards]
        words = json.dumps([RECIPE, version("polars").partition(".")[0], blocks, shards])
        return hashlib.sha256(words.encode()).hexdigest()[:24]

    @property
    def state_sha(self) -> str:
        """The hash of what was learned: a model goes with features of the state that it was trained on."""
        return self._state().sha

    @property
    def n_features(self) -> int:
        """The width of the features."""
        return int(self.matrix(self.fit_shards[0]).shape[1])

    def fit(self, progress: Progress | None = None, later: Sequence[Shard] = ()) -> None:
        """Make all that is missing for `fit_shards`: a digest of each, the state, the features of each.

        Those of `later` shards are made as well, without learning from them. `progress` is called with the pieces of
        work done and their total; when nothing is missing, never.
        """
        self._parts.sweep()
        self._learned = self._open_state()
        fresh = self.fit_shards if self._learned is None else ()
        shards = [s for s in (*self.fit_shards, *later) if fresh or self._open(s) is None]
        if not shards:
            return
        with self._parts.scratch() as scratch:
            digests = [Digests(b, self.fit_shards, self.folder, scratch / str(at)) for at, b in enumerate(self.blocks)]
            slow = sum(len(of_block.slices(shard)) for of_block in digests for shard in shards)
            tell = _counted(progress, slow + len(fresh) + len(shards))
            for of_block in digests:
                of_block.make(shards, tell)
            for shard in fresh:
                for of_block in digests:
                    of_block.keep(shard)
                tell()
            self._learned = self._learned or self._learn(digests)
            for shard in shards:
                if self._open(shard) is None:  # another process may have been quicker
                    self._make(shard, [of_block.take(shard) for of_block in digests])
                tell()

    def readings(self, shards: Sequence[Shard] = ()) -> tuple[Reading, ...]:
        """How columns are read, of the featurizers that can tell; empty while the features are not made.

        The cells that cannot be read are those of `fit_shards`, or of these `shards`.
        """
        self._learned = self._learned or self._open_state()
        states = self._learned.states if self._learned else ()
        told = [
            block.featurizer.readings(block.columns, state, Digests(block, shards, self.folder))
            for block, state in zip(self.blocks, states, strict=False)
            if hasattr(block.featurizer, "readings")
        ]
        return tuple(itertools.chain.from_iterable(told))

    def matrix(self, shard: Shard) -> Matrix:
        """The features of one shard (n, d), mapped from the disk, read-only; made first if not there."""
        found = self._open(shard)
        if found is None:
            found = self._make(shard, [Digests(b, (shard,), self.folder).take(shard) for b in self.blocks])
        return found

    def transform(self, table: pl.DataFrame, vectors: NDArray[Any] | None = None) -> Matrix:
        """The features of new rows (n, d); `table` has at least the blocks' columns, `vectors` is (n, v)."""
        rows = [{"vectors": vectors} if b.role == "vectors" else table.select(b.columns) for b in self.blocks]
        features = self._transformed([digest(b, given) for b, given in zip(self.blocks, rows, strict=True)])
        if features.shape[1] != self.n_features:
            raise DataError(f"the new rows have {features.shape[1]} features, the pool's {self.n_features}")
        return features

    @cached_property
    def _parts(self) -> Parts:
        return Parts(self.folder / f"features-{self.key}")

    def _state(self) -> _Learned:
        if self._learned is None:
            self._learned = self._open_state()
        if self._learned is None:
            self.fit()
        assert self._learned is not None
        return self._learned

    def _open_state(self) -> _Learned | None:
        found = self._parts.open("state")
        if found is None:
            return None
        meta, arrays = found
        return _Learned(meta["state"], [_of_block(arrays, at) for at in range(len(self.blocks))])

    def _learn(self, digests: Sequence[Digests]) -> _Learned:
        states = [of_block.block.featurizer.fit(of_block) for of_block in digests]
        arrays = {f"{at}.{name}": array for at, state in enumerate(states) for name, array in state.items()}
        learned = _Learned(_sha(arrays), states)
        self._parts.put("state", arrays, {"state": learned.sha})
        return learned

    def _transformed(self, digests: Sequence[Arrays]) -> Matrix:
        states = self._state().states
        return _side_by_side(
            [b.featurizer.transform(d, s) for b, d, s in zip(self.blocks, digests, states, strict=True)]
        )

    def _make(self, shard: Shard, digests: Sequence[Arrays]) -> Matrix:
        features = self._transformed(digests)
        if features.shape[0] != shard.rows:
            names = ", ".join(block.name for block in self.blocks)
            raise ConfigError(f"{names}: {features.shape[0]} rows of features for {shard.rows} of the pool")
        self._parts.put(shard.sha, _to_arrays(features), {"state": self.state_sha, "shape": features.shape})
        found = self._open(shard)
        return features if found is None else found

    def _open(self, shard: Shard) -> Matrix | None:
        found = self._parts.open(shard.sha, state=self.state_sha)
        return None if found is None else _to_matrix(found[1], found[0]["shape"])


@dataclass(frozen=True, slots=True)
class _Learned:
    """What each block's featurizer learned, and the hash of it all."""

    sha: str
    states: Sequence[Arrays]


def _counted(progress: Progress | None, total: int) -> Callable[[], None]:
    done = itertools.count(1)
    return lambda: progress(next(done), total) if progress else None


def _side_by_side(features: Sequence[Matrix]) -> Matrix:
    if all(isinstance(part, np.ndarray) for part in features):
        half = all(part.dtype == np.float16 for part in features)
        dense = features[0] if len(features) == 1 else np.hstack(list(features))
        return np.ascontiguousarray(dense, dtype=np.float16 if half else np.float32)
    from scipy.sparse import csr_matrix, hstack

    parts = [csr_matrix(part, dtype=np.float32) for part in features]
    whole = parts[0] if len(parts) == 1 else csr_matrix(hstack(parts, format="csr"))
    whole.sum_duplicates()
    return whole


def _of_block(arrays: Arrays, at: int) -> Arrays:
    mine = f"{at}."
    return {name.removeprefix(mine): array for name, array in arrays.items() if name.startswith(mine)}


def _to_arrays(features: Matrix) -> Arrays:
    if isinstance(features, np.ndarray):
        return {"dense": features}
    return {"indptr": features.indptr, "indices": features.indices, "data": features.data}


def _to_matrix(arrays: Arrays, shape: Sequence[int]) -> Matrix:
    if "dense" in arrays:
        return arrays["dense"]
    from scipy.sparse import csr_matrix

    parts = (arrays["data"], arrays["indices"], arrays["indptr"])
    features = csr_matrix(parts, shape=tuple(shape), copy=False)
    features.has_canonical_format = True  # said, not looked up: that would read every index
    return features


def _sha(arrays: Arrays) -> str:
    found = hashlib.sha256()
    for name in sorted(arrays):
        found.update(f"{name} {arrays[name].dtype.str} {arrays[name].shape}\n".encode())
        found.update(np.ascontiguousarray(arrays[name]).data)
    return found.hexdigest()
