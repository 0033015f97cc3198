"""Progress bars, on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bar(title: str, silent: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A function to call with what is done and what there is to do; None where nobody looks."""
    if silent or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    # the pieces of long work are many seconds apart, and from the last few the rest is estimated
    with Progress(console=Console(stderr=True), transient=True, speed_estimate_period=300) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
