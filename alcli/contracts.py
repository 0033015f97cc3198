"""The shapes that the parts agree on: values that pass between them, and one Protocol for each kind of plug-in.

Arrays are numpy arrays and are read-only when a plug-in receives them. Nothing here knows a file, a clock or a
terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import msgspec

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    Floats: TypeAlias = NDArray[np.floating[Any]]
    Ints: TypeAlias = NDArray[np.integer[Any]]
    Matrix: TypeAlias = csr_matrix | Floats
    Arrays: TypeAlias = Mapping[str, NDArray[Any]]
    Fit: TypeAlias = Callable[[Matrix, Ints], Callable[[Matrix], Floats]]

# --- choosing --------------------------------------------------------------------------------------------------------

NEEDS = frozenset({"proba", "committee", "features", "asked", "reference", "fit"})  # what a query strategy may name
OF_A_MODEL = frozenset({"proba", "committee", "fit"})  # those of them that there are none of without a model


@dataclass(frozen=True)
class Asked:
    """The rows asked about so far.

    `features` (a, d); `y` (a,): class numbers, -1 where no label stands; `proba` (a, k), where a strategy needs "proba"
    and there is a model.
    """

    features: Matrix
    y: Ints
    proba: Floats | None = None

    @property
    def labelled(self) -> tuple[Matrix, Ints]:
        """Features (l, d) and class numbers (l,) of the rows that have a label."""
        known = self.y >= 0
        return self.features[known], self.y[known]


@dataclass(frozen=True)
class PoolView:
    """What a query strategy sees: the candidates of one shard, or of the short list.

    `rows` (n,) are positions in the pool; `lottery` (n,) are uniform random numbers in [0, 1), one a candidate, that
    settle ties. What else is there is what the strategy's `needs` and `batch_needs` name:

    - "proba" (n, k): the model's probabilities over `classes`;
    - "committee" (n, m, k): those of each of the m members of a committee;
    - "features" (n, d): float32, CSR or dense;
    - "asked": the rows asked about so far, with their features and labels;
    - "reference": a simple random sample of the whole pool, as a view with the same arrays;
    - "fit": (features, y) -> a function from features to probabilities (n, k): the model of the specification.

    `rare` are the classes that the specification calls rare.
    """

    rows: Ints
    lottery: Floats
    classes: tuple[str, ...] = ()
    proba: Floats | None = None
    features: Matrix | None = None
    committee: Floats | None = None
    asked: Asked | None = None
    reference: PoolView | None = None
    fit: Fit | None = None
    rare: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, at: Ints) -> PoolView:
        """The same view of the candidates at these indices only, in this order."""
        return replace(
            self,
            rows=self.rows[at],
            lottery=self.lottery[at],
            proba=None if self.proba is None else self.proba[at],
            features=None if self.features is None else self.features[at],
            committee=None if self.committee is None else self.committee[at],
        )


@dataclass(frozen=True)
class Selection:
    """The candidates chosen, best first: indices into the view, their utility, and a reason a person understands."""

    at: Ints
    utility: Floats
    reasons: tuple[str, ...]


class QueryStrategy(Protocol):
    """Which candidates are worth asking about.

    `needs` names what is computed for every candidate, before `utility`; `batch_needs` what besides for the short
    list, before `select`; the words are those of `PoolView`. A strategy that `starts_cold` chooses before there is a
    model too: "proba" is then None.
    """

    needs: frozenset[str]
    batch_needs: frozenset[str]
    starts_cold: bool

    def utility(self, view: PoolView) -> Floats:
        """One finite number a candidate (n,), greater = ask sooner. May be called shard by shard."""
        ...

    def short_list(self, batch_size: int) -> int:
        """How many candidates of highest utility the choice is made from."""
        ...

    def select(self, view: PoolView, batch_size: int, rng: np.random.Generator) -> Selection:
        """Choose the batch from the short list."""
        ...


# --- learning --------------------------------------------------------------------------------------------------------

FEWEST_CLASSES = 2  # that a model can be made of


@dataclass(frozen=True)
class Reading:
    """How a featurizer reads one column: as `kind`, "numbers" for one.

    `unread` cells are there but cannot be read so and count as missing; `examples` are the most frequent of them.
    """

    column: str
    kind: str
    unread: int = 0
    examples: tuple[str, ...] = ()


class Featurizer(Protocol):
    """One way from columns to a matrix, as a map, a reduction and a map over the shards of the pool.

    Five attributes may be there besides. `rows_at_once`: `digest` is slow, so it is given so many rows at a time, its
    arrays have one entry a row, and they are kept. `paths`: the parameters that name files or folders; `indifferent`:
    those that features do not depend on (these three are the class's). `beside`: another featurizer for the same
    columns, or None; its features stand to the right, and its `repr` says all that they depend on.
    `readings(columns, state, digests)`: a `Reading` of each of these columns, for a person to check; what could not be
    read is told of the rows with these digests or, where there are none, of those that `state` was learned from.
    """

    def digest(self, table: pl.DataFrame) -> Arrays:
        """What has to be known of one shard; computed once, kept on disk until the features are made.

        Raises `ValueError` with a line for each row that cannot be read, where nothing is to be made of it.
        """
        ...

    def fit(self, digests: Iterable[Arrays]) -> Arrays:
        """The state learned from all digests, read one after the other; arrays only, so that it needs no pickle."""
        ...

    def transform(self, digest: Arrays, state: Arrays) -> Matrix:
        """Features of one shard (n, d): float32, CSR or dense; or float16, dense."""
        ...


class Model(Protocol):
    """A scikit-learn factory.

    One may also learn from rows of the pool that have no label: it has an attribute `unlabelled`, how many it wants,
    and a method `build_beside(y, rows)`, whose classifier has seen these rows (m, d) when it is fitted; what its `fit`
    gives back is used to predict. Batches are then chosen by the classifier of `build`.

    And it may give way to something else as labels grow: `rival(roles, text)` says to what on a pool with these roles,
    whose texts are read by the featurizer `text`.
    """

    def build(self, y: Ints) -> Any:
        """An unfitted scikit-learn classifier for training labels `y` (n,), class numbers 0..k-1."""
        ...


@dataclass(frozen=True)
class Rival:
    """What a model may give way to, from so many labels on, where held-out rows show that it is better.

    Another model, or the same with features of the texts beside those named.
    """

    from_labels: int
    model: str = ""
    beside: str = ""


# --- deciding --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure measured on rows that nobody chose: the audit sample, or a test file.

    `low` and `high` bound it with 95% confidence, `error` is its standard error, `n` rows stand behind it.
    """

    value: float
    low: float
    high: float
    error: float
    n: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the learning curve of a metric promises after `n_labels` labels; each band holds four times in five.

    With twice the labels the metric is about `twice`; with labels without end, between `ceiling_low` and `_high`.
    `outlook` for `target`, where there is one: "reached", "reachable", or "out of reach": nine to one that not even all
    rows of the pool would do. `more`, `least` and `most` are labels still needed; None = more than the pool has.
    """

    metric: str
    n_labels: int
    twice: float
    twice_low: float
    twice_high: float
    ceiling_low: float
    ceiling_high: float
    target: float | None = None
    outlook: str = ""
    more: int | None = None
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Retrained:
    """One model in the history: when it was made, and of how many labels.

    `figures` are cross-validated on selected rows, hence biased. `estimates` are honest: "accuracy", "macro_f1",
    "precision:CLASS", "recall:CLASS". `stability` compares it with the model before on the same unlabelled rows:
    "kappa" of their predictions, the share that "changed", and its own mean "uncertainty" of them.
    """

    step: int
    n_labels: int
    figures: Mapping[str, float] = field(default_factory=dict)
    time: float = 0.0
    estimates: Mapping[str, Estimate] = field(default_factory=dict)
    stability: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RoundHistory:
    """The recorded history that criteria and triggers judge; `now` and times are seconds since 1970, UTC.

    Of the labels that are new since the last model, that model had predicted `n_predicted`; `n_wrong` of them
    wrongly, where its confidence led to expect `expected_wrong`.
    """

    n_labels: int
    n_changed: int  # labels that are new, changed or gone since the last model
    n_rounds: int
    n_out: int  # rows handed out and not answered
    n_candidates: int
    started: float
    now: float
    models: tuple[Retrained, ...] = ()
    minutes: float = 0.0  # that annotators spent, as far as returned files say
    n_answers: int = 0  # that annotators gave: several a row, where several were asked, or one was asked again
    n_predicted: int = 0
    n_wrong: int = 0
    expected_wrong: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a criterion or trigger says, and because of which figures against which thresholds."""

    fires: bool
    because: str
    name: str = ""


class StoppingCriterion(Protocol):
    """Whether labelling may end: a pure function of recorded history."""

    def judge(self, history: RoundHistory) -> Verdict: ...


class RetrainTrigger(Protocol):
    """Whether a retrain is due: a pure function of recorded history."""

    def judge(self, history: RoundHistory) -> Verdict: ...


# --- the handoff -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HandoffRow:
    """One row that goes out to annotators: our key, the pool's id, the shown columns, why it was chosen.

    `predicted` is the model's class, `confidence` how sure it is of it: for formats that are asked to show them.
    """

    key: str
    id: str
    shown: tuple[str, ...]
    reason: str = ""
    predicted: str | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Guidance:
    """What annotators are told of a class: what belongs in it, and some examples."""

    about: str = ""
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Handoff:
    """A batch as it goes out: `id_column` and `shown_columns` are the pool's own names; `classes` may be empty.

    `guide` tells of a class what belongs in it; `skip` is the answer that means "this one cannot be labelled" ("" =
    there is none). `images` are the shown columns that hold paths of images, counted from `folder`, which counts
    from where the file stands. `annotator` is the person whom the file is for, where that was fixed.
    """

    id_column: str
    shown_columns: tuple[str, ...]
    classes: tuple[str, ...]
    rows: tuple[HandoffRow, ...]
    guide: Mapping[str, Guidance] = field(default_factory=dict)
    skip: str = "?"
    images: tuple[str, ...] = ()
    folder: str = "."
    annotator: str = ""


class ReturnedRow(msgspec.Struct, frozen=True, gc=False):
    """One row as it came back, not yet judged. Missing cells are None, blank ones ""; `shown` has the columns present.

    `line` is the line of the file the row begins on (1 = the first); `seconds` is the time the annotator took.
    `skipped`: the tool says, by other means than a label, that the annotator passed the row over.
    """

    line: int
    key: str | None = None
    id: str | None = None
    label: str | None = None
    annotator: str | None = None
    comment: str | None = None
    shown: Mapping[str, str] = {}
    seconds: float | None = None
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a returned file or row that a person should know: a row that cannot be taken, or a warning."""

    reason: str
    line: int | None = None
    id: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Returned:
    """A returned file: rows that could be read, rows that could not (`refused`), what else was noticed (`warnings`).

    `unended` is the line of the last row where the file stops without a line end: it may be cut short. `guessed` says
    that the encoding is a guess, so that the file counts only if its texts confirm it.
    """

    rows: tuple[ReturnedRow, ...]
    refused: tuple[Remark, ...] = ()
    warnings: tuple[Remark, ...] = ()
    unended: int | None = None
    guessed: bool = False


class HandoffRefused(Exception):
    """Raised by `Format.read` when the whole file cannot be understood; the sentence says why and what to do."""


class Format(Protocol):
    """One handoff format: content <-> rows. It opens no files. `content` is text, or bytes where it is `binary`.

    Besides, it may have these class attributes and this method. `binary`: its files are no text. `utf8`: it takes text
    as UTF-8 bytes too, as which JSON then comes: a large file takes less room so. `plain`: it reads any file of its
    kind, so it is asked last. `person_in_name`: of several files in an archive, the name of each says who answered.
    `returns`: what the name of the file that comes back ends in, where that is another one ("-NAME.csv").
    `beside(handoff)`: other files the tool wants, text by the suffix that takes the place of the handoff file's.
    """

    suffix: str

    def write(self, handoff: Handoff) -> str | bytes:
        """The file's content; the same batch gives the same content."""
        ...

    def recognises(self, content: Any) -> bool:
        """Whether this content looks like this format."""
        ...

    def read(self, content: Any, id_column: str, shown_columns: Sequence[str]) -> Returned:
        """The rows of a returned file; raises `HandoffRefused` when it is not understood as a whole."""
        ...
