"""`init`: a project around a pool."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from alcli import __version__
from alcli.campaign.joining import pooling
from alcli.campaign.joining.specifying import specified
from alcli.campaign.learning import learned, tested
from alcli.contracts import Reading
from alcli.errors import DataError, ProjectError, UsageError
from alcli.project import config as configs
from alcli.project import durable, pool
from alcli.project.config import Config
from alcli.project.project import SPECIFICATION, Project, now, unless_moved
from alcli.project.records import KeptTest, Overlap, PoolAdded, Step
from alcli.project.specification import write as specification_text
from alcli.project.vault import Vault

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Outcome:
    """What `init` made, or that there was a project already (`existed`), which was left as it is.

    `restored`: but for its specification, which was missing and was written again as it was recorded. `hindered` says
    why features could not be made yet; `readings` say how columns are read for them. `test` is the test file, `overlap`
    what the pool's files have in common with it.
    """

    command: str
    project: str
    existed: bool
    restored: bool = False
    rows: int = 0
    duplicates: int = 0
    repeats: int = 0
    contradicted: int = 0
    seed_labels: int = 0
    id_column: str = ""
    text: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    vectors: bool = False
    guessed: bool = False
    classes: tuple[str, ...] = ()
    specification: str = ""
    test: KeptTest | None = None
    overlap: Overlap | None = None
    hindered: str = ""
    readings: tuple[Reading, ...] = ()
    step: int | None = None
    dry_run: bool = False
    next: str = ""


def init(
    root: Path,
    pools: Sequence[Path],
    *,
    id_column: str | None = None,
    text: Sequence[str] = (),
    columns: Sequence[str] = (),
    images: Sequence[str] = (),
    vectors: Path | None = None,
    label_column: str | None = None,
    classes: Sequence[str] = (),
    test: Path | None = None,
    test_vectors: Path | None = None,
    seed: int = 0,
    dry_run: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    """Read the pool into a new project and write its specification; an existing project is left as it is.

    Words that are not those it was made with are refused: another project was meant, or more rows for this one.

    With a `test` file there is no need to audit: the specification says so.
    """
    specification = root / SPECIFICATION
    if made := Vault(root).read():
        named = {
            "--pool": [path.name for path in pools],
            "--id": [id_column] if id_column else [],
            "--text": text,
            "--columns": columns,
            "--images": images,
            "--vectors": [vectors.name] if vectors else [],
            "--label-column": [label_column] if label_column else [],
            "--classes": classes,
            "--test": [test.name] if test else [],
        }
        _refuse_another(root, made[0].step, named)
        restored = not specification.exists()
        if restored and not dry_run:  # an init that was killed at its last stroke, or a file deleted
            _write(specification, Project.open(root).recorded)
        return Outcome("init", str(root), existed=True, restored=restored, next="alcli status")
    if specification.exists():
        raise ProjectError(f"{specification} is there already, without a project", f"move {specification} away")
    if not pools:
        raise UsageError("no pool was named", "alcli init --pool FILE")
    _test_fits(test, test_vectors, vectors)
    first = next(pool.read(pools), None)
    if first is None:
        raise DataError(f"{pools[0]} has no rows", "wanted a pool with a header and at least one row")
    config, guessed = specified(
        first.table,
        id_column=id_column,
        text=text,
        columns=columns,
        images=images,
        vectors=vectors is not None,
        label_column=label_column,
        classes=classes,
        file=first.path,
    )
    config = _with_images_beside(config, root, pools[0], first.table)
    if test:
        config = replace(config, select=replace(config.select, explore=0.0))
    vault = Vault(root)
    with _made_or_gone(root), vault.stage() as staging:
        kept = tested.keep(staging, test, config, test_vectors) if test else None
        did = pooling.stage(staging, pools, config, vectors=vectors, seed=seed, test=kept)
        step = Step(did=did, based_on=0, time=now(), version=__version__, seed=seed, settings=config.tree())
        if not dry_run:
            vault.commit(staging, step, unless_moved("init"))
    if dry_run:
        return _outcome(root, did, config, guessed, dry_run=True)
    _write(specification, config)
    project = Project.open(root)
    hindered = learned.prepared_or_why(project, progress)
    outcome = _outcome(root, did, config, guessed, hindered=hindered)
    return outcome if hindered else replace(outcome, readings=learned.readings(project))


def _refuse_another(root: Path, first: Step, named: Mapping[str, Sequence[str]]) -> None:
    """Refuse to pass over words that cannot be those by which the project was made; of files the names are known."""
    did, config = first.did, configs.from_tree(first.settings, "step 1")
    assert isinstance(did, PoolAdded)
    made = {
        "--pool": did.files,
        "--id": (config.pool.id,),
        "--text": config.pool.text,
        "--columns": config.pool.columns,
        "--images": config.pool.images,
        "--vectors": named["--vectors"] if config.pool.vectors else (),  # their names are not recorded
        "--label-column": (config.pool.label,),
        "--classes": config.labels.classes,
        "--test": named["--test"] if did.test else (),
    }
    for option, words in named.items():
        if words and tuple(words) != tuple(made[option]):
            was = ", ".join(filter(None, made[option])) or "nothing"
            raise UsageError(
                f"there is a project in {root} already, made with {option} {was}, not {', '.join(words)}; "
                "nothing was changed",
                "alcli add FILE brings more rows into it; another project wants another folder",
            )


def _test_fits(test: Path | None, test_vectors: Path | None, vectors: Path | None) -> None:
    """Where the pool has a matrix, the test file has one too."""
    if test_vectors and not (test and vectors):
        raise UsageError("--test-vectors is the matrix of a test file", "--test FILE --vectors FILE")
    if test and vectors and not test_vectors:
        raise UsageError("the test file has no matrix", "--test-vectors FILE")


def _with_images_beside(config: Config, root: Path, file: Path, table: pl.DataFrame) -> Config:
    """The specification, with images looked for beside the pool's file where the first of them is there."""
    part = config.features.images
    images = (path for column in config.pool.images for path in table[column] if path)
    first = next(images, None)
    if first is None or (root / first).exists() or not (file.parent / first).exists():
        return config
    folder = Path(os.path.relpath(file.parent, root)).as_posix()
    part = replace(part, params={**part.params, "folder": folder})
    return replace(config, features=replace(config.features, images=part))


