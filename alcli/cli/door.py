"""The door: the only place that catches errors, and turns them into a sentence and an exit code."""

from __future__ import annotations

import errno
import os
import re
import shlex
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import typer

from alcli.errors import AlcliError, ProjectError, UsageError

INTERRUPTED = 130
HOOKED = {"add", "select", "review", "ingest", "retrain", "undo"}


def run(
    act: Callable[[], Any],
    *,
    command: str,
    json: bool,
    quiet: bool,
    directory: str | None = None,
    result_on_stdout: bool = True,
    kept: str = "every step is whole or not there: alcli log",
) -> None:
    """Do one command and show its outcome; every refusal becomes one clear message, never a traceback.

    `directory` is the folder the user named: the commands to type next name it too. `kept` says what is left of a
    command that was cut off.
    """
    from alcli import show

    try:
        outcome = act()
        outcome = replace(outcome, next=addressed(outcome.next, directory))
        try:
            typed = partial(addressed, directory=directory)
            show.outcome(outcome, json=json, quiet=quiet, to_stderr=not result_on_stdout, typed=typed)
            sys.stdout.flush()
        finally:  # a reader of our output that has gone keeps no hook from running
            if not getattr(outcome, "remade", False):  # its step is an older one
                hooks(outcome, directory)
    except AlcliError as error:
        error.hint = addressed(error.hint, directory)
        raise refused(error, command, json) from None
    except BrokenPipeError:
        # the reader of our output has gone, as `head` does: that is its right
        _say_no_more()
        raise typer.Exit(0) from None
    except OSError as error:
        raise refused(_disk(error, kept), command, json) from error if os.environ.get("ALCLI_DEBUG") else None
    except BaseException as error:  # Ctrl-C in whatever shape; all else goes on as it was
        if not _is_interrupt(error):
            raise
        show.talk(addressed(f"interrupted; {kept}", directory))
        raise typer.Exit(INTERRUPTED) from None
    if getattr(outcome, "exit_code", 0) and command != "status":
        raise typer.Exit(outcome.exit_code)


def _is_interrupt(error: BaseException) -> bool:
    """Whether it is Ctrl-C, or the panic that Polars makes of one which it meets on its way into Python and back."""
    panic = type(error).__name__ == "PanicException" and "KeyboardInterrupt" in str(error)
    return panic or isinstance(error, KeyboardInterrupt)


def hooks(outcome: Any, directory: str | None) -> None:
    """Run what `[hooks]` wants after a step that an outcome tells of."""
    if getattr(outcome, "step", None) is None or outcome.command not in HOOKED:
        return
    from alcli import show
    from alcli.campaign import hooking
    from alcli.project.project import here

    files = getattr(outcome, "files", ())  # a hook stands in the project's folder, we may stand elsewhere
    told = replace(outcome, files=tuple(map(os.path.abspath, files))) if files else outcome
    for complaint in hooking.run(here(directory), outcome.command, outcome.step, show.told(told)):
        show.talk(addressed(complaint, directory))


def addressed(sentence: str, directory: str | None) -> str:
    """A sentence whose commands reach the project from where the user stands.

    >>> addressed("label it, then: alcli ingest round-001.csv", "tickets")
    'label it, then: alcli -C tickets ingest round-001.csv'
    """
    if not directory:
        return sentence
    # a command stands at the beginning or after one of these, so that a path with such words in it stays as it is
    command = r"(^|: |, |; |then |or |and )alcli (?=[a-z])"
    return re.sub(command, lambda found: f"{found[1]}alcli -C {shlex.quote(directory)} ", sentence)


def as_typed(context: typer.Context, *, but: str) -> str:
    """The command with the options that were typed, but for one."""
    words = ["alcli", context.info_name or ""]
    for option in context.command.params:
        name = option.name or ""
        source = context.get_parameter_source(name)
        if name != but and source and source.name == "COMMANDLINE":
            value = context.params[name]
            words += [option.opts[-1], *([] if value is True else [str(value)])]
    return shlex.join(words)


def refused(error: AlcliError, command: str, json: bool) -> typer.Exit:
    """Tell a refusal; what is to be raised, with its exit code."""
    from alcli import show

    try:
        show.error(error, command=command, json=json)
    except OSError:  # what takes our output is full, or has gone: the sentence remains
        _say_no_more()
        show.error(error, command=command, json=False)
    return typer.Exit(error.exit_code)


def _say_no_more() -> None:
    """What is still to go to standard output goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


_WHY = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EMFILE: "too many open files",
}


_NO_SUCH_PLACE = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR}


def _disk(error: OSError, kept: str) -> AlcliError:
    """What the disk refused, in words."""
    numpys = " requested and " in str(error)  # it tells how many numbers it wrote, and not why no more
    why = _WHY.get(errno.ENOSPC if numpys else error.errno or 0, error.strerror or str(error))
    name = re.sub(r"\.([^/]+)\.[0-9a-f]{8}\.tmp$", r"\1", str(error.filename or ""))  # a draft of the file meant
    said = f"{why}: {name}" if name else why
    if error.errno in _NO_SUCH_PLACE:
        return UsageError(said, "check the path")
    return ProjectError(said, f"mend that, then type the command again; {kept}")


def root(context: typer.Context) -> Path:
    """The project's folder that `-C`, the environment or the current folder names."""
    from alcli.project.project import here

    return here(context.obj)
