"""Rows whose labels are all known: a pool to choose from, and test rows that are never in it.

    KEY/pool/part-0000.parquet ...  the pool as a project would hold it
        test/part-0000.parquet ...
        rows/                       labels of both, and rows alike in content
        features/                   as in a project's cache

KEY is the hash of the files, of what their columns are and of how they were split; a folder is whole or not there.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from alcli.core.counts import count
from alcli.core.handoff.asked import RowRefused
from alcli.core.handoff.labels import Labels
from alcli.errors import DataError, Fault
from alcli.project import durable, pool
from alcli.project.arrays import Parts
from alcli.project.config import Config
from alcli.project.faults import need_columns
from alcli.project.pool import Piece, Shard, ShardFile

if TYPE_CHECKING:
    import polars as pl

    from alcli.contracts import Ints

RECIPE = 2  # raise it when the same files come to give other rows
MOST_TEST_ROWS = 5_000
_PARTS = ("pool", "test")
# columns beside those of the files
_PLACE, _TESTED, _FIRST = "alcli_place", "alcli_tested", "alcli_first"


@dataclass(frozen=True)
class Source:
    """Files with labels and how to take them: `test` is a file of test rows, else `test_share` of the rows are.

    `most` bounds the rows of the pool; `vectors` is the matrix of the files, `test_vectors` that of the test file;
    `seed` draws the split.
    """

    paths: tuple[Path, ...]
    test: Path | None = None
    test_share: float = 0.3
    most: int | None = None
    vectors: Path | None = None
    test_vectors: Path | None = None
    seed: int = 0

    def key(self, config: Config) -> str:
        """The hash of all that the rows depend on."""
        given = [self.paths, *((path,) if path else () for path in (self.test, self.vectors, self.test_vectors))]
        words = [
            RECIPE,
            [[durable.sha256(path) for path in paths] for paths in given],
            None if self.test else self.test_share,
            self.most,
            self.seed,
            asdict(config.pool),
            config.labels.skip,
        ]
        return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Counts:
    """What was not taken as it stood: rows without a label; labels that contradict an earlier row of the same content;
    rows of the pool's file whose content is in the test file; rows left out because there were too many."""

    unlabelled: int
    contradicted: int
    in_test: int
    left_out: int


@dataclass(frozen=True)
class Labelled:
    """A pool and test rows, as slices on disk, with the labels of all of them.

    `y` (n,) and `truth` (t,) are class numbers; `twins` (m, 2) are rows of the pool with the content of an earlier
    one: [row, first row with this content].
    """

    folder: Path
    pool: tuple[Shard, ...]
    test: tuple[Shard, ...]
    classes: tuple[str, ...]
    counts: Counts

    @cached_property
    def _rows(self) -> Any:
        found = Parts(self.folder).open("rows")
        assert found is not None
        return found[1]

    @property
    def y(self) -> Ints:
        """Class numbers of the pool's rows."""
        y: Ints = self._rows["y"]
        return y

    @property
    def truth(self) -> Ints:
        """Class numbers of the test rows."""
        truth: Ints = self._rows["truth"]
        return truth

    @property
    def twins(self) -> Ints:
        """Rows of the pool with the content of an earlier one, and that one."""
        twins: Ints = self._rows["twins"]
        return twins

    @property
    def n_askable(self) -> int:
        """Rows that a campaign may ask about: one of each content."""
        return len(self.y) - len(self.twins)


def open_labelled(folder: Path) -> Labelled | None:
    """The labelled rows of a folder; None if they are not there."""
    found = Parts(folder).open("rows")
    if found is None:
        return None
    meta = found[0]
    return Labelled(
        folder,
        pool=tuple(Shard(folder / name, first, rows, sha) for name, first, rows, sha in meta["pool"]),
        test=tuple(Shard(folder / name, first, rows, sha) for name, first, rows, sha in meta["test"]),
        classes=tuple(meta["classes"]),
        counts=Counts(**meta["counts"]),
    )


def splits(
    work: Path, source: Source, config: Config, seeds: Sequence[int], fresh: Path | None = None
) -> dict[int, Labelled]:
    """The rows for each of these seeds, split by itself; what is not there yet is made in `fresh`, else in `work`.

    One split is for all where there is a test file, or where as many rows are held out as ever are: the luck of so
    many is small, and reading the features anew for each seed is dear.
    """
    first = labelled(work, source, config, fresh)
    if source.test or len(first.truth) >= MOST_TEST_ROWS:
        return dict.fromkeys(seeds, first)
    return {seed: labelled(work, replace(source, seed=seed), config, fresh) for seed in seeds}


