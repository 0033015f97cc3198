"""A model in the vault: the features it reads and the way it gives probabilities."""

from __future__ import annotations

import contextlib
import hashlib
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alcli.campaign import parts
from alcli.errors import ConfigError, ProjectError
from alcli.project import config as configs
from alcli.project.config import Config, Part
from alcli.project.project import Project
from alcli.project.state import ShardAt, Trained
from alcli.project.vault import RESTORE

if TYPE_CHECKING:
    from alcli.contracts import Floats, Ints, Matrix
    from alcli.core.linear import Linear
    from alcli.project.cache import Block, Features, Progress, Role

MODEL_FILE, LINEAR_FILE = "model.joblib", "linear.npz"


def blocks(root: Path, config: Config) -> list[Block]:
    """A featurizer for each role that the pool has."""
    from alcli.project.cache import Block

    pool, named = config.pool, config.features
    roles: list[tuple[Role, tuple[str, ...], Part]] = [
        ("text", pool.text, named.text),
        ("columns", pool.columns, named.columns),
        ("vectors", ("vectors",) if pool.vectors else (), named.vectors),
    ]
    return [
        Block(role, columns, parts.recipe(root, part), parts.load(root, "featurizers", part))
        for role, columns, part in roles
        if columns
    ]


def fit_shards(shards: Sequence[ShardAt]) -> int:
    """How many of the shards, from the first, featurizers are fitted on.

    Rows that join later are transformed as the first ones were, until the pool has doubled.
    """
    fitted = rows = 0
    for number, shard in enumerate(shards, 1):
        rows += shard.record.rows
        last_of_step = number == len(shards) or shards[number].step != shard.step
        if last_of_step and rows >= 2 * sum(s.record.rows for s in shards[:fitted]):
            fitted = number
    return fitted


def features(project: Project, config: Config, n_fit: int) -> Features:
    """The features of the project's shards, fitted on the first `n_fit` of them."""
    from alcli.project.cache import Features

    return Features(
        project.root / ".alcli" / "cache" / "features", blocks(project.root, config), project.shards[:n_fit]
    )


def prepare(project: Project, progress: Progress | None) -> None:
    """Make the features now, while somebody looks on; where the disk refuses, a later command makes them."""
    made = features(project, project.config, fit_shards(project.state.shards))
    with contextlib.suppress(OSError):
        made.fit(progress)
        for shard in project.shards[len(made.fit_shards) :]:
            made.matrix(shard)


def stacked(parts: Sequence[Matrix]) -> Matrix:
    """Features of several shards (or of some of their rows) as one matrix."""
    import numpy as np

    if isinstance(parts[0], np.ndarray):
        return np.vstack(parts)
    from scipy.sparse import vstack

    return vstack(parts, format="csr")


@dataclass(frozen=True)
class Learned:
    """A model in the vault, ready to give probabilities."""

    root: Path
    folder: Path
    trained: Trained
    config: Config
    features: Features
    sha256: str

    @classmethod
    def of(cls, project: Project, trained: Trained) -> Learned:
        """The model, reading the features it was trained on; refuses where these cannot be made again."""
        step = project.committed[trained.step - 1].step
        config = configs.from_tree(step.settings, f"step {trained.step}")
        made = features(project, config, trained.did.fit_shards)
        if made.key != trained.did.features or made.state_sha != trained.did.features_state:
            raise ProjectError(
                f"the model of step {trained.step} reads features that this installation makes differently",
                "alcli retrain",
            )
        name = LINEAR_FILE if trained.did.linear else MODEL_FILE
        return cls(project.root, project.folder(trained.step), trained, config, made, step.payload[name].sha256)

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes, in the order of the probabilities' columns."""
        return self.trained.did.classes

    def proba(self, matrix: Matrix) -> Floats:
        """Probabilities (n, k) of features (n, d)."""
        if self.trained.did.linear:
            return self._linear.proba(matrix)
        columns, classifier = self._fitted
        probabilities: Floats = classifier.predict_proba(matrix[:, columns])
        return probabilities

    @cached_property
    def _linear(self) -> Linear:
        import numpy as np

        from alcli.core.linear import Linear

        with np.load(io.BytesIO(self._read(LINEAR_FILE)), allow_pickle=False) as arrays:
            return Linear(arrays["columns"], arrays["weights"], arrays["intercept"], int(arrays["width"]))

    @cached_property
    def _fitted(self) -> tuple[Ints, Any]:
        import joblib

        parts.load(self.root, "models", self.config.model)  # a class of one's own is unpickled from its file
        columns, classifier = joblib.load(io.BytesIO(self._read(MODEL_FILE)))
        return columns, classifier

    def _read(self, name: str) -> bytes:
        """The bytes of a file of the step, if they are those committed: nothing else is ever unpickled."""
        try:
            data = (self.folder / name).read_bytes()
        except FileNotFoundError:
            data = b""
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise ProjectError(f"step {self.trained.step}: {name} was changed after it was committed", RESTORE)
        return data


def save(folder: Path, classifier: Any, columns: Ints, width: int) -> bool:
    """Write a classifier fitted on these of `width` feature columns; says whether it is linear.

    A linear one stands beside the joblib file as plain arrays.
    """
    import joblib
    import numpy as np

    from alcli.core.linear import from_fitted

    joblib.dump((columns, classifier), folder / MODEL_FILE)
    linear = from_fitted(classifier, columns, width)
    if linear is not None:
        np.savez(folder / LINEAR_FILE, **asdict(linear))
    return linear is not None


def require_probabilities(classifier: Any, name: str) -> None:
    """A model that cannot say how sure it is cannot choose."""
    if not hasattr(classifier, "predict_proba"):
        raise ConfigError(f"the model {name} gives no probabilities", "wanted a classifier with predict_proba")
