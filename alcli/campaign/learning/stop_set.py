"""The stop set: rows of the pool, drawn once, on which successive models are compared; no label of them is needed."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from alcli.campaign.learning.learned import Learned, Read
from alcli.core.drawing import simple
from alcli.core.estimates.stability import Promised, stability
from alcli.errors import AlcliError
from alcli.project.project import Project

if TYPE_CHECKING:
    from alcli.campaign.learning.fitting import Fitted
    from alcli.contracts import Ints

SIZE = 2_000
_STREAM = 4  # of random numbers, apart from those of choosing and of the audit sample


def stop_set(project: Project) -> Ints:
    """Rows of the pool, ascending; those that join later are not among them, so that it stays the same."""
    first = project.state.shards[0].step
    n = sum(at.record.rows for at in project.state.shards if at.step == first)
    rng = np.random.default_rng([project.state.seed, n, _STREAM])
    return simple(n, SIZE, rng)


def compared(project: Project, fitted: Fitted, read: Read, classes: tuple[str, ...]) -> dict[str, float]:
    """The stability of a model just fitted on these features, against the one in use."""
    rows = stop_set(project)
    before = None
    with suppress(AlcliError):  # a model whose features are made no more cannot be compared with
        if project.state.model:
            earlier = Learned.of(project, project.state.model)
            before = Promised(earlier.classes, earlier.proba(earlier.features.of_rows(project.shards, rows)))
    return stability(Promised(classes, fitted.proba(read.of_rows(project.shards, rows))), before)
