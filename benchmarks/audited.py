"""What a project would know after each round of a replayed campaign: its model, and what that says of audited rows."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from alcli.campaign.learning import fitting, unlabelled
from alcli.campaign.learning.fitting import Fitted
from alcli.campaign.simulating.replaying import Stage
from alcli.core.estimates import honest
from alcli.core.estimates.estimating import OutOfFold


@dataclass(frozen=True)
class Known:
    """The model of the rows that were asked, its classes, and the audit sample as models without these rows call it."""

    model: Fitted
    classes: tuple[str, ...]
    audit: OutOfFold | None


def known(stage: Stage, asked: Sequence[int], reserved: Any, seed: int) -> Known | None:
    """What is known once these rows are labelled, of which those that are `reserved` are the audit sample; None as long
    as all are of one class."""
    rows, read = stage.rows, stage.reads[""]
    names = [rows.classes[k] for k in rows.y[np.array(asked)].tolist()]
    classes = fitting.class_order((), names)
    if len(classes) < 2:
        return None
    y, matrix = np.searchsorted(classes, names), read.of_rows(rows.pool, asked)
    others = unlabelled.drawn(len(rows.y), fitting.wanted(stage.root, stage.config), seed, asked)
    beside = read.of_rows(rows.pool, others) if others else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a model remarks on, it would remark on in every round
        model = fitting.fit(stage.root, stage.config, matrix, names, classes, seed, unlabelled=beside, scored=False)
        build = fitting.builder(stage.root, stage.config, classes, model.columns, beside)
        audit = np.flatnonzero(np.isin(asked, reserved))
        found = honest.audited(build, fitting.narrowed(matrix, model.columns), y, audit, seed)
    return Known(model, classes, found)
