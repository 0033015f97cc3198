"""Words that no command takes, told as every refusal is: with `--json` as one object, too."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

from alcli.cli import door
from alcli.errors import UsageError

_WITH_JSON = "alcli.json"


class Commands(TyperGroup):
    """The commands of the program. Typer frames what it refuses; a program that reads `--json` wants an object."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take the words, and remember whether `--json` is among them."""
        ctx.meta[_WITH_JSON] = "--json" in args
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Do the command; what it cannot be called with raises `typer.Exit` where it has been told here."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            if not (hasattr(error, "format_message") and ctx.meta[_WITH_JSON]):
                raise
            command = ctx.invoked_subcommand or ""
            asked = " ".join(filter(None, ["alcli", command, "--help"]))
            raise door.refused(UsageError(error.format_message(), asked), command, json=True) from None
