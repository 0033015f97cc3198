"""Retrain when enough labels have changed."""

from __future__ import annotations

from dataclasses import dataclass

from alcli.contracts import RoundHistory, Verdict

__all__ = ["NewLabels"]


@dataclass(frozen=True)
class NewLabels:
    """Due when at least so many labels are new or changed since the last model.

    >>> NewLabels(at_least=50)
    NewLabels(at_least=50)
    """

    at_least: int = 50

    def __post_init__(self) -> None:
        if self.at_least < 1:
            raise ValueError("at_least must be 1 or more")

    def judge(self, history: RoundHistory) -> Verdict:
        """Fires at the threshold or beyond it, never only exactly on it."""
        fires = history.n_changed >= self.at_least
        n = history.n_changed
        said = f"{n} new or changed label{'' if n == 1 else 's'} since the last model, {self.at_least} wanted"
        return Verdict(fires, said)
