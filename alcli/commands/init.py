"""`init`: a project around a pool."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from alcli import __version__, plugins
from alcli.campaign import learned, pooling
from alcli.errors import DataError, ProjectError, UsageError
from alcli.project import config as configs
from alcli.project import durable, pool
from alcli.project.config import Config, Labels, Part, Pool
from alcli.project.project import SPECIFICATION, Project, now, unless_moved
from alcli.project.records import PoolAdded, Step
from alcli.project.vault import Vault

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Outcome:
    """What `init` made, or that there was a project already (`existed`), which was left as it is.

    `restored`: but for its specification, which was missing and was written again as it was recorded.
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
    vectors: bool = False
    guessed: bool = False
    classes: tuple[str, ...] = ()
    specification: str = ""
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
    vectors: Path | None = None,
    label_column: str | None = None,
    classes: Sequence[str] = (),
    seed: int = 0,
    dry_run: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    """Read the pool into a new project and write its specification; an existing project is left as it is."""
    specification = root / SPECIFICATION
    if Vault(root).read():
        restored = not specification.exists()
        if restored and not dry_run:  # an init that was killed at its last stroke, or a file deleted
            _write(specification, Project.open(root).recorded)
        return Outcome("init", str(root), existed=True, restored=restored, next="alcli status")
    if specification.exists():
        raise ProjectError(f"{specification} is there already, without a project", f"move {specification} away")
    if not pools:
        raise UsageError("no pool was named", "alcli init --pool FILE")
    first = next(pool.read(pools), None)
    if first is None:
        raise DataError(f"{pools[0]} has no rows", "wanted a pool with a header and at least one row")
    config, guessed = _specified(first.table, id_column, text, columns, vectors, label_column, classes)
    vault = Vault(root)
    with _made_or_gone(root), vault.stage() as staging:
        did = pooling.stage(staging, pools, config, vectors=vectors, seed=seed)
        step = Step(did=did, based_on=0, time=now(), version=__version__, seed=seed, settings=config.tree())
        if not dry_run:
            vault.commit(staging, step, unless_moved("init"))
    if dry_run:
        return _outcome(root, did, config, guessed, dry_run=True)
    _write(specification, config)
    learned.prepare(Project.open(root), progress)
    return _outcome(root, did, config, guessed)


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
        draft.write_text(configs.write(config), encoding="utf-8")


def _outcome(root: Path, did: PoolAdded, config: Config, guessed: bool, dry_run: bool = False) -> Outcome:
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
        vectors=config.pool.vectors,
        guessed=guessed,
        classes=config.labels.classes,
        specification=str(root / SPECIFICATION),
        step=None if dry_run else 1,
        dry_run=dry_run,
        next="alcli retrain" if did.labels and not dry_run else "alcli select",
    )


def _specified(
    table: pl.DataFrame,
    id_column: str | None,
    text: Sequence[str],
    columns: Sequence[str],
    vectors: Path | None,
    label_column: str | None,
    classes: Sequence[str],
) -> tuple[Config, bool]:
    """The specification for a pool with these columns; whether its text columns were guessed."""
    name = id_column or pool.guess_id(table.columns)
    wanted = [c for c in (id_column, label_column, *text, *columns) if c]
    missing = [c for c in wanted if c not in table.columns]
    if missing:
        raise DataError(
            f"the pool has no column {', '.join(map(repr, missing))}", f"it has: {', '.join(table.columns)}"
        )
    if label_column and label_column in {name, *text, *columns}:
        raise UsageError(f"{label_column!r} holds the labels; it cannot be what the model reads too", "name it once")
    both = set(text) & set(columns)
    if both:
        raise UsageError(f"{', '.join(sorted(both))} cannot be both text and a table column", "name it once")
    others = table.drop([c for c in (name, label_column) if c])
    guessed = not (text or columns or vectors)
    if guessed:
        text = others.columns if len(others.columns) == 1 else pool.guess_text(others)
        if not text:
            raise UsageError(
                "no column looks like text", f"name them: --text or --columns; there are: {', '.join(others.columns)}"
            )
    config = Config(
        pool=Pool(name or "", tuple(text), tuple(columns), vectors is not None, label_column or ""),
        labels=Labels(classes=tuple(classes)),
    )
    shown = config.pool.content or tuple(others.columns)
    return _complete(replace(config, handoff=replace(config.handoff, show=shown))), guessed


def _complete(config: Config) -> Config:
    """Every default of every part written out."""

    def full(kind: str, part: Part) -> Part:
        return Part(part.use, {**plugins.defaults(kind, part.use), **part.params})

    features = config.features
    return replace(
        config,
        select=replace(
            config.select,
            strategy=full("strategies", config.select.strategy),
            cold_start=full("strategies", config.select.cold_start),
        ),
        features=replace(
            features,
            text=full("featurizers", features.text),
            columns=full("featurizers", features.columns),
            vectors=full("featurizers", features.vectors),
        ),
        model=full("models", config.model),
        retrain=replace(config.retrain, when=full("triggers", config.retrain.when)),
        stop=replace(config.stop, any=tuple(full("stopping", part) for part in config.stop.any)),
        handoff=replace(config.handoff, format=full("formats", config.handoff.format)),
    )