@contextmanager
def _made_or_gone(root: Path) -> Iterator[None]:
    """Where no project comes of it, the folders made for it go again."""
    made = [
        folder for folder in (root / ".alcli" / "steps", root / ".alcli", root, *root.parents) if not folder.exists()
    ]
    try:
        yield
    finally:
        for folder in made:
            with suppress(OSError):  # not empty: something came of it
                folder.rmdir()


def _write(specification: Path, config: Config) -> None:
    with durable.replacing(specification) as draft:
        draft.write_text(specification_text(config), encoding="utf-8")


def _outcome(
    root: Path, did: PoolAdded, config: Config, guessed: bool, *, dry_run: bool = False, hindered: str = ""
) -> Outcome:
    then = "the same without --dry-run" if dry_run else "alcli retrain" if did.labels else "alcli select"
    return Outcome(
        command="init",
        project=str(root),
        existed=False,
        rows=did.rows,
        duplicates=did.duplicates,
        repeats=did.repeats,
        contradicted=did.contradicted,
        seed_labels=did.labels,
        id_column=config.pool.id,
        text=config.pool.text,
        columns=config.pool.columns,
        images=config.pool.images,
        vectors=config.pool.vectors,
        guessed=guessed,
        classes=config.labels.classes,
        specification=str(root / SPECIFICATION),
        test=did.test,
        overlap=did.overlap,
        step=None if dry_run else 1,
        dry_run=dry_run,
        hindered=hindered,
        next=f"mend that, or [features] in alcli.toml, then: {then}" if hindered else then,
    )
