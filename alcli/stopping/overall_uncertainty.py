"""The model is sure of nearly every row."""

from __future__ import annotations

from dataclasses import dataclass

from alcli.contracts import RoundHistory, Verdict

__all__ = ["OverallUncertainty"]


@dataclass(frozen=True)
class OverallUncertainty:
    """Stop when the model is hardly uncertain of unlabelled rows any more (Zhu, Wang and Hovy 2008).

    Uncertainty is the mean entropy of its probabilities as a share of the greatest there is. What a model calls sure
    is its own affair: on hard data, or with a cautious model, this never fires.

    >>> OverallUncertainty(at_most=0.1)
    OverallUncertainty(at_most=0.1)
    """

    at_most: float = 0.2

    def __post_init__(self) -> None:
        if not 0 <= self.at_most < 1:
            raise ValueError("at_most must be 0 or more, and less than 1")

    def judge(self, history: RoundHistory) -> Verdict:
        """Fires when the newest model's uncertainty is so small."""
        found = history.models[-1].stability.get("uncertainty") if history.models else None
        if found is None:
            return Verdict(False, "no model yet whose uncertainty of unlabelled rows is known")
        return Verdict(found <= self.at_most, f"mean uncertainty {found:.3f} of 1; wanted {self.at_most:g}")
