"""Fitting the specification's model to labelled rows: what `retrain` and `simulate` have in common."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alcli.campaign import parts
from alcli.errors import ConfigError, ProjectError
from alcli.project.config import Config, Part

if TYPE_CHECKING:
    from alcli.contracts import Floats, Ints, Matrix
    from alcli.core.estimates.estimating import OutOfFold
    from alcli.core.linear import Beside, Linear


@dataclass(frozen=True)
class Fitted:
    """A classifier fitted on these `columns` of features that are `width` wide.

    `held_out` is what a model of labels alone says of rows held out. Of one that learns from other rows, too, `judged`
    finds out the same, which takes a while.
    """

    classifier: Any
    columns: Ints
    width: int
    held_out: OutOfFold | None = None
    judged: Callable[[], OutOfFold | None] | None = None

    @property
    def figures(self) -> dict[str, float]:
        """Cross-validated on the labelled rows, hence biased where these were selected; empty where none was made."""
        return self.held_out.figures if self.held_out else {}

    @property
    def temperature(self) -> float:
        """What calibrates its probabilities, where they are to be read as confidence; 1 where that is not known."""
        found = self.judged() if self.judged else self.held_out
        return found.temperature if found else 1.0

    @property
    def temperature_alone(self) -> float:
        """The same of a model of labels alone."""
        return self.held_out.temperature if self.held_out else 1.0

    @cached_property
    def linear(self) -> Linear | None:
        """The classifier as plain arrays, where it is linear."""
        from alcli.core.linear import from_fitted

        return from_fitted(self.classifier, self.columns, self.width)

    def proba(self, matrix: Matrix | Beside) -> Floats:
        """Probabilities (n, k) of features (n, d), as the model gives them."""
        return probabilities(self.linear or self.classifier, self.columns, matrix)


def fit(
    root: Path,
    config: Config,
    matrix: Matrix,
    names: Sequence[str],
    classes: tuple[str, ...],
    seed: int,
    *,
    unlabelled: Matrix | None = None,
    scored: bool = True,
) -> Fitted:
    """The specification's model, fitted on the columns that occur in the labelled rows: the others can teach nothing.

    `matrix` (n, d) are the features of the labelled rows, `names` their n labels, each one of `classes`, each of which
    has a label; parts of one's own are looked for from `root` on. A model that learns from rows without a label, too,
    does so from `unlabelled` (m, d); without these, it is the one to choose by. Cross-validated only if `scored`.
    """
    import numpy as np

    from alcli.core.estimates.estimating import cross_fitted
    from alcli.core.linear import used_columns

    number = {c: k for k, c in enumerate(classes)}
    y = np.array([number[label] for label in names])
    columns = used_columns(matrix)
    if not len(columns):
        raise ProjectError(
            "the labelled rows have no features: there is nothing to learn from",
            "label more: alcli select; or are [features] in alcli.toml too strict?",
        )
    narrow = narrowed(matrix, columns)
    alone, build = (builder(root, config, classes, columns, others) for others in (None, unlabelled))
    with parts.blamed("model", config.model.use):
        classifier = _taught(build(y), narrow, y, config)
        _require_probabilities(classifier, config.model.use)
        held_out = cross_fitted(alone, narrow, y, seed) if scored else None
    judged = partial(cross_fitted, build, narrow, y, seed) if scored and unlabelled is not None else None
    return Fitted(classifier, columns, matrix.shape[1], held_out, judged)


def wanted(root: Path, config: Config) -> int:
    """How many rows without a label the specification's model wants to learn from."""
    return int(getattr(parts.load(root, "models", config.model), "unlabelled", 0))


def builder(
    root: Path, config: Config, classes: Sequence[str], columns: Ints, unlabelled: Matrix | None
) -> Callable[[Ints], Any]:
    """What makes the specification's classifier for labels (n,), numbers of `classes`, and these columns of the
    features."""
    model = parts.load(root, "models", _numbered(config.model, classes))
    if unlabelled is None:
        alone: Callable[[Ints], Any] = model.build
        return alone
    rows = narrowed(unlabelled, columns)
    return lambda y: model.build_beside(y, rows)


def _numbered(model: Part, classes: Sequence[str]) -> Part:
    """The model with its `class_weight`, if it has a table of them, by class number instead of by name."""
    weights = model.params.get("class_weight")
    if not isinstance(weights, Mapping):
        return model
    numbered = {number: weights[name] for number, name in enumerate(classes) if name in weights}
    return replace(model, params={**model.params, "class_weight": numbered})


def _taught(classifier: Any, matrix: Matrix, y: Ints, config: Config) -> Any:
    """The classifier fitted, with a clear word where it takes no negative features and gets some."""
    with warnings.catch_warnings():
        # few labels of many classes are how a campaign begins
        warnings.filterwarnings("ignore", "The number of unique classes is greater than 50%")
        try:
            return classifier.fit(matrix, y)
        except ValueError as error:
            if "negative values" not in str(error).lower():
                raise
            texts_alone = config.pool.content == config.pool.text and not config.pool.vectors
            raise ConfigError(
                f"the model {config.model.use} takes no negative features, and these have some",
                '[features] text = "tfidf", or "hashing"; in simulate: --features tfidf'
                if texts_alone
                else "name another [model]; only texts alone have features without: tfidf, hashing",
            ) from error


def probabilities(model: Any, columns: Ints, matrix: Matrix | Beside) -> Floats:
    """Probabilities (n, k) by a `Linear`, or by a classifier fitted on these columns of the features."""
    from alcli.core.linear import Beside, Linear

    if isinstance(model, Linear):
        return model.proba(matrix)
    assert not isinstance(matrix, Beside)  # no pair has these and a model that is not linear
    found: Floats = model.predict_proba(narrowed(matrix, columns))
    return found


def class_order(known: Sequence[str], labels: Iterable[str]) -> tuple[str, ...]:
    """The classes that have labels: those `known`, in their order, then any others, sorted."""
    seen = set(labels)
    order = [c for c in known if c in seen]
    return (*order, *sorted(seen - set(order)))


def narrowed(matrix: Matrix, columns: Ints) -> Matrix:
    """These columns as scikit-learn takes them: in single precision."""
    import numpy as np

    narrow = matrix[:, columns]
    return narrow.astype(np.float32) if narrow.dtype == np.float16 else narrow


def _require_probabilities(classifier: Any, name: str) -> None:
    """A model that cannot say how sure it is cannot choose."""
    if not hasattr(classifier, "predict_proba"):
        raise ConfigError(f"the model {name} gives no probabilities", "wanted a classifier with predict_proba")
