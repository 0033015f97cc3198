"""How figures and texts are said."""

from __future__ import annotations

import textwrap
from typing import Any

from alcli.core.counts import count
from alcli.core.handoff.inert import visible

__all__ = ["age", "clipped", "count", "hanging", "listed", "person", "say"]


def clipped(text: str, width: int) -> str:
    """A text on one line of at most this width, safe on a terminal."""
    line = visible(" ".join(text.split()), 10 * width)
    return line if len(line) <= width else line[: width - 1] + "…"


def hanging(start: str, text: str, width: int, indent: int | None = None) -> list[str]:
    """What begins with `start`, on lines of at most this width, the later ones indented: as far as the text, if unsaid.

    >>> hanging("stop     ", "no: 100 of 2000 labels spent", 29)
    ['stop     no: 100 of 2000', '         labels spent']
    """
    after = " " * (len(start) if indent is None else indent)
    width = max(width, len(start) + 20)
    return textwrap.wrap(
        start + text,
        width,
        subsequent_indent=after,
        break_on_hyphens=False,
        break_long_words=False,
    )


def say(start: str, text: str, console: Any, indent: int | None = None) -> None:
    """Print what is `hanging`, as wide as the terminal; where there is none, on one line."""
    for line in hanging(start, text, console.width, indent) if console.is_terminal else [start + text]:
        console.print(line)


def person(name: str, width: int) -> str:
    """The name of an annotator; `(unnamed)` is nobody's, for somebody may be called `unnamed`."""
    return clipped(name, width) or "(unnamed)"


def age(hours: float) -> str:
    """`5 min`, `3 h`, `12 days`."""
    if hours < 1:
        return f"{hours * 60:.0f} min"
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} days"


def listed(words: tuple[str, ...] | list[str], most: int = 8) -> str:
    """`a, b, c and 5 more`."""
    shown = ", ".join(visible(w, 60) for w in words[:most])
    return f"{shown} and {len(words) - most} more" if len(words) > most else shown
