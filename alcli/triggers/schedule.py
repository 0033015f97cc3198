"""Retrain at intervals."""

from __future__ import annotations

from dataclasses import dataclass

from alcli.contracts import RoundHistory, Verdict

__all__ = ["Schedule"]


@dataclass(frozen=True)
class Schedule:
    """Due when the last model is so many hours old and labels are new, changed or gone since; the first model at once.

    >>> Schedule(hours=24 * 7)
    Schedule(hours=168)
    """

    hours: float = 24.0

    def __post_init__(self) -> None:
        if not self.hours > 0:
            raise ValueError("hours must be more than 0")

    def judge(self, history: RoundHistory) -> Verdict:
        """Fires at the age wanted or beyond it, if there is anything new to learn from."""
        n = history.n_changed
        new = f"{n} new or changed label{'' if n == 1 else 's'}"
        if not history.models:
            return Verdict(n > 0, f"no model yet, {new}")
        age = (history.now - history.models[-1].time) / 3600
        return Verdict(n > 0 and age >= self.hours, f"the last model is {age:.1f} of {self.hours:g} hours old, {new}")
