"""Retrain when the model is wrong more often than it thought it would be."""

from __future__ import annotations

import math
from dataclasses import dataclass

from alcli.contracts import RoundHistory, Verdict
from alcli.core.estimates.bounds import z_of

__all__ = ["Surprise"]


@dataclass(frozen=True)
class Surprise:
    """Due when new labels show that the last model is wrong more often than its own confidence leads to expect.

    So a model that has met something new is replaced early, and one that is as good as it says may stay. Were each of
    `at_least` or more predictions right with the probability it was given, as many errors would be seen less often than
    1 - `confidence`: a one-sided test, by the normal approximation with half an error taken off for continuity. The
    variance is the greatest that predictions of this mean confidence can have, which makes the test cautious.

    >>> Surprise(at_least=50)
    Surprise(at_least=50, confidence=0.95)
    """

    at_least: int = 20
    confidence: float = 0.95

    def __post_init__(self) -> None:
        if self.at_least < 1:
            raise ValueError("at_least must be 1 or more")
        if not 0.5 <= self.confidence < 1:
            raise ValueError("confidence must be 0.5 or more, and less than 1")

    def judge(self, history: RoundHistory) -> Verdict:
        """Fires when the errors are too many to be chance."""
        n, wrong, expected = history.n_predicted, history.n_wrong, history.expected_wrong
        if n < self.at_least or history.n_changed == 0:
            return Verdict(False, f"{n} new labels that the model had predicted, {self.at_least} wanted")
        most = expected + 0.5 + z_of(self.confidence) * math.sqrt(max(0.0, expected * (1 - expected / n)))
        said = (
            f"the model was wrong on {wrong} of {n} new labels; its own confidence leads to expect {expected:.1f},"
            f" and up to {most:.1f} by chance"
        )
        return Verdict(wrong > most, said)
