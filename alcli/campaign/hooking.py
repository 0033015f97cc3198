"""Hooks: commands of the user's own that are run after a step, with the step's JSON on standard input."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from alcli.campaign import deciding
from alcli.errors import AlcliError
from alcli.project import config as configs
from alcli.project.config import Config
from alcli.project.project import Project
from alcli.project.state import seconds


def run(root: Path, command: str, step: int, told: bytes) -> Iterator[str]:
    """Run the hooks of a step that `command` made; each that failed gives a sentence, and undoes nothing."""
    try:
        project = Project.open(root)
        hooks = project.config.hooks
        key = "on_select" if command == "review" else f"on_{command}"  # a review hands out a batch too
        wanted = {key: getattr(hooks, key, "")}
        if hooks.on_stop and turned(project, step):
            wanted["on_stop"] = hooks.on_stop
    except AlcliError as error:
        yield f"[hooks] were not run after step {step}: {error.message}"
        return
    for key, line in wanted.items():
        if line.strip() and (why := _call(root, line, hooks.shell, step, told)):
            yield f"[hooks] {key}: {line}: {why}; step {step} stands"


def ended(project: Project, now: float) -> bool:
    """Whether the stopping rule says that labelling may end; `now` in seconds since 1970."""
    return deciding.decision(project, now).stops


def turned(project: Project, step: int) -> bool:
    """Whether the verdict turned to stop with this step.

    Both times it is judged as it was then: the steps there were, the settings that the last of them recorded, its time.
    So it needs no memory, and each turn is told once, whoever asks and however often.
    """
    return _ended_at(project, step) and not (step > 1 and _ended_at(project, step - 1))


def _ended_at(project: Project, step: int) -> bool:
    then = _AsRecorded(project.root, project.committed[:step])
    return ended(then, seconds(then.committed[-1].step.time))


class _AsRecorded(Project):
    """A project as a step left it, under the specification which that step recorded."""

    @cached_property
    def specification(self) -> Config:
        last = self.committed[-1]
        return configs.from_tree(last.step.settings, f"step {last.number}")


def _call(root: Path, line: str, shell: bool, step: int, told: bytes) -> str:
    """Run one command in the project's folder, however long it takes; says why it failed. It prints on our stderr."""
    environment = {**os.environ, "ALCLI_PROJECT": str(root.resolve()), "ALCLI_STEP": str(step)}
    to = _stderr()
    try:
        words = line if shell else shlex.split(line)
        done = subprocess.run(words, shell=shell, cwd=root, env=environment, input=told, stdout=to, stderr=to)
    except OSError as error:
        return error.strerror or str(error)
    except ValueError as error:  # a quotation mark without its other
        return str(error)
    if done.returncode < 0:
        return f"ended by signal {-done.returncode}"
    return f"exit code {done.returncode}" if done.returncode else ""


def _stderr() -> int:
    try:
        sys.stderr.flush()
        return sys.stderr.fileno()
    except (OSError, ValueError):  # it is not a file, as in a test
        return subprocess.DEVNULL
