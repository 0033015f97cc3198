"""An outcome -> tables on a terminal, or one JSON object. The only place that prints."""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from alcli.core.handoff.inert import visible
from alcli.errors import AlcliError
from alcli.show.words import hanging

if TYPE_CHECKING:
    from rich.console import Console

SCHEMA = 1
SHOWN_FAULTS = 10


def outcome(
    result: Any, *, json: bool, quiet: bool, to_stderr: bool = False, typed: Callable[[str], str] = str
) -> None:
    """Show what a command did: its result on stdout (or stderr where stdout holds data), then what to type next.

    `typed` gives a command as it is to be typed from where the user stands.
    """
    module = importlib.import_module(f"alcli.show.{result.command}")
    if json:
        lines = getattr(module, "json_lines", None)
        for thing in lines(result) if lines else [result]:
            _json({"schema": SCHEMA, **msgspec.to_builtins(thing)})
        return
    if quiet and not getattr(result, "refused", False):
        for line in module.quiet(result) if hasattr(module, "quiet") else ():
            print(line)
        return
    module.show(result, console(stderr=to_stderr, typed=typed))
    if result.next:
        talk(f"next: {result.next}")


def told(result: Any) -> bytes:
    """An outcome as the JSON object that `--json` prints."""
    return msgspec.json.encode({"schema": SCHEMA, **msgspec.to_builtins(result)})


def error(problem: AlcliError, *, command: str, json: bool) -> None:
    """Tell a refusal: what is, every fault (the first ten), what to type."""
    faults = getattr(problem, "faults", ())
    if json:
        told = {"message": problem.message, "hint": problem.hint, "exit_code": problem.exit_code}
        _json(
            {
                "schema": SCHEMA,
                "command": command,
                "error": {**told, "faults": [_fault(f) for f in faults]},
                "next": problem.hint,
            }
        )
    talk(f"{' '.join(filter(None, ['alcli', command]))}: {problem.message}", hang=2)
    if len(faults) > 1 or (faults and faults[0].id):
        remarks([_fault(f) for f in faults])
    if problem.hint:
        talk(f"  {problem.hint}")


def remarks(found: list[dict[str, Any]], limit: int = SHOWN_FAULTS) -> None:
    """A list of what is wrong, a line each: where, which id, which value, why; then how many more."""
    for remark in found[:limit]:
        where = " ".join(
            part
            for part in (
                remark.get("file") or "",
                f"{remark.get('unit', 'line')} {remark['line']}" if remark.get("line") else "",
                f"id {remark['id']}" if remark.get("id") else "",
                remark.get("column") or "",
            )
            if part
        )
        value = f" ({remark['value']})" if remark.get("value") else ""
        talk(f"  {where}: {remark['reason']}{value}" if where else f"  {remark['reason']}{value}", hang=4)
    if len(found) > limit:
        talk(f"  ... and {len(found) - limit} more")


def talk(sentence: str, hang: int | None = None) -> None:
    """Say something that is not the result; on a terminal, what is no command to copy may hang from its first line."""
    sys.stdout.flush()  # what was said before stands before
    lines = [visible(line, 2000) for line in sentence.split("\n")]
    if hang is not None and sys.stderr.isatty():
        width = shutil.get_terminal_size().columns
        lines = [part for line in lines for part in hanging("", line, width, hang)]
    print("\n".join(lines), file=sys.stderr)


def console(stderr: bool = False, typed: Callable[[str], str] = str) -> Console:
    """Where tables go: plain where no terminal is, and never reading markup in what it is given.

    What is to be typed goes through its `typed` first.
    """
    from rich.console import Console

    class Plain(Console):
        def typed(self, command: str) -> str:
            return typed(command)

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError  # the door knows what to do

    to_terminal = (sys.stderr if stderr else sys.stdout).isatty()
    return Plain(stderr=stderr, markup=False, highlight=False, emoji=False, soft_wrap=not to_terminal)


def _fault(fault: Any) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(fault)
    return told


def _json(thing: Any) -> None:
    sys.stdout.write(msgspec.json.encode(thing).decode() + "\n")
