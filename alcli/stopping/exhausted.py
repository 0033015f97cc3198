"""Nothing is left to ask."""

from __future__ import annotations

from dataclasses import dataclass

from alcli.contracts import RoundHistory, Verdict
from alcli.core.counts import count

__all__ = ["Exhausted"]


@dataclass(frozen=True)
class Exhausted:
    """Stop when every row of the pool has been asked about, and none is awaited."""

    def judge(self, history: RoundHistory) -> Verdict:
        """Fires when no row is left to ask, those of the audit sample among them, and none is out."""
        n, out = history.n_candidates, f", {history.n_out:,} out" if history.n_out else ""
        return Verdict(n == 0 and not out, f"{count(n, 'row')} left to ask{out}")
