"""What can go wrong, each kind with its exit code; caught once, at the door (`cli`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file that was handed in: where it stands, what stands there, and why it cannot be taken."""

    reason: str
    file: str = ""
    line: int | None = None
    id: str = ""
    column: str = ""
    value: str = ""
    unit: str = "line"  # what `line` counts: lines of the file, or its data rows


class AlcliError(Exception):
    """A clear refusal: `message` says what is, `hint` says what to type next."""

    exit_code = 4

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(AlcliError):
    """The command's words do not fit together."""

    exit_code = 2


class DataError(AlcliError):
    """A file handed in is wrong; nothing was changed. `faults` lists every one."""

    exit_code = 3

    def __init__(self, message: str, hint: str = "", faults: Sequence[Fault] = ()) -> None:
        super().__init__(message, hint)
        self.faults = tuple(faults)


class ProjectError(AlcliError):
    """The project: none here, damaged, or out of turn."""

    exit_code = 4


class ProjectMoved(ProjectError):
    """Another command committed a step that this one cannot stand on."""


class PoolExhausted(ProjectError):
    """No candidate is left to ask about."""


class ConfigError(AlcliError):
    """`alcli.toml` or a plug-in is wrong."""

    exit_code = 5

    def __init__(self, message: str, hint: str = "", faults: Sequence[Fault] = ()) -> None:
        super().__init__(message, hint)
        self.faults = tuple(faults)
