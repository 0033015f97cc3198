"""Recorded histories to judge: plain functions that any test may use."""

from __future__ import annotations

import numpy as np

from alcli.contracts import Estimate, Retrained, RoundHistory
from alcli.core.estimates.intervals import share_of

EMPTY = RoundHistory(n_labels=0, n_changed=0, n_rounds=0, n_out=0, n_candidates=100, started=0.0, now=60.0)


def right(n: int, of: int) -> Estimate:
    """The estimate of a share by so many rows."""
    return share_of(np.arange(of) < n)


def model(
    n_labels: int = 100, *, time: float = 0.0, stability: dict[str, float] | None = None, **estimates: Estimate
) -> Retrained:
    """A model with these honest estimates; `of` in a name stands for the colon, as in `recall_of_a`."""
    named = {name.replace("_of_", ":"): estimate for name, estimate in estimates.items()}
    return Retrained(step=1, n_labels=n_labels, time=time, estimates=named, stability=stability or {})


def history(*models: Retrained) -> RoundHistory:
    """A history with these models."""
    return RoundHistory(
        n_labels=models[-1].n_labels if models else 0,
        n_changed=0,
        n_rounds=len(models),
        n_out=0,
        n_candidates=100,
        started=0.0,
        now=60.0,
        models=models,
    )
