"""Nothing is left to ask."""

from __future__ import annotations

from dataclasses import dataclass

from alcli.contracts import RoundHistory, Verdict

__all__ = ["Exhausted"]


@dataclass(frozen=True)
class Exhausted:
    """Stop when every row of the pool has been asked about."""

    def judge(self, history: RoundHistory) -> Verdict:
        """Fires when no candidate is left."""
        return Verdict(history.n_candidates == 0, f"{history.n_candidates:,} candidates left")
