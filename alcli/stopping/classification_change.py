"""New labels no longer change predicted classes."""

from __future__ import annotations

from dataclasses import dataclass

from alcli.contracts import RoundHistory, Verdict

__all__ = ["ClassificationChange"]


@dataclass(frozen=True)
class ClassificationChange:
    """Stop when hardly any unlabelled row changes its predicted class (Zhu, Wang and Hovy 2008).

    Each of the last `window` models calls at most the share `at_most` of the rows otherwise than the model before. In
    the paper none may change, once; on thousands of rows that hardly happens.

    >>> ClassificationChange(at_most=0.02)
    ClassificationChange(at_most=0.02, window=3)
    """

    at_most: float = 0.01
    window: int = 3

    def __post_init__(self) -> None:
        if not 0 <= self.at_most < 1:
            raise ValueError("at_most must be 0 or more, and less than 1")
        if self.window < 1:
            raise ValueError("window must be 1 or more")

    def judge(self, history: RoundHistory) -> Verdict:
        """Fires when so many models in a row have changed so little."""
        found = [model.stability["changed"] for model in history.models if "changed" in model.stability][-self.window :]
        if len(found) < self.window:
            return Verdict(False, f"{len(found)} of {self.window} models compared with the one before")
        shown = ", ".join(f"{changed:.1%}" for changed in found)
        because = f"{shown} of predictions changed with the last {self.window} models; wanted {100 * self.at_most:g}%"
        return Verdict(max(found) <= self.at_most, because)
