"""A budget of labels, rounds, annotators' minutes, days or answers."""

from __future__ import annotations

from dataclasses import dataclass

from alcli.contracts import RoundHistory, Verdict

__all__ = ["Budget"]


@dataclass(frozen=True)
class Budget:
    """Stop when so many labels, rounds, annotators' minutes, days or answers are spent; 0 = no limit of that kind.

    Minutes are those that returned files tell of; days count from the project's first step. A label is a row that has
    one; of answers it may have taken several, from several people or from second looks, and a skip is an answer too.

    >>> Budget(labels=100)
    Budget(labels=100, rounds=0, minutes=0.0, days=0.0, answers=0)
    """

    labels: int = 0
    rounds: int = 0
    minutes: float = 0.0
    days: float = 0.0
    answers: int = 0

    def __post_init__(self) -> None:
        if min(self.labels, self.rounds, self.minutes, self.days, self.answers) < 0:
            raise ValueError("labels, rounds, minutes, days and answers must be 0 or more")

    def judge(self, history: RoundHistory) -> Verdict:
        """Fires when a limit is reached."""
        spent: list[tuple[float, float, str]] = [
            (history.n_labels, self.labels, "labels"),
            (history.n_rounds, self.rounds, "rounds"),
            (history.minutes, self.minutes, "minutes of annotators"),
            ((history.now - history.started) / 86_400, self.days, "days"),
            (history.n_answers, self.answers, "answers"),
        ]
        limits = [(n, limit, word) for n, limit, word in spent if limit]
        fires = any(n >= limit for n, limit, _ in limits)
        said = ", ".join(f"{_shown(n)} of {_shown(limit)} {word} spent" for n, limit, word in limits)
        return Verdict(fires, said or "no limit set")


def _shown(n: float) -> str:
    """A whole number as it is, any other cut to a tenth: what is just short of a limit does not look like it."""
    return f"{int(n * 10) / 10:g}" if isinstance(n, float) else str(n)
