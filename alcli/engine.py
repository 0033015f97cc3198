"""Map a function over the shards: in this process, or on worker processes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from alcli.errors import UsageError

Item = TypeVar("Item")
Result = TypeVar("Result")


def over(function: Callable[[Item], Result], items: Iterable[Item], engine: str = "local") -> Iterator[Result]:
    """The results in the order of the items; `engine` is "local" or "joblib:N" for N worker processes.

    One item is held at a time here, so memory is bounded by the largest; on workers by N of them.
    """
    n = workers(engine)
    if not n:
        yield from map(function, items)
    else:
        from joblib import Parallel, delayed
        from joblib.externals.loky import get_reusable_executor

        try:
            yield from Parallel(n_jobs=n, return_as="generator")(delayed(function)(item) for item in items)
        finally:
            get_reusable_executor().shutdown(wait=True)  # workers left over would hold our output open


def workers(engine: str) -> int:
    """How many worker processes an engine has, 0 for "local"; raises `UsageError` where there is no such engine.

    >>> workers("local"), workers("joblib:2")
    (0, 2)
    """
    if engine == "local":
        return 0
    name, _, count = engine.partition(":")
    if name != "joblib" or not count.isdecimal() or not int(count):
        raise UsageError(f"there is no engine {engine!r}", "there are: local, joblib:N (N worker processes)")
    return int(count)
