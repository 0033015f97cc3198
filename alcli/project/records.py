"""What a step says: frozen values, to and from `step.json`.

The disk format is numbered. To raise it: add 1 to `FORMAT`, teach `parse` to turn the old shape into the new one, and
keep a small project of the new format under `tests/projects/`. It is raised where an older alcli would read a step
otherwise than it is meant.

    1   the first
    2   rows asked of several people, answers that settle a row, classes that change; a step of format 1 is one of 2
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from alcli.contracts import Forecast
from alcli.project.findings import Checked, Contest, Guarded, Measured, Pair

FORMAT = 2

# the files of a step that hold rows, a JSON line each
BATCH, SHOWN, ANSWERS, CONSENSUS = "batch.jsonl", "shown.jsonl", "answers.jsonl", "consensus.jsonl"
SUSPECTS = "suspects.jsonl"  # replay does not need them


class Payload(msgspec.Struct, frozen=True):
    """One file of a step, as it was committed."""

    sha256: str
    size: int


class ShardRecord(msgspec.Struct, frozen=True):
    """A slice of the pool: a Parquet file of the step, its first position in the pool, its rows."""

    name: str
    first: int
    rows: int


class KeptTest(msgspec.Struct, frozen=True):
    """A user's own test file as it was kept: `rows` with a label (`test.jsonl`), each content once, counted often.

    Of the others `unlabelled` have no label, `repeated` the content and the label of an earlier one; `contradicted`
    have the content of an earlier one and another label.
    """

    shards: tuple[ShardRecord, ...]
    rows: int
    unlabelled: int = 0
    repeated: int = 0
    contradicted: int = 0
    labels_by_class: dict[str, int] = {}


class Overlap(msgspec.Struct, frozen=True):
    """What pool files had in common with the test file: rows `left_out` of the pool have the content of a test row,
    `near` ones, which joined, have the words of one; with the ids of the first."""

    left_out: int = 0
    left_out_ids: tuple[str, ...] = ()
    near: int = 0
    near_ids: tuple[str, ...] = ()


class PoolAdded(msgspec.Struct, frozen=True, tag="pool_added", tag_field="verb"):
    """`init` or `add`: rows joined the pool.

    `duplicates` rows have the content of an earlier row (`duplicates.npy` says which); `known` and `repeats` were
    passed over; `labels` rows came with one (`answers.jsonl`): the seed set; `contradicted` labels stood on
    repeats of a row and were not its own. `reserved` rows stand in `audit.npy`, in the order they are to be asked:
    those whose number in the draw is below `drawn_below`. `test` is the test file that came with the first rows;
    `overlap` is what these rows have in common with it, where there is one.
    """

    shards: tuple[ShardRecord, ...]
    rows: int
    duplicates: int = 0
    known: int = 0
    repeats: int = 0
    contradicted: int = 0
    ignored: tuple[str, ...] = ()
    labels: int = 0
    files: tuple[str, ...] = ()
    project: str = ""
    reserved: int = 0
    drawn_below: float = 0.0
    test: KeptTest | None = None
    overlap: Overlap | None = None


class BatchSelected(msgspec.Struct, frozen=True, tag="batch_selected", tag_field="verb"):
    """`select`: a batch went out. Its rows stand in `batch.jsonl`, in the order of the handoff file.

    `n_audit` are the next of the audit sample, scattered among the others. Of these, the first `n_matching` were chosen
    among the rows that match a pattern: of such rows they are a fair picture, of the pool they are not. Where each
    annotator has a file, `outputs` says whose is which.
    """

    round: int
    rows: int
    strategy: str
    format: str
    output: str
    model: int | None = None
    candidates: int = 0
    matching: str = ""
    n_matching: int = 0
    n_audit: int = 0
    outputs: dict[str, str] = {}


class AnswersIngested(msgspec.Struct, frozen=True, tag="answers_ingested", tag_field="verb"):
    """`ingest`: the answers stand in `answers.jsonl`."""

    accepted: int
    corrected: int = 0
    confirmed: int = 0
    skipped: int = 0
    blank: int = 0
    new_classes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


class ModelRetrained(msgspec.Struct, frozen=True, tag="model_retrained", tag_field="verb"):
    """`retrain`: a model of all labels. `figures` are cross-validated on selected rows, hence biased.

    At `temperature` its probabilities are to be read as confidence, at `blind_temperature` those of the second model,
    where these are of another kind. `contest` is the last one that was held.
    `blind` are the classes of a second model, to choose by, made of the labels without the audit sample's, and of
    nothing else: none where these are of less than two classes; None where this model is such a one itself. `measured`
    is honest; `stability` is that of `contracts.Retrained`; `guarded` and `forecast` say what may be overlooked, and
    where the learning curve leads. `checked` says which labels look wrong; `consensus` rows, where annotators differ,
    have the label that stands in `consensus.jsonl`.
    """

    classes: tuple[str, ...]
    labels_by_class: dict[str, int]
    figures: dict[str, float]
    features: str
    features_state: str
    fit_shards: int
    linear: bool
    seconds: float
    libraries: dict[str, str]
    temperature: float = 1.0
    blind_temperature: float | None = None
    pair: Pair = Pair()
    contest: Contest | None = None
    blind: tuple[str, ...] | None = None
    measured: Measured | None = None
    stability: dict[str, float] = {}
    guarded: Guarded | None = None
    forecast: Forecast | None = None
    checked: Checked | None = None
    consensus: int = 0

    @property
    def n_labels(self) -> int:
        """Rows the model was trained on."""
        return sum(self.labels_by_class.values())


class LabelsChanged(msgspec.Struct, frozen=True, tag="labels_changed", tag_field="verb"):
    """`labels`: the classes changed. `rows` labels changed with them, `queued` rows have none now and are asked again.

    Answers of the classes in `of` are from here on answers of `becomes`, or with `skipped` that the row cannot be
    labelled; where it is neither they are void. `into` are the classes that came, `classes` all there are now; none
    where it is the answers that bring them.
    """

    change: Literal["add", "rename", "merge", "split", "retire"]
    of: tuple[str, ...]
    into: tuple[str, ...]
    becomes: str | None = None
    skipped: bool = False
    classes: tuple[str, ...] = ()
    rows: int = 0
    queued: int = 0


class StepUndone(msgspec.Struct, frozen=True, tag="step_undone", tag_field="verb"):
    """`undo`: from here on the step counts as never made."""

    step: int


Record = PoolAdded | BatchSelected | AnswersIngested | ModelRetrained | LabelsChanged | StepUndone

VERBS: dict[type, str] = {
    PoolAdded: "add",
    BatchSelected: "select",
    AnswersIngested: "ingest",
    ModelRetrained: "retrain",
    LabelsChanged: "labels",
    StepUndone: "undo",
}


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One `step.json`: what was done, with which settings, standing on which step."""

    did: Record
    based_on: int
    time: str
    version: str
    seed: int = 0
    settings: dict[str, Any] = {}
    payload: dict[str, Payload] = {}
    previous: str = ""
    format: int = FORMAT

    @property
    def verb(self) -> str:
        """The word a person typed for it."""
        return "init" if isinstance(self.did, PoolAdded) and self.based_on == 0 else VERBS[type(self.did)]


