"""A retrain that a command of the user's own has made elsewhere, on a machine rented for it, a cluster, a queue."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections import deque
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from alcli.campaign.learning.pulling import Copy, Pulled
from alcli.errors import ConfigError, ProjectError
from alcli.project.project import Project
from alcli.project.records import ModelRetrained

LAST_LINES = 5


def retrain(project: Project, said: Callable[[str], None] = lambda line: None) -> Pulled:
    """Run `[retrain] command` in the project's folder and take in the model that it brought; `said` is told its lines.

    It has the project's folder in ALCLI_PROJECT and an empty one in ALCLI_COPY, which is gone afterwards: a copy of the
    project in which `alcli retrain --here` was run is to be left there, of which nothing but `.alcli/steps` is read.
    A step that was made in the project itself, by a machine that shares its disk, does as well.
    Raises `ProjectError` with what the command said last where it fails or brings no model.
    """
    with TemporaryDirectory(prefix="alcli-") as name:
        copy = Path(name).resolve()
        last = _run(project, copy, said)
        brought = (copy / ".alcli" / "steps").is_dir()
        if brought and (taken := Copy(Project.open(project.root), copy).take()):
            return taken[-1]
        for made in reversed(project.vault.read(after=len(project.committed))):
            if isinstance(made.step.did, ModelRetrained):
                return Pulled(made.number, made.number, made.step.time, made.step.did)
    raise _failed("brought no new model", last)


def _run(project: Project, copy: Path, said: Callable[[str], None]) -> list[str]:
    """Run the command; its last lines."""
    wanted = project.config.retrain
    try:
        words = wanted.command if wanted.shell else shlex.split(wanted.command)
    except ValueError as error:
        raise ConfigError(f"retrain.command: {error}: {wanted.command}", "mend it in alcli.toml") from error
    environment = {**os.environ, "ALCLI_PROJECT": str(project.root.resolve()), "ALCLI_COPY": str(copy)}
    last: deque[str] = deque(maxlen=LAST_LINES)
    try:
        with subprocess.Popen(
            words,
            shell=wanted.shell,
            cwd=project.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as running:
            assert running.stdout
            for line in running.stdout:
                last.append(line.decode(errors="replace").rstrip())
                said(last[-1])
    except OSError as error:
        raise ConfigError(f"retrain.command: {wanted.command}: {error.strerror}", "mend it in alcli.toml") from error
    if running.returncode:
        how = f"failed with exit code {running.returncode}"
        raise _failed(how if running.returncode > 0 else f"was ended by signal {-running.returncode}", list(last))
    return list(last)


def _failed(how: str, last: list[str]) -> ProjectError:
    said = ": " + " | ".join(filter(None, last)) if any(last) else ""
    return ProjectError(
        f"[retrain] command {how}; nothing was changed{said}",
        "mend that, then alcli retrain; alcli retrain --here makes the model on this machine",
    )
