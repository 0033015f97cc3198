"""More labels no longer make the model better."""

from __future__ import annotations

from dataclasses import dataclass

from alcli.contracts import RoundHistory, Verdict
from alcli.core.estimates.bounds import gain_error, middle, require_metric, z_of

__all__ = ["Plateau"]


@dataclass(frozen=True)
class Plateau:
    """Stop when none of the last `rounds` models is better than the one before them by `min_gain` or more.

    `metric` is an honest estimate, such as "accuracy" or "macro_f1", and `min_gain` a difference of it: 0.02 is two
    points. Of each of these models a gain so great has to be ruled out with this confidence: what was measured of it,
    from one interval's middle to the other's, and a margin for chance stay below it. The margin is the narrower, the
    more rows both models were measured on and the fewer predictions changed between them. So it does not fire while few
    rows are measured, however flat they look; one model among the last that may be better is enough to go on; and where
    models hardly differ any more it does fire.

    >>> Plateau(rounds=8)
    Plateau(rounds=8, min_gain=0.02, metric='accuracy', confidence=0.9)
    """

    rounds: int = 5
    min_gain: float = 0.02
    metric: str = "accuracy"
    confidence: float = 0.9

    def __post_init__(self) -> None:
        require_metric(self.metric)
        if self.rounds < 1:
            raise ValueError("rounds must be 1 or more")
        if not 0 <= self.min_gain < 1:
            raise ValueError("min_gain must be 0 or more, and less than 1")
        if not 0.5 <= self.confidence < 1:
            raise ValueError("confidence must be 0.5 or more, and less than 1")

    def judge(self, history: RoundHistory) -> Verdict:
        """Fires when gains worth having are ruled out; never where there are no honest estimates."""
        models = history.models[-self.rounds - 1 :]
        if len(models) <= self.rounds:
            return Verdict(False, f"{len(models)} of the {self.rounds + 1} models that it takes")
        estimates = [model.estimates[self.metric] for model in models if self.metric in model.estimates]
        if len(estimates) < len(models):
            return Verdict(False, f"the {self.metric} of the last models was not measured on rows that nobody chose")
        (before, *after), changed, highest = estimates, 0.0, -1.0
        for model, estimate in zip(models[1:], after, strict=True):
            changed += model.stability.get("changed", 1.0)
            margin = z_of(self.confidence) * gain_error(before, estimate, changed)
            highest = max(highest, middle(estimate) - middle(before) + margin)
        newest = after[-1]
        because = (
            f"{self.metric} went from {before.value:.1%} to {newest.value:.1%} in {self.rounds} models:"
            f" with {100 * self.confidence:g}% confidence no gain above {100 * highest:.2f} points"
            f" ({newest.n} rows); wanted less than {100 * self.min_gain:g}"
        )
        return Verdict(highest < self.min_gain, because)
