"""A model in the vault: the features it reads and the way it gives probabilities."""

from __future__ import annotations

import contextlib
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alcli import plugins
from alcli.campaign import parts
from alcli.campaign.gathering import gathered
from alcli.campaign.learning.fitting import Fitted, probabilities
from alcli.errors import AlcliError, ConfigError, ProjectError
from alcli.project import config as configs
from alcli.project.block import Block
from alcli.project.config import Config, Part, Pool
from alcli.project.faults import SHOWN
from alcli.project.project import Project
from alcli.project.renaming import Trained
from alcli.project.state import ShardAt
from alcli.project.vault import RESTORE

if TYPE_CHECKING:
    import polars as pl

    from alcli.contracts import Floats, Ints, Matrix, Reading
    from alcli.core.linear import Beside, Linear
    from alcli.project.block import Role
    from alcli.project.cache import Features, Progress
    from alcli.project.pool import Shard

MODEL_FILE, LINEAR_FILE = "model.joblib", "linear.npz"
BLIND = "blind-"  # before the names of the files of a model that has not seen the audit sample


def blocks(root: Path, config: Config) -> list[Block]:
    """A featurizer for each role that the pool has, and what that wants beside it."""
    pool, named = config.pool, config.features
    roles: list[tuple[Role, tuple[str, ...], Part]] = [
        ("text", pool.text, named.text),
        ("columns", pool.columns, named.columns),
        ("images", pool.images, named.images),
        ("vectors", ("vectors",) if pool.vectors else (), named.vectors),
    ]
    found = []
    for role, columns, part in roles:
        if columns:
            featurizer = parts.load(root, "featurizers", part)
            indifferent, beside = getattr(featurizer, "indifferent", ()), getattr(featurizer, "beside", None)
            params = {name: value for name, value in part.params.items() if name not in indifferent}
            found.append(Block(role, columns, parts.recipe(root, Part(part.use, params)), featurizer))
            if beside is not None:
                found.append(Block(role, columns, repr(beside), beside))
    return found


@dataclass(frozen=True)
class Read:
    """The features that a model reads: those of the specification or, beside them, another reading of the texts."""

    each: tuple[Features, ...]

    @property
    def key(self) -> str:
        """What they depend on."""
        return "+".join(features.key for features in self.each)

    @property
    def state_sha(self) -> str:
        """What was learned to make them."""
        return "+".join(features.state_sha for features in self.each)

    def matrix(self, shard: Shard) -> Matrix | Beside:
        """Those of one shard (n, d), as `Learned.proba` takes them."""
        return _beside([features.matrix(shard) for features in self.each])

    def transform(self, table: pl.DataFrame) -> Matrix | Beside:
        """Those of new rows (n, d), as `Learned.proba` takes them."""
        return _beside([features.transform(table) for features in self.each])

    def of_rows(self, shards: Sequence[Shard], rows: Sequence[int] | Ints) -> Matrix:
        """Those of these rows of the pool (n, d), side by side in one matrix."""
        found = [gathered(features, shards, rows) for features in self.each]
        if len(found) == 1:
            return found[0]
        from scipy.sparse import csr_matrix, hstack

        return hstack([csr_matrix(matrix) for matrix in found], format="csr")


def _beside(matrices: Sequence[Matrix]) -> Matrix | Beside:
    from alcli.core.linear import Beside

    return matrices[0] if len(matrices) == 1 else Beside(tuple(matrices))


def read(project: Project, config: Config, n_fit: int, beside: str = "") -> Read:
    """The features named, fitted on the first `n_fit` shards; `beside` them, the texts read by that featurizer."""
    each = [features(project, config, n_fit)]
    if beside:
        part = Part(beside, plugins.defaults("featurizers", beside))
        texts = Config(pool=Pool(text=config.pool.text), features=configs.Features(text=part))
        each.append(features(project, texts, n_fit))
    return Read(tuple(each))


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
        made.fit(progress, later=project.shards[len(made.fit_shards) :])


def prepared_or_why(project: Project, progress: Progress | None) -> str:
    """The same for rows that are in the project already: what hinders is told, and empty where nothing does."""
    try:
        prepare(project, progress)
    except ConfigError as fault:
        return "; ".join([fault.message, *_first(fault)])
    return ""


def _first(fault: ConfigError) -> list[str]:
    """The first of its faults in words, where there are more than the one that its message tells."""
    if len(fault.faults) < 2:
        return []
    more = len(fault.faults) - SHOWN
    return [*(each.reason for each in fault.faults[:SHOWN]), *([f"and {more:,} more"] if more > 0 else [])]