class Entry(NamedTuple):
    """A committed step with the rows of its payload that replay needs."""

    number: int
    step: Step
    rows: Sequence[Any] = ()


def to_json(step: Step) -> bytes:
    """The bytes of `step.json`."""
    return msgspec.json.format(msgspec.json.encode(step), indent=1) + b"\n"


def parse(data: bytes) -> Step:
    """A step from its bytes; raises `msgspec.MsgspecError` where they are not one."""
    return msgspec.json.decode(data, type=Step)


class BatchRow(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One line of `batch.jsonl`: a row that was handed out. The texts shown stand in `shown.jsonl`, line by line.

    `audit` rows were drawn, not chosen. `predicted` is what the model in use said, `confidence` how sure it was.
    `wanted` people are to answer it, namely the annotators `to`, where that was fixed. A row with a `purpose` has
    answers already: it goes out for its label to be looked at again ("review") or a conflict to be settled
    ("adjudicate"); what comes back outranks them.
    """

    key: str
    row: int
    id: str
    utility: float | None
    reason: str
    audit: bool = False
    predicted: str | None = None
    confidence: float | None = None
    wanted: int = 1
    to: tuple[str, ...] = ()
    purpose: Literal["", "review", "adjudicate"] = ""


class AnswerRow(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One line of `answers.jsonl`: what one annotator said of one row; no label and not blank = skipped.

    `seconds` is the time it took, where the returned file says. What `settles` outranks the other answers to the row.
    """

    row: int
    id: str
    label: str | None = None
    annotator: str = ""
    comment: str = ""
    key: str = ""
    corrects: bool = False
    blank: bool = False
    seconds: float | None = None
    settles: bool = False


class ConsensusRow(msgspec.Struct, frozen=True):
    """One line of `consensus.jsonl`: the label of a row on which annotators differ, while this is what they say."""

    row: int
    label: str
    said: dict[str, str | None]


class SuspectRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of `suspects.jsonl`, worst first: a label that looks wrong.

    `wrong` is the probability that it is, `likely` the class that the row more likely is of, and `confidence` the
    model's in that; `held` ones were kept out of training.
    """

    row: int
    id: str
    label: str
    likely: str
    confidence: float
    wrong: float
    held: bool = False


def to_lines(rows: list[Any]) -> bytes:
    """Rows as JSON lines."""
    return msgspec.json.Encoder().encode_lines(rows)


def from_lines(data: bytes, kind: Any) -> list[Any]:
    """JSON lines as rows of this type."""
    return msgspec.json.Decoder(kind).decode_lines(data)
