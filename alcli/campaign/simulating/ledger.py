"""What was played, kept round by round, so that a call goes on where another stopped.

    campaigns/KEY.jsonl    a line that says what was played, then a line a round

KEY is the hash of all that the rounds depend on. A line cut short by a kill counts as not there, and a round that two
calls wrote at once counts once: both are the same.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import msgspec

import alcli
from alcli.campaign import parts
from alcli.campaign.simulating.replaying import Round, Stage
from alcli.project import durable
from alcli.project.config import Part

RECIPE = 3  # raise it when the same parts, rows and seed come to give other rounds
_HOUSE = Path(alcli.__file__).parent
_PACKAGES = ("numpy", "scipy", "scikit-learn", "polars")


@dataclass(frozen=True)
class Ledger:
    """The kept rounds of one campaign."""

    path: Path
    played: Mapping[str, Any]

    @classmethod
    def of(cls, stage: Stage, seed: int | None) -> Ledger:
        """That of a stage and a seed; None: of the model trained on all labels."""
        config = stage.config
        played: dict[str, Any] = {
            "recipe": [RECIPE, alcli.__version__],
            "packages": {name: metadata.version(name) for name in _PACKAGES},
            "features": [read.key for read in stage.reads.values()],
            "model": _said(stage.root, "models", config.model),
        }
        if seed is not None:
            played |= {
                "strategy": _said(stage.root, "strategies", config.select.strategy),
                "cold_start": _said(stage.root, "strategies", config.select.cold_start),
                "batch_size": config.select.batch_size,
                "explore": config.select.explore,
                "rare": list(config.select.rare),
                "seed": seed,
            }
        key = hashlib.sha256(json.dumps(played, sort_keys=True).encode()).hexdigest()[:24]
        return cls(stage.rows.folder / "campaigns" / f"{key}.jsonl", played)

    def rounds(self) -> list[Round]:
        """The rounds that are kept, in order."""
        return list(_whole(self._lines()))

    def begin(self) -> list[Round]:
        """The same, with the file in a state to be gone on with."""
        lines = self._lines()
        kept = list(_whole(lines))
        if not lines or len(kept) < len(lines) - 1:
            durable.make_folder(self.path.parent)
            with durable.replacing(self.path) as draft:
                draft.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in (self.played, *kept)))
        return kept

    def keep(self, done: Round) -> None:
        """Put a round at the end."""
        with self.path.open("ab") as file:
            file.write(msgspec.json.encode(done) + b"\n")

    def _lines(self) -> list[bytes]:
        try:
            return self.path.read_bytes().splitlines(keepends=True)
        except FileNotFoundError:
            return []


def _whole(lines: Sequence[bytes]) -> Iterator[Round]:
    """The rounds of a file's lines, each of which follows on the one before."""
    labels = 0
    for line in lines[1:]:
        with suppress(msgspec.DecodeError):
            done = msgspec.json.decode(line, type=Round)
            if line.endswith(b"\n") and (not done.rows or done.labels == labels + len(done.rows)):
                labels = done.labels
                yield done


def _said(root: Path, kind: str, part: Part) -> list[str]:
    """All that a part is: its recipe, and of each package behind it the version, or where it is ours the source."""
    loaded = parts.load(root, kind, part)
    within = [value if isinstance(value, type) else type(value) for value in vars(loaded).values()]
    modules = sorted({one.__module__ for one in (type(loaded), *within)} - {"builtins"})
    return [parts.recipe(root, part), *map(_origin, modules)]


def _origin(module: str) -> str:
    if module.startswith(f"{alcli.__name__}."):
        return f"{module} {_source(module)}"
    package = module.partition(".")[0]
    names = metadata.packages_distributions().get(package, [])
    return f"{package} {metadata.version(names[0])}" if names else ""


@cache
def _source(module: str) -> str:
    """The hash of a module's source and of all of this package that it imports."""
    found = hashlib.sha256()
    for name in sorted(_reached(module, set())):
        found.update(_text(name).encode())
    return found.hexdigest()[:16]


def _reached(module: str, seen: set[str]) -> set[str]:
    if module in seen:
        return seen
    seen.add(module)
    for node in ast.walk(ast.parse(_text(module))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("alcli."):
            deeper = [f"{node.module}.{alias.name}" for alias in node.names]
            for name in (node.module or "", *deeper):
                if _text(name):
                    _reached(name, seen)
    return seen


@cache
def _text(module: str) -> str:
    """The source of a module of this package; empty if there is none of this name."""
    path = _HOUSE.joinpath(*module.split(".")[1:]).with_suffix(".py")
    return path.read_text(encoding="utf-8") if path.is_file() else ""
