"""New labels no longer move what the model says."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean

from alcli.contracts import RoundHistory, Verdict

__all__ = ["StablePredictions"]


@dataclass(frozen=True)
class StablePredictions:
    """Stop when successive models say the same of the same unlabelled rows (Bloodgood and Vijay-Shanker 2009).

    Cohen's kappa of each model with the one before it, on average over the last `window` models, is at least `kappa`.
    Where few labels come between two models they agree sooner: a small batch wants a longer window.

    >>> StablePredictions(kappa=0.95)
    StablePredictions(kappa=0.95, window=3)
    """

    kappa: float = 0.99
    window: int = 3

    def __post_init__(self) -> None:
        if not 0 < self.kappa <= 1:
            raise ValueError("kappa must be more than 0, and 1 at the most")
        if self.window < 1:
            raise ValueError("window must be 1 or more")

    def judge(self, history: RoundHistory) -> Verdict:
        """Fires when the mean is reached, once that many models were compared with one before."""
        found = [model.stability["kappa"] for model in history.models if "kappa" in model.stability][-self.window :]
        if len(found) < self.window:
            return Verdict(False, f"{len(found)} of {self.window} models compared with the one before")
        mean = fmean(found)
        because = f"kappa {mean:.3f} on average over the last {self.window} models; wanted {self.kappa:g}"
        return Verdict(mean >= self.kappa, because)