def labelled(work: Path, source: Source, config: Config, fresh: Path | None = None) -> Labelled:
    """Read and split labelled files, or open what an earlier call made of them in `work`."""
    folder = work / source.key(config)
    there = open_labelled(folder)
    if there:
        return there
    work = fresh or work
    folder = work / folder.name
    with Parts(work).scratch() as scratch:
        draft = scratch / folder.name
        draft.mkdir()
        _make(draft, source, config)
        durable.sync_tree(draft)
        (work / ".gitignore").write_text("*\n", encoding="utf-8")
        if not folder.exists():  # another call may have been quicker
            os.rename(draft, folder)
    made = open_labelled(folder)
    assert made is not None
    return made


def _make(draft: Path, source: Source, config: Config) -> None:
    """Write the pool and the test rows into a folder."""
    rows, n_read = _read(source, config)
    own, first = rows[config.pool.label].to_numpy(), rows[_FIRST].to_numpy()
    tested = rows[_TESTED].to_numpy()
    for some in (rows.filter(tested), rows.filter(~tested)):
        if config.pool.id and some[config.pool.id].is_duplicated().any():
            _write(draft, "whole", some, source, config, None)  # which refuses it, wherever the split puts the rows
    label = own[first]  # rows alike in content are one question, and have one answer
    classes, y = np.unique(label.astype(str), return_inverse=True)
    if len(classes) < 2:
        raise DataError(f"all labels are {str(classes[0])!r}", "wanted rows of two classes or more")
    part = _split(first, tested, source)
    matrices = _matrices(source, n_read)
    written = {name: _write(draft, name, rows.filter(part == name), source, config, matrices[name]) for name in _PARTS}
    _as_wide(draft, written, source)
    counts = Counts(
        unlabelled=sum(n_read) - len(rows),
        contradicted=int((own != label).sum()),
        in_test=int((tested[first] & ~tested).sum()),
        left_out=int(((part == "") & ~tested[first]).sum()),
    )
    arrays = {"y": y[part == "pool"], "truth": y[part == "test"], "twins": written["pool"].duplicates}
    meta = {name: [_shard(draft, name, file) for file in added.shards] for name, added in written.items()}
    Parts(draft).put("rows", arrays, {"state": "", "classes": classes.tolist(), "counts": asdict(counts), **meta})


def _split(first: Ints, tested: Any, source: Source) -> Any:
    """Where each row goes: "pool", "test", or "" for nowhere. Rows alike in content go the same way."""
    order = np.random.default_rng(source.seed).permutation(np.unique(first[~tested[first]]))
    n_test = 0 if source.test else min(MOST_TEST_ROWS, round(source.test_share * len(order)))
    part = np.full(len(first), "", dtype="<U4")
    part[np.isin(first, order[:n_test])] = "test"
    part[np.isin(first, order[n_test:][: source.most])] = "pool"
    part[tested] = "test"
    if not (part == "test").any() or not (part == "pool").any():
        if source.test:
            raise DataError(
                f"no labelled row of {source.paths[0]} is left beside the test file's",
                "--test FILE with other rows, or none: then some are held out",
            )
        few = "one labelled row is" if len(order) == 1 else f"{len(order)} labelled rows are"
        raise DataError(f"{few} too few to split", "hand in more, or a --test FILE")
    return part


def _read(source: Source, config: Config) -> tuple[pl.DataFrame, tuple[int, int]]:
    """The rows with a label, those of the test file first; and how many rows were read from it and from the others.

    Beside the columns that count they have their place in their file, whether it is the test file, and the first row
    with the same content.
    """
    import polars as pl

    columns = config.pool
    wanted = list(dict.fromkeys(name for name in (columns.id, *columns.content, columns.label) if name))
    tables = [_table([source.test], wanted, columns.label, tested=True)] if source.test else []
    tables.append(_table(source.paths, wanted, columns.label, tested=False))
    whole = pl.concat(tables)
    rows = _with_labels(whole, config, source)
    rows = rows.with_row_index(_FIRST)
    if columns.content:
        rows = rows.with_columns(pl.col(_FIRST).min().over(columns.content))
    n_tested = int(whole[_TESTED].sum())
    return rows, (n_tested, len(whole) - n_tested)


