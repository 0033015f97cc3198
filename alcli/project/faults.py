"""What is wrong with a file handed in: the first ten faults and how many there are, in bounded memory."""

from __future__ import annotations

from alcli.errors import Fault

SHOWN = 10


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
