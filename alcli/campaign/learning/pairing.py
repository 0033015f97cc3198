"""What learns from what: the model and features named or, with `auto`, the better of two pairs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from alcli.campaign import parts
from alcli.campaign.learning.fitting import Fitted, fit
from alcli.project.config import Config, Part
from alcli.project.findings import Contest, Pair
from alcli.project.project import Project
from alcli.project.records import ModelRetrained

if TYPE_CHECKING:
    from alcli.contracts import Matrix, Rival


class Before(Protocol):
    """What is known of an earlier model: the pair it was, and the last contest for its place."""

    @property
    def pair(self) -> Pair: ...

    @property
    def contest(self) -> Contest | None: ...


@dataclass(frozen=True)
class Material:
    """What a pair learns from: the features (n, d) of the labelled rows and, where it wants such, of others (m, d)."""

    labelled: Matrix
    unlabelled: Matrix | None = None


@dataclass(frozen=True)
class Settled:
    """The pair that is used from now on, fitted, and the last contest for its place."""

    pair: Pair
    fitted: Fitted
    contest: Contest | None


def settle(
    root: Path,
    config: Config,
    material: Callable[[Pair], Material],
    names: Sequence[str],
    classes: tuple[str, ...],
    seed: int,
    before: Before | None = None,
) -> Settled:
    """Fit the pair in use, which is that of the model `before`, and let the other contend where that is due.

    `material` gives the features for a pair, and is not asked before they are needed. The other pair takes over where
    it is clearly ahead on rows held out.
    """

    from alcli.core.estimates import contending

    def fitted(pair: Pair) -> Fitted:
        rows = material(pair)
        return fit(root, with_model(config, pair), rows.labelled, names, classes, seed, unlabelled=rows.unlabelled)

    other_way = rival(root, config)
    if other_way is None:
        return Settled(Pair(), fitted(Pair()), None)
    first, second = Pair(), Pair(other_way.model, other_way.beside)
    held, other = (second, first) if before and before.pair == second else (first, second)
    last = before.contest if before and before.contest and before.contest.other == other else None
    ours = fitted(held)
    if not ours.held_out or not contending.due(len(names), other_way.from_labels, last.n_labels if last else 0):
        return Settled(held, ours, last)
    theirs = fitted(other)
    assert theirs.held_out
    lead = contending.lead(ours.held_out, theirs.held_out)
    if lead.clear:
        return Settled(other, theirs, Contest(held, len(names), -lead.gain, lead.error, -lead.accuracy))
    return Settled(held, ours, Contest(other, len(names), lead.gain, lead.error, lead.accuracy))


def before(project: Project) -> ModelRetrained | None:
    """The model in use, if it was made by the same features and model as are named now."""
    trained = project.state.model
    if trained is None:
        return None
    now = project.config.tree()
    return trained.did if all(trained.settings.get(key) == now[key] for key in ("features", "model")) else None


def with_model(config: Config, pair: Pair) -> Config:
    """The specification with the model of a pair."""
    return replace(config, model=Part(pair.model)) if pair.model else config


def rival(root: Path, config: Config) -> Rival | None:
    """What the specification's model may change to as labels grow; None for one that stays what it is."""
    model = parts.load(root, "models", config.model)
    if not hasattr(model, "rival"):
        return None
    found: Rival | None = model.rival(roles(config), config.features.text.use)
    return found


def described(config: Config, pair: Pair) -> str:
    """A pair in words, such as "self_training on lsa + tfidf"."""
    model = pair.model or ("self_training" if config.model.use == "auto" else parts.short(config.model.use))
    read = [parts.short(getattr(config.features, role).use) for role in roles(config)]
    return f"{model} on {' + '.join([*read, *filter(None, [pair.beside])])}"


def told(config: Config, contest: Contest | None) -> str:
    """How the last contest went, in words; empty where there was none."""
    if contest is None:
        return ""
    points = 100 * contest.accuracy
    by = f"{abs(points):.1f} points {'more' if points > 0 else 'less'}"
    return f"{described(config, contest.other)}: {by}, cross-fitted on {contest.n_labels:,} labels"


def roles(config: Config) -> list[str]:
    """The kinds of columns that the pool has."""
    return [name for name in ("text", "images", "columns", "vectors") if getattr(config.pool, name, None)]