def _table(paths: Sequence[Path], wanted: Sequence[str], label: str, tested: bool) -> pl.DataFrame:
    """These columns of all rows, and their places."""
    import polars as pl

    tables = []
    for piece in pool.read(paths):
        need_columns(wanted, piece.table.columns, piece.path)
        tables.append(piece.table.select(wanted).with_columns(piece.labels(label)))
    whole = pl.concat(tables).with_columns(pl.all().fill_null(""))
    return whole.with_row_index(_PLACE).with_columns(pl.lit(tested).alias(_TESTED))


def _with_labels(rows: pl.DataFrame, config: Config, source: Source) -> pl.DataFrame:
    """The rows with a label, read by the rules for answers."""
    import polars as pl

    name = config.pool.label
    cells = rows[name].to_list()
    read = Labels((), False, config.labels.skip, (cell for cell in cells if cell.strip()))
    meant: dict[str, str | None] = {}
    faults = []
    for cell in dict.fromkeys(cells):
        try:
            meant[cell] = read.read(cell) if cell.strip() else None
        except RowRefused as refusal:
            faults.append(Fault(str(refusal), str(source.paths[0]), column=name, value=cell[:60]))
    if faults:
        raise DataError(f"{count(len(faults), 'label')} cannot be taken", "mend the labels", faults)
    found = pl.Series(name, [meant[cell] for cell in cells], pl.String)
    if not found.drop_nulls().len():
        raise DataError(f"no row has a label in {name!r}", "name the column of the labels: --label-column COL")
    return rows.with_columns(found).filter(pl.col(name).is_not_null())


@dataclass(frozen=True)
class _Matrix:
    """The file of a matrix; `mapped` is None where its lines are known by ids."""

    path: Path
    mapped: Any = None


def _matrices(source: Source, n_read: tuple[int, int]) -> dict[str, _Matrix | None]:
    """The matrix that has the lines of each part; `n_read` rows were read from the test file and from the others."""
    of_test, of_pool = n_read
    ours = _matrix(source.vectors, of_pool)
    return {"pool": ours, "test": _matrix(source.test_vectors, of_test) if source.test else ours}


def _matrix(path: Path | None, rows: int) -> _Matrix | None:
    """A matrix with a line for each of the rows that were read from its files."""
    if path is None or path.suffix.lower() != ".npy":
        return _Matrix(path) if path else None
    try:
        mapped = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise DataError(f"{path} is not an array of numbers: {error}", "write it with numpy.save") from error
    if len(mapped) != rows:
        raise DataError(f"{path} has {len(mapped):,} rows, its files have {rows:,}", "save one vector a row")
    return _Matrix(path, mapped)


def _as_wide(draft: Path, written: dict[str, pool.Added], source: Source) -> None:
    """Refuse test rows with other vectors than the pool's."""
    if source.test_vectors:
        of_pool, of_test = (
            pool.vectors(Shard(draft / name / added.shards[0].name, 0, added.shards[0].rows)).shape[1]
            for name, added in written.items()
        )
        if of_pool != of_test:
            raise DataError(
                f"{source.test_vectors} has vectors of {of_test} numbers, {source.vectors} of {of_pool}",
                "make them with the same model",
            )


def _write(
    draft: Path, part: str, rows: pl.DataFrame, source: Source, config: Config, matrix: _Matrix | None
) -> pool.Added:
    """Write rows as the shards of a pool."""
    import polars as pl

    folder, columns = draft / part, config.pool
    folder.mkdir()
    vectors = matrix.path if matrix else None
    if matrix and matrix.mapped is not None:
        vectors = draft / f"{part}.npy"
        np.save(vectors, matrix.mapped[rows[_PLACE].to_numpy()])
    name = columns.id or _PLACE
    table = rows.select(list(dict.fromkeys((name, *columns.content)))).with_columns(pl.all().cast(pl.String))
    return pool.write(
        [Piece(table, source.paths[0], (rows[_PLACE] + 1).to_list())],
        folder,
        id_column=name,
        label_column=None,
        content_columns=columns.content,
        vectors=vectors,
    )


def _shard(draft: Path, part: str, file: ShardFile) -> list[Any]:
    return [f"{part}/{file.name}", file.first, file.rows, durable.sha256(draft / part / file.name)]
