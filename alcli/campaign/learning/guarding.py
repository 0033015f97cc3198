"""What a campaign may overlook, and where its learning curve leads: computed while a model is made, and recorded."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from alcli import plugins
from alcli.campaign.gathering import gathered
from alcli.campaign.grouping import Groups, grouped
from alcli.campaign.learning import learned
from alcli.contracts import Estimate, Forecast
from alcli.core.drawing import simple
from alcli.core.estimates.intervals import share_of, share_seen
from alcli.core.groups import behind, passed_by
from alcli.core.regions import regions, unseen_below
from alcli.project.config import Config
from alcli.project.findings import Group, Guarded, Measured, Region
from alcli.project.project import Project

if TYPE_CHECKING:
    from alcli.contracts import Ints

REFERENCE = 3_000  # rows of the pool, to see where no label has come from
_STREAM = 5  # of random numbers, apart from those that choosing takes


def guarded(project: Project, config: Config, right: Mapping[int, bool]) -> Guarded:
    """Regions without a label, classes without one, and how the groups fare.

    `right` says of each labelled row of the audit sample whether the model, not having seen it, was right.
    """
    state = project.state
    named = (*config.labels.classes, *config.select.rare)
    found = _regions(project, config, list(state.labels))
    return Guarded(
        *found,
        unlabelled=tuple(dict.fromkeys(name for name in named if name not in state.labels_by_class())),
        unseen_below=unseen_below(len(right)) if right else None,
        groups=tuple(
            line
            for groups in grouped(project.shards, config.guard)
            for line in compared(groups, list(state.labels), right)
        ),
    )


def foreseen(project: Project, config: Config, measured: Measured | None) -> Forecast | None:
    """Where the learning curve leads, for the target of the specification, else for the accuracy.

    The curve is of the models that were made by the same features and model and measured in the same way, and ends with
    the one that was `measured` just now. None as long as it cannot tell.
    """
    if measured is None:
        return None
    from alcli.core.estimates.forecasting import Point, forecast

    metric, target = _target(config)
    now, state = config.tree(), project.state
    points = {len(state.labels): measured.estimates.get(metric)}
    for trained in reversed(state.models):
        then, before = project.committed[trained.step - 1].step.settings, trained.did.measured
        alike = all(then.get(key) == now[key] for key in ("features", "model"))
        if alike and not trained.overtaken and before and before.source == measured.source:
            points.setdefault(trained.did.n_labels, before.estimates.get(metric))
    curve = [Point(n, estimate) for n, estimate in sorted(points.items()) if estimate and n <= len(state.labels)]
    return forecast(curve, metric, state.n_rows - state.n_duplicates, target)


def compared(groups: Groups, labelled: Sequence[int], right: Mapping[int, bool]) -> list[Group]:
    """The groups of a column side by side: rows, labels, accuracy on the audit sample."""
    counts, labels = groups.counts(), groups.counts(labelled)
    shares = counts / len(groups.of)
    audited = np.array(list(right), np.int64)
    hit = np.array(list(right.values()), bool)
    of = groups.of[audited]
    worse = behind(np.bincount(of[hit], minlength=groups.k).tolist(), np.bincount(of, minlength=groups.k).tolist())
    few = passed_by(labels.tolist(), shares.tolist())
    return [
        Group(
            column=groups.column,
            value=groups.values[at] if at < len(groups.values) else "",
            rows=int(counts[at]),
            share=float(shares[at]),
            labels=int(labels[at]),
            accuracy=share_of(hit[of == at]) if (of == at).any() else None,
            behind=worse[at],
            passed_by=few[at],
            others=groups.others if at == len(groups.values) else 0,
        )
        for at in range(groups.k)
    ]


def _regions(
    project: Project, config: Config, labelled: Collection[int]
) -> tuple[int, int, Estimate, tuple[Region, ...]]:
    """How many regions there are, how many have no label, their share of the pool, and those that tell something."""
    from alcli.project import pool

    n = project.state.n_rows
    rng = np.random.default_rng([project.state.seed, n, _STREAM])
    rows = simple(n, REFERENCE, rng)
    features = learned.features(project, config, learned.fit_shards(project.state.shards))
    points, known = (gathered(features, project.shards, some) for some in (rows, sorted(labelled)))
    found = regions(points, known, rng)
    typical = [rows[spot.at].tolist() for spot in found.spots]
    ids = pool.fetch(project.shards, [row for some in typical for row in some], [])[pool.ROW_ID]
    names = iter(name or "" for name in ids)
    blind = tuple(
        Region(_share(spot.n, rows, n), spot.expected, tuple(next(names) for _ in some))
        for spot, some in zip(found.spots, typical, strict=True)
    )
    return found.k, found.empty, _share(found.n_empty, rows, n), blind


def _share(count: int, rows: Ints, n: int) -> Estimate:
    """The share of the pool's `n` rows that `count` of these, drawn from it, stand for; exact where they are all."""
    share = count / len(rows)
    return Estimate(share, share, share, 0.0, n) if len(rows) == n else share_seen(share, len(rows))


def _target(config: Config) -> tuple[str, float | None]:
    """The metric of the specification's first target and how high it is wanted; accuracy where there is none."""
    for part in (*config.stop.any, *config.stop.all):
        if part.use == "target":
            wanted = {**plugins.defaults("stopping", "target"), **part.params}
            return wanted["metric"], wanted["at_least"]
    return "accuracy", None
