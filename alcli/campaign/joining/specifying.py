"""The specification that a pool's columns and a few words give: what `init` and `simulate` share."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from alcli import plugins
from alcli.campaign.learning.pairing import roles
from alcli.core.handoff.labels import clash, unfit
from alcli.errors import UsageError
from alcli.project import pool
from alcli.project.config import Config, Labels, Part, Pool
from alcli.project.faults import need_columns

if TYPE_CHECKING:
    import polars as pl

WEIGHT_ALONE = 2.0  # of table columns with no text beside them: 0.4 points of accuracy on five tables


def specified(
    table: pl.DataFrame,
    *,
    id_column: str | None = None,
    text: Sequence[str] = (),
    columns: Sequence[str] = (),
    images: Sequence[str] = (),
    vectors: bool = False,
    label_column: str | None = None,
    classes: Sequence[str] = (),
    file: Path | None = None,
) -> tuple[Config, bool]:
    """The specification for a pool with these columns; whether its text columns were guessed."""
    name = id_column or pool.guess_id(table.columns)
    wanted = [c for c in (id_column, label_column, *text, *columns, *images) if c]
    need_columns(wanted, table.columns, file or "the pool")
    if label_column and label_column in {name, *text, *columns, *images}:
        raise UsageError(f"{label_column!r} holds the labels; it cannot be what the model reads too", "name it once")
    roles = [*set(text), *set(columns), *set(images)]
    both = sorted({c for c in roles if roles.count(c) > 1})
    if both:
        raise UsageError(f"{', '.join(both)} can be only one of text, table column and image", "name it once")
    others = table.drop([c for c in (name, label_column) if c])
    guessed = not (text or columns or images or vectors)
    if guessed:
        text = others.columns if len(others.columns) == 1 else pool.guess_text(others)
        if not text:
            raise UsageError(
                f"no column of {file or 'the pool'} looks like text",
                f"name them: --text, --columns or --images; there are: {', '.join(others.columns)}",
            )
    labels = Labels(classes=tuple(classes))
    wrong = clash(labels.classes, labels.skip) or next(filter(None, map(unfit, labels.classes)), "")
    if wrong:
        raise UsageError(f"--classes: {wrong}", "--classes a,b,c")
    config = Config(
        pool=Pool(name or "", tuple(text), tuple(columns), tuple(images), vectors, label_column or ""), labels=labels
    )
    shown = config.pool.content or tuple(others.columns)
    return completed(replace(config, handoff=replace(config.handoff, show=shown))), guessed


def completed(config: Config) -> Config:
    """Every default of every part written out; table columns that stand alone have the weight that suits them so."""

    def full(kind: str, part: Part) -> Part:
        return Part(part.use, {**plugins.defaults(kind, part.use), **part.params})

    features = config.features
    columns = features.columns
    if columns.use == "columns" and roles(config) == ["columns"]:
        columns = Part(columns.use, {"weight": WEIGHT_ALONE, **columns.params})
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
            columns=full("featurizers", columns),
            images=full("featurizers", features.images),
            vectors=full("featurizers", features.vectors),
        ),
        model=full("models", config.model),
        retrain=replace(config.retrain, when=full("triggers", config.retrain.when)),
        stop=replace(
            config.stop,
            any=tuple(full("stopping", part) for part in config.stop.any),
            all=tuple(full("stopping", part) for part in config.stop.all),
        ),
        handoff=replace(config.handoff, format=full("formats", config.handoff.format)),
    )


def parts_listed(words: str | None) -> tuple[Part, ...]:
    """Parts as they are typed with commas between: names, and TOML tables such as `{ use = "badge", k = 3 }`.

    >>> parts_listed('margin, {use = "density", beta = 2.0}')
    (Part(use='margin', params={}), Part(use='density', params={'beta': 2.0}))
    """
    found = []
    for word in _apart(words or ""):
        if not word.startswith(("{", '"', "'")):
            found.append(Part(word))
            continue
        try:
            value = tomllib.loads(f"part = {word}")["part"]
        except tomllib.TOMLDecodeError as error:
            raise UsageError(
                f"{word} is not TOML: {error}", 'wanted a name, or { use = "name", parameter = 1 }'
            ) from error
        if isinstance(value, str):
            value = {"use": value}
        if not isinstance(value.get("use"), str):
            raise UsageError(f"{word} names no part", 'wanted { use = "name", parameter = 1 }')
        found.append(Part(value["use"], {key: v for key, v in value.items() if key != "use"}))
    return tuple(found)


def _apart(words: str) -> list[str]:
    """What stands between the commas that are in no bracket and no quotes."""
    found, depth, quote = [""], 0, ""
    for sign in words:
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        else:
            depth += (sign in "{[") - (sign in "}]")
        if sign == "," and not depth and not quote:
            found.append("")
        else:
            found[-1] += sign
    return [word.strip() for word in found if word.strip()]
