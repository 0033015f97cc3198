"""Measures a command: CPU seconds, wall seconds and peak memory of it and its children, on one core.

    python benchmarks/measure.py --repeats 3 python -m alcli --help

The command runs under this script alone. A process starts with the peak memory of the one that forked it,
so a benchmark that had loaded numpy would find 40 MB in every child; this script needs the standard library
only.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

LIBRARIES = ("OMP_NUM", "OPENBLAS_NUM", "MKL_NUM", "RAYON_NUM", "POLARS_MAX")
ONE_THREAD = {f"{library}_THREADS": "1" for library in LIBRARIES}
SOURCE_ONLY = "PYTHONDONTWRITEBYTECODE"  # what is installed is compiled once, not at every start


@dataclass(frozen=True)
class Usage:
    """What a command used: the least time and the most memory of its repeats, and what it printed."""

    cpu: float
    wall: float
    peak_mb: float
    output: str = ""


class CommandFailed(subprocess.CalledProcessError):
    """A command that did not end well, with what it wrote on stderr."""

    def __str__(self) -> str:
        return f"{super().__str__()}\n{self.stderr}"


def measure(command: Sequence[str], repeats: int = 1, before: Callable[[], object] | None = None) -> Usage:
    """Runs the command `repeats` times, each after calling `before`.

    Raises CommandFailed if it fails.
    """
    runs = []
    for _ in range(repeats):
        if before:
            before()
        runs.append(_once(command))
    return Usage(
        cpu=min(run.cpu for run in runs),
        wall=min(run.wall for run in runs),
        peak_mb=max(run.peak_mb for run in runs),
        output=runs[-1].output,
    )


def _once(command: Sequence[str]) -> Usage:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "usage.json"
        done = subprocess.run(
            [sys.executable, "-I", "-S", __file__, "--report", str(report), *command],
            capture_output=True,
            check=False,
            encoding="utf-8",
            env={name: value for name, value in os.environ.items() if name != SOURCE_ONLY} | ONE_THREAD,
        )
        if done.returncode:
            raise CommandFailed(done.returncode, list(command), done.stdout, done.stderr)
        return Usage(**json.loads(report.read_text()), output=done.stdout)


def _run_and_report(command: Sequence[str], report: Path) -> int:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    start = time.perf_counter()
    child = os.posix_spawnp(command[0], list(command), os.environ)
    _, status, used = os.wait4(child, 0)  # of this child only; RUSAGE_CHILDREN would be of all there ever were
    wall = time.perf_counter() - start
    usage = {"cpu": used.ru_utime + used.ru_stime, "wall": wall, "peak_mb": used.ru_maxrss * 1024 / 1e6}
    report.write_text(json.dumps(usage))
    return os.waitstatus_to_exitcode(status)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Measure a command on one core.")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--report", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    words = parser.parse_args()
    if words.report:
        return _run_and_report(words.command, words.report)
    try:
        used = measure(words.command, words.repeats)
    except CommandFailed as failed:
        print(failed.stderr, file=sys.stderr)
        return int(failed.returncode)
    print(f"CPU {used.cpu:.2f} s, wall {used.wall:.2f} s, peak {used.peak_mb:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
