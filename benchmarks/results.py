"""Keeps the results of a benchmark and the versions behind them. Used by the other benchmarks."""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

OUT = Path(__file__).parent / "out"
PACKAGES = (
    "alcli",
    "cleanlab",
    "joblib",
    "modAL-python",
    "numpy",
    "pandas",
    "polars",
    "pyarrow",
    "scikit-learn",
    "scipy",
)


def versions() -> dict[str, str | None]:
    """The versions of Python, the system and the packages that matter; None for one that is not installed."""
    found: dict[str, str | None] = {"python": platform.python_version(), "system": platform.platform()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = None  # not there, or run from the source tree
    return found


def save(name: str, record: Mapping[str, Any], out: Path = OUT) -> Path:
    """Writes a record as NAME.json and returns the file."""
    out.mkdir(parents=True, exist_ok=True)
    file = out / f"{name}.json"
    file.write_text(json.dumps({"versions": versions(), **record}, indent=1) + "\n", encoding="utf-8")
    return file


def standard_error(values: Sequence[float]) -> float | None:
    """That of the mean of these; None of a single one, which does not show how far another would be off."""
    return float(np.std(values, ddof=1) / math.sqrt(len(values))) if len(values) > 1 else None


def plus_minus(error: float | None, decimals: int = 1, times: int = 1) -> str:
    """So many times a standard error, as it stands behind a mean; a dash where there is none."""
    return f"± {'-' if error is None else f'{times * error:.{decimals}f}'}"
