"""Retrain when a batch is answered whole."""

from __future__ import annotations

from dataclasses import dataclass

from alcli.contracts import RoundHistory, Verdict

__all__ = ["BatchComplete"]


@dataclass(frozen=True)
class BatchComplete:
    """Due when no row is out any more and labels are new, changed or gone since the last model."""

    def judge(self, history: RoundHistory) -> Verdict:
        """Fires when all that was handed out has been answered."""
        n, out = history.n_changed, history.n_out
        new = f"{n} new or changed label{'' if n == 1 else 's'} since the last model"
        return Verdict(n > 0 and out == 0, f"{new}, {out} row{'' if out == 1 else 's'} out")
