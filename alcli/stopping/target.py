"""The model is good enough, and this is known."""

from __future__ import annotations

import math
from dataclasses import dataclass

from alcli.contracts import Estimate, RoundHistory, Verdict
from alcli.core.estimates.bounds import lower_score, lower_share, require_metric

__all__ = ["Target"]


@dataclass(frozen=True)
class Target:
    """Stop when a metric is at least so high with this confidence, by rows that nobody chose.

    `metric` is "accuracy", "macro_f1", "precision:CLASS" or "recall:CLASS". What counts is the one-sided lower bound
    of its estimate, Wilson's for shares and the normal one for macro-F1. The confidence is that of one look, and who
    looks after every model meets a lucky estimate sooner or later: so each of the last `window` models has to do.

    >>> Target("recall:fraud", at_least=0.8)
    Target(metric='recall:fraud', at_least=0.8, confidence=0.95, window=2)
    """

    metric: str = "accuracy"
    at_least: float = 0.9
    confidence: float = 0.95
    window: int = 2

    def __post_init__(self) -> None:
        require_metric(self.metric)
        if not 0 < self.at_least < 1:
            raise ValueError("at_least must be between 0 and 1")
        if not 0.5 <= self.confidence < 1:
            raise ValueError("confidence must be 0.5 or more, and less than 1")
        if self.window < 1:
            raise ValueError("window must be 1 or more")

    def judge(self, history: RoundHistory) -> Verdict:
        """Fires when the lower bounds reach the target; never where there is no honest estimate."""
        wanted = f"wanted {100 * self.at_least:g}%" + (f" of {self.window} models in a row" if self.window > 1 else "")
        if not history.models:
            return Verdict(False, f"no model yet to measure the {self.metric} of; {wanted}")
        measured = [model.estimates.get(self.metric) for model in history.models[-self.window :]]
        newest = measured[-1]
        if newest is None:
            return Verdict(False, f"the {self.metric} was not measured on rows that nobody chose; {wanted}")
        reached = sum(estimate is not None and self._bound(estimate) >= self.at_least for estimate in measured)
        at_least = math.floor(1000 * self._bound(newest)) / 10  # cut: a bound just short is not shown as the target
        because = (
            f"{self.metric} is at least {at_least:.1f}% with {100 * self.confidence:g}% confidence"
            f" ({newest.value:.1%} on {newest.n} row{'' if newest.n == 1 else 's'}); {wanted}"
        )
        return Verdict(reached == self.window, because)

    def _bound(self, estimate: Estimate) -> float:
        return (lower_score if self.metric == "macro_f1" else lower_share)(estimate, self.confidence)