def readings(project: Project, first_shard: int = 0) -> tuple[Reading, ...]:
    """How the columns of the pool are read; empty while the features are not made.

    The cells that cannot be read are those of the rows learned from or, with a `first_shard`, of those from there on.
    """
    made = features(project, project.config, fit_shards(project.state.shards))
    return made.readings(project.shards[first_shard:] if first_shard else ())


@dataclass(frozen=True)
class Learned:
    """A model in the vault, ready to give probabilities over its `classes`."""

    root: Path
    folder: Path
    trained: Trained
    config: Config
    features: Read
    classes: tuple[str, ...]
    file: str
    sha256: str

    @classmethod
    def chooser(cls, project: Project, trained: Trained) -> Learned | None:
        """The model to choose by, which has not seen the audit sample; None where other labels teach nothing yet."""
        blind = trained.did.blind
        return None if blind == () else cls.of(project, trained, blind=blind is not None)

    @classmethod
    def of(cls, project: Project, trained: Trained, blind: bool = False) -> Learned:
        """The model, reading the features it was trained on; refuses where these cannot be made again."""
        step = project.committed[trained.step - 1].step
        config = configs.from_tree(step.settings, f"step {trained.step}")
        made = read(project, config, trained.did.fit_shards, trained.did.pair.beside)
        if made.key != trained.did.features or made.state_sha != trained.did.features_state:
            raise ProjectError(
                f"the model of step {trained.step} reads features that this installation makes differently",
                "alcli retrain",
            )
        name = (BLIND if blind else "") + (LINEAR_FILE if trained.did.linear else MODEL_FILE)
        classes = trained.did.blind if blind and trained.did.blind else trained.did.classes
        folder, sha256 = project.folder(trained.step), step.payload[name].sha256
        return cls(project.root, folder, trained, config, made, classes, name, sha256)

    @property
    def step(self) -> int:
        """The step that made it."""
        return self.trained.step

    def proba(self, matrix: Matrix | Beside) -> Floats:
        """Probabilities (n, k) of features (n, d), as the model gives them: what choosing goes by."""
        if self.trained.did.linear:
            return self._linear.proba(matrix)
        columns, classifier = self._fitted
        with self._as_installed("used"):
            return probabilities(classifier, columns, matrix)

    def confidence(self, matrix: Matrix | Beside) -> Floats:
        """The same at the model's temperature: what a person may read as a share that is right."""
        from alcli.core.estimates.calibrating import tempered

        return tempered(self.proba(matrix), self.trained.did.temperature)

    @cached_property
    def _linear(self) -> Linear:
        import numpy as np

        from alcli.core.linear import Linear

        with np.load(io.BytesIO(self._read()), allow_pickle=False) as arrays:
            return Linear(arrays["columns"], arrays["weights"], arrays["intercept"], int(arrays["width"]))

    @cached_property
    def _fitted(self) -> tuple[Ints, Any]:
        import joblib

        parts.load(self.root, "models", self.config.model)  # a class of one's own is unpickled from its file
        data = self._read()
        with self._as_installed("loaded"):
            columns, classifier = joblib.load(io.BytesIO(data))
        return columns, classifier

    @contextlib.contextmanager
    def _as_installed(self, done: str) -> Iterator[None]:
        """Whatever a classifier raises that other versions, or another file of one's own, have made."""
        try:
            yield
        except (AlcliError, MemoryError):
            raise
        except Exception as error:
            raise ProjectError(
                f"the model of step {self.step} cannot be {done} by this installation: {type(error).__name__}: {error}",
                "alcli retrain",
            ) from error

    def _read(self) -> bytes:
        """The bytes of its file in the step, if they are those committed: nothing else is ever unpickled."""
        try:
            data = (self.folder / self.file).read_bytes()
        except FileNotFoundError:
            data = b""
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise ProjectError(f"step {self.trained.step}: {self.file} was changed after it was committed", RESTORE)
        return data


def save(folder: Path, fitted: Fitted, blind: bool = False) -> None:
    """Write a fitted classifier; a linear one stands beside the joblib file as plain arrays."""
    import joblib
    import numpy as np

    before = BLIND if blind else ""
    joblib.dump((fitted.columns, fitted.classifier), folder / f"{before}{MODEL_FILE}")
    if fitted.linear is not None:
        np.savez(folder / f"{before}{LINEAR_FILE}", **asdict(fitted.linear))
