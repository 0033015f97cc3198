"""A budget of labels or rounds."""

from __future__ import annotations

from dataclasses import dataclass

from alcli.contracts import RoundHistory, Verdict

__all__ = ["Budget"]


@dataclass(frozen=True)
class Budget:
    """Stop when so many labels or rounds are spent; 0 = no limit of that kind.

    >>> Budget(labels=100)
    Budget(labels=100, rounds=0)
    """

    labels: int = 0
    rounds: int = 0

    def __post_init__(self) -> None:
        if self.labels < 0 or self.rounds < 0:
            raise ValueError("labels and rounds must be 0 or more")

    def judge(self, history: RoundHistory) -> Verdict:
        """Fires when a limit is reached."""
        spent = [(history.n_labels, self.labels, "labels"), (history.n_rounds, self.rounds, "rounds")]
        limits = [(n, limit, word) for n, limit, word in spent if limit]
        fires = any(n >= limit for n, limit, _ in limits)
        return Verdict(fires, ", ".join(f"{n} of {limit} {word} spent" for n, limit, word in limits) or "no limit set")
