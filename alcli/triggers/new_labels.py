"""Retrain when enough labels have changed."""

from __future__ import annotations

from dataclasses import dataclass

from alcli.contracts import RoundHistory, Verdict

__all__ = ["NewLabels"]


@dataclass(frozen=True)
class NewLabels:
    """Due when at least so many labels are new, changed or gone since the last model, or such a share of its labels.

    0 = no limit of that kind; where there is no model yet, any label is share enough.

    >>> NewLabels(at_least=50)
    NewLabels(at_least=50, share=0.0)
    """

    at_least: int = 50
    share: float = 0.0

    def __post_init__(self) -> None:
        if self.at_least < 0 or self.share < 0:
            raise ValueError("at_least and share must be 0 or more")
        if not (self.at_least or self.share):
            raise ValueError("at_least or share must be more than 0")

    def judge(self, history: RoundHistory) -> Verdict:
        """Fires at either threshold or beyond it, never only exactly on it."""
        n, before = history.n_changed, history.models[-1].n_labels if history.models else 0
        limits: list[tuple[float, str]] = []
        if self.at_least:
            limits.append((self.at_least, f"{self.at_least:,}"))
        if self.share:
            limits.append((self.share * before, f"{100 * self.share:g}% of {before:,}"))
        fires = n > 0 and any(n >= limit for limit, _ in limits)
        wanted = " or ".join(words for _, words in limits)
        said = f"{n} new or changed label{'' if n == 1 else 's'} since the last model, {wanted} wanted"
        return Verdict(fires, said)
