"""Rows that were picked for a batch, and why each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Picked:
    """Rows of the pool, best first, and how they were found; the first `matching` chosen by a pattern.

    Those of the `audit` sample were drawn; they stand anywhere. Those asked `again` have a label, which may be wrong.
    Rows that no strategy chose have no utility.
    """

    rows: Sequence[int]
    utility: Sequence[float | None]
    reasons: Sequence[str]
    strategy: str
    candidates: int
    cold_start: bool = False
    model: int | None = None
    matching: int = 0
    audit: frozenset[int] = frozenset()
    again: frozenset[int] = frozenset()

    @classmethod
    def unscored(
        cls, rows: Sequence[int], reasons: Sequence[str], strategy: str, *, audit: bool = False, again: bool = False
    ) -> Picked:
        """Rows that are asked whatever their utility is: all of the `audit` sample, all `again`, or neither."""
        return cls(
            rows,
            [None] * len(rows),
            reasons,
            strategy,
            candidates=len(rows),
            audit=frozenset(rows if audit else ()),
            again=frozenset(rows if again else ()),
        )

    def plus(self, others: Picked) -> Picked:
        """The same batch with the rows of another below its own."""
        return replace(
            self,
            rows=[*self.rows, *others.rows],
            utility=[*self.utility, *others.utility],
            reasons=[*self.reasons, *others.reasons],
            audit=self.audit | others.audit,
            again=self.again | others.again,
        )

    def take(self, at: Sequence[int]) -> Picked:
        """The rows at these places, in this order; those that a pattern chose stay first."""
        rows = [self.rows[place] for place in at]
        return replace(
            self,
            rows=rows,
            utility=[self.utility[place] for place in at],
            reasons=[self.reasons[place] for place in at],
            matching=sum(place < self.matching for place in at),
            audit=self.audit.intersection(rows),
            again=self.again.intersection(rows),
        )
