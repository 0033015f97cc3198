"""What is wrong with a file handed in: the columns that it lacks, the first ten faults of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from alcli.errors import DataError, Fault

SHOWN = 10


def need_columns(wanted: Iterable[str], there: Sequence[str], source: object) -> None:
    """Refuse what lacks any of these columns: a file, by its path, or the pool. Raises `DataError`."""
    missing = [name for name in dict.fromkeys(wanted) if name not in there]
    if missing:
        raise DataError(f"{source} has no column {', '.join(map(repr, missing))}", f"it has: {', '.join(there)}")


class Faults:
    """Faults of one kind, in the order in which they are found."""

    def __init__(self) -> None:
        self.count = 0
        self.shown: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Count a fault, and keep it if it is among the first ten."""
        self.count += 1
        if len(self.shown) < SHOWN:
            self.shown.append(fault)
