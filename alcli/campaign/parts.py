"""The parts that a specification names, loaded as seen from the project's folder."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alcli import plugins
from alcli.errors import AlcliError, ConfigError
from alcli.project.config import Config, Part


def load(root: Path, kind: str, part: Part) -> Any:
    """An instance of the part; a file is looked for from the project's folder on."""
    use, params = located(root, part.use), _located_of(root, part.params)
    return plugins.load(kind, use, {**params, **_whole(root, kind, use, params)})


def _whole(root: Path, kind: str, use: str, params: Mapping[str, Any]) -> dict[str, str]:
    """The files and folders among the parameters (the part names those in `paths`) as seen from the project's folder.

    What is no file or folder there stays as it is: it may be a name.
    """
    names = getattr(plugins.find(kind, use), "paths", ()) if kind == "featurizers" else ()
    given = {**plugins.defaults(kind, use), **params} if names else {}
    words = {name: given[name] for name in names if isinstance(given.get(name), str) and given[name]}
    return {name: str((root / word).resolve()) for name, word in words.items() if (root / word).exists()}


def check(root: Path, config: Config) -> None:
    """Load every part that the specification names, so that a fault is told with its key before work is done."""
    for key, kind, part in _keyed(config):
        with _told_with(key):
            load(root, kind, part)


def look_up(root: Path, config: Config) -> None:
    """Refuse a name that leads nowhere, with its key, without the price of loading what the others lead to."""
    for key, kind, part in _keyed(config):
        if "adapter" not in part.params:  # the adapter knows best what is missing
            with _told_with(key):
                plugins.look_up(kind, located(root, part.use))


def _keyed(config: Config) -> list[tuple[str, str, Part]]:
    """Every part that the specification names, with its key and its kind."""
    return [
        ("select.strategy", "strategies", config.select.strategy),
        ("select.cold_start", "strategies", config.select.cold_start),
        ("features.text", "featurizers", config.features.text),
        ("features.columns", "featurizers", config.features.columns),
        ("features.images", "featurizers", config.features.images),
        ("features.vectors", "featurizers", config.features.vectors),
        ("model", "models", config.model),
        ("retrain.when", "triggers", config.retrain.when),
        *(("stop.any", "stopping", part) for part in config.stop.any),
        *(("stop.all", "stopping", part) for part in config.stop.all),
        ("handoff.format", "formats", config.handoff.format),
    ]


@contextmanager
def _told_with(key: str) -> Iterator[None]:
    try:
        yield
    except ConfigError as fault:
        raise ConfigError(f"{key}: {fault.message}", fault.hint, fault.faults) from fault


def located(root: Path, use: str) -> str:
    """The name, with the path of a file of one's own made whole, after the name of a wrapper too."""
    wrappers, use = _unwrapped(use)
    file, colon, name = use.rpartition(":")
    return wrappers + (f"{(root / file).resolve()}:{name}" if colon and file.endswith(".py") else use)


def _located_of(root: Path, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters, with the file of a wrapped strategy of one's own made whole."""
    match params.get("of"):
        case str(use):
            return {**params, "of": located(root, use)}
        case {"use": str(use)}:
            return {**params, "of": {**_located_of(root, params["of"]), "use": located(root, use)}}
    return params


def short(use: str) -> str:
    """The name as it is shown: of a file of one's own without the folders."""
    wrappers, use = _unwrapped(use)
    file, colon, name = use.rpartition(":")
    return wrappers + (f"{Path(file).name}:{name}" if colon and file.endswith(".py") else use)


def _unwrapped(use: str) -> tuple[str, str]:
    """The names of wrappers that a name begins with (`subsample:mine.py:Late`), with their colons; and the rest."""
    word, colon, rest = use.partition(":")
    if not colon or word not in plugins.names("strategies"):
        return "", use
    more, rest = _unwrapped(rest)
    return f"{word}:{more}", rest


def recipe(root: Path, part: Part) -> str:
    """All that a part is, as one line: its name and parameters, and of a file of one's own the content."""
    file, _, _ = located(root, part.use).rpartition(":")
    own = hashlib.sha256(Path(file).read_bytes()).hexdigest() if file.endswith(".py") and Path(file).is_file() else ""
    return part.recipe + own


@contextmanager
def blamed(kind: str, name: str) -> Iterator[None]:
    """Whatever a part raises is told as its fault, with the line where it happened."""
    try:
        yield
    except AlcliError:
        raise
    except Exception as error:  # a stranger's code may raise anything
        where = traceback.extract_tb(error.__traceback__)[-1]
        raise ConfigError(
            f"the {kind} {name} failed: {type(error).__name__}: {error} ({where.filename}, line {where.lineno})",
            "mend it, or name another",
        ) from error
