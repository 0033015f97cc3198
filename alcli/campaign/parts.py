"""The parts that a specification names, loaded as seen from the project's folder."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alcli import plugins
from alcli.errors import AlcliError, ConfigError
from alcli.project.config import Config, Part


def load(root: Path, kind: str, part: Part) -> Any:
    """An instance of the part; a file is looked for from the project's folder on."""
    return plugins.load(kind, located(root, part.use), part.params)


def check(root: Path, config: Config) -> None:
    """Load every part that the specification names, so that a fault is told with its key before work is done."""
    keyed = [
        ("select.strategy", "strategies", config.select.strategy),
        ("select.cold_start", "strategies", config.select.cold_start),
        ("features.text", "featurizers", config.features.text),
        ("features.columns", "featurizers", config.features.columns),
        ("features.vectors", "featurizers", config.features.vectors),
        ("model", "models", config.model),
        ("retrain.when", "triggers", config.retrain.when),
        *(("stop.any", "stopping", part) for part in config.stop.any),
        ("handoff.format", "formats", config.handoff.format),
    ]
    for key, kind, part in keyed:
        try:
            load(root, kind, part)
        except ConfigError as fault:
            raise ConfigError(f"{key}: {fault.message}", fault.hint, fault.faults) from fault


def located(root: Path, use: str) -> str:
    """The name, with the path of a file of one's own made whole."""
    file, colon, name = use.rpartition(":")
    return f"{(root / file).resolve()}:{name}" if colon and file.endswith(".py") else use


def short(use: str) -> str:
    """The name as it is shown: of a file of one's own without the folders."""
    file, colon, name = use.rpartition(":")
    return f"{Path(file).name}:{name}" if colon and file.endswith(".py") else use


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
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        raise ConfigError(
            f"the {kind} {name} failed: {type(error).__name__}: {error} ({where.filename}, line {where.lineno})",
            "mend it, or name another",
        ) from error
