"""Where a project stands: the row of steps replayed into one value, and what may follow what. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from msgspec.structs import replace as with_values

from alcli.contracts import Retrained, RoundHistory
from alcli.core.labelling.answers import Resolution, Rule, Standing
from alcli.project.records import (
    AnswersIngested,
    BatchRow,
    BatchSelected,
    Entry,
    LabelsChanged,
    PoolAdded,
    ShardRecord,
    StepUndone,
)
from alcli.project.renaming import Relabelled, Trained, models, now_called, relabelled
from alcli.project.said import Said


class Batch(NamedTuple):
    """A batch that went out."""

    step: int
    time: str
    did: BatchSelected
    rows: Sequence[BatchRow]


class ShardAt(NamedTuple):
    """A shard of the pool and the step whose folder holds it."""

    step: int
    sha: str
    record: ShardRecord


@dataclass(frozen=True)
class State:
    """A project as its steps left it.

    `answers` maps a row (its position in the pool) to what each annotator last said of it (None = skipped), `resolved`
    to what that comes to, `heard` a row that is out to those who have answered since it was asked, `ids` an answered
    row to its id. Rows drawn below `drawn_below` are reserved for the audit sample; `settled` rows were handed out to
    have their answers looked at again, and were answered, and the label of the `corrected` ones changed with that;
    `lost` maps a row that lost its label as the classes changed, and is to be asked again, to the class it was of;
    `blank` ones are out and came back unlabelled; `seeds` were labelled without being asked; `changed` rows gained,
    changed or lost a label since the last model, `taken_back` those of them whose answers it had and an undo took back;
    `relabelled` are the changes of the classes. `minutes` is the time
    that returned files say answers took.
    """

    last: int = 0
    seed: int = 0
    project: str = ""
    started: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    shards: tuple[ShardAt, ...] = ()
    n_rows: int = 0
    n_duplicates: int = 0
    drawn_below: float = 0.0
    n_batches_ever: int = 0
    batches: tuple[Batch, ...] = ()
    answers: Mapping[int, Mapping[str, str | None]] = field(default_factory=dict)
    classes_seen: tuple[str, ...] = ()
    resolved: Mapping[int, Resolution] = field(default_factory=dict)
    heard: Mapping[int, frozenset[str]] = field(default_factory=dict)
    ids: Mapping[int, str] = field(default_factory=dict)
    settled: frozenset[int] = frozenset()
    corrected: frozenset[int] = frozenset()
    lost: Mapping[int, str] = field(default_factory=dict)
    blank: frozenset[int] = frozenset()
    seeds: frozenset[int] = frozenset()
    models: tuple[Trained, ...] = ()
    changed: frozenset[int] = frozenset()
    taken_back: frozenset[int] = frozenset()
    relabelled: tuple[Relabelled, ...] = ()
    undone: frozenset[int] = frozenset()
    n_answers: int = 0
    minutes: float = 0.0

    @cached_property
    def labels(self) -> Mapping[int, str]:
        """The labelled rows and their labels, by position in the pool."""
        resolved = self.resolved
        return {row: label for row in sorted(resolved) if (label := resolved[row].label) is not None}

    @cached_property
    def asked(self) -> Mapping[int, BatchRow]:
        """Every row that was handed out, as it went out last."""
        return {asked.row: asked for batch in self.batches for asked in batch.rows}

    @cached_property
    def audit(self) -> frozenset[int]:
        """The rows that were handed out as the audit sample."""
        return frozenset(asked.row for batch in self.batches for asked in batch.rows if asked.audit)

    @cached_property
    def out(self) -> frozenset[int]:
        """Rows handed out and not answered, or not by all who were asked."""
        return frozenset(self.heard)

    @cached_property
    def queued(self) -> frozenset[int]:
        """Rows that lost their label as the classes changed, and are to be asked again."""
        return frozenset(self.lost)

    def standing(self, standing: Standing) -> list[int]:
        """The answered rows that stand so."""
        return sorted(row for row, r in self.resolved.items() if r.standing is standing)

    def classes(self, fixed: Sequence[str]) -> tuple[str, ...]:
        """The classes: those fixed by the specification, else those the answers brought, in order of appearance."""
        return tuple(fixed) if fixed else self.classes_seen

    def labels_by_class(self) -> dict[str, int]:
        """How many labels each class has, the most first."""
        return dict(Counter(self.labels.values()).most_common())

    @property
    def model(self) -> Trained | None:
        """The model in use: the newest, unless classes it knows are no longer what they were."""
        newest = self.models[-1] if self.models else None
        return newest if newest and newest.overtaken in ("", "add") else None

    def history(self, now: float) -> RoundHistory:
        """What stopping criteria and retrain triggers judge; `now` in seconds since 1970."""
        told = self._predicted
        settling = {row.row for batch in self.batches if batch.did.strategy == "adjudicate" for row in batch.rows}
        return RoundHistory(
            n_labels=len(self.labels),
            n_changed=len(self.changed),
            n_rounds=sum(any(not asked.purpose for asked in batch.rows) for batch in self.batches),
            n_out=len(self.heard.keys() - settling),  # a conflict may wait for its judge, and the loop go on
            n_candidates=max(0, self.n_rows - self.n_duplicates - len(self.out | self.answers.keys())),
            started=seconds(self.started),
            now=now,
            models=tuple(self._judged()),
            minutes=self.minutes,
            n_answers=self.n_answers,
            n_predicted=len(told),
            n_wrong=sum(asked.predicted != self.labels[asked.row] for asked in told),
            expected_wrong=sum(1 - (asked.confidence or 0.0) for asked in told),
        )

    def _judged(self) -> list[Retrained]:
        """The models; one made again of the same labels in the same way takes the place of the one before.

        It agrees with that one whatever the labels teach, so how far it does tells nothing: what it is compared with
        stays what the first of them was compared with.
        """
        told: list[Retrained] = []
        before: object = None
        for made in self.models:
            if made.overtaken not in ("", "add"):
                continue
            one = _retrained(made)
            ground = made.did.labels_by_class, made.settings.get("features"), made.settings.get("model")
            if ground == before:
                told[-1] = replace(one, stability=told[-1].stability)
            else:
                told.append(one)
            before = ground
        return told

    @property
    def _predicted(self) -> list[BatchRow]:
        """The newly labelled rows that the model in use had predicted when they went out."""
        since = self.model.step if self.model else 0
        batches = (batch for batch in self.batches if since and batch.step > since)
        rows = (
            (asked, batch.step)
            for batch in batches
            for asked in batch.rows
            if not asked.purpose  # others had a label
        )
        return [self._as_called(*row) for row in rows if row[0].predicted and row[0].row in self.labels]

    def _as_called(self, asked: BatchRow, step: int) -> BatchRow:
        """A row that was handed out in this step, predicted to be of a class by its name of today."""
        changes = [change for change in self.relabelled if change.step > step]
        if not changes or asked.predicted is None:
            return asked
        return with_values(asked, predicted=now_called(asked.predicted, changes))


def _retrained(made: Trained) -> Retrained:
    """A model in the vault as criteria and triggers see it: without figures that hold no longer."""
    did = made.did
    if made.overtaken:
        return Retrained(made.step, did.n_labels, time=seconds(made.time))
    estimates = did.measured.estimates if did.measured else {}
    return Retrained(made.step, did.n_labels, did.figures, seconds(made.time), estimates, did.stability)


def seconds(time: str) -> float:
    """Seconds since 1970 of a step's time."""
    return datetime.fromisoformat(time).timestamp() if time else 0.0


def replay(entries: Iterable[Entry], rule: Rule = Rule.MAJORITY) -> State:
    """The state that a row of steps leaves; answers become labels by this rule."""
    entries = list(entries)
    if not entries:
        return State()
    undone = frozenset(e.step.did.step for e in entries if isinstance(e.step.did, StepUndone))
    standing = [e for e in entries if e.number not in undone]
    pool = [e for e in standing if isinstance(e.step.did, PoolAdded)]
    changes = tuple(relabelled(entries, undone))
    made = tuple(models(standing, changes))
    first = entries[0]
    assert isinstance(first.step.did, PoolAdded)
    ingested = [e for e in standing if isinstance(e.step.did, AnswersIngested | PoolAdded)]
    said = Said(rule)
    for entry in standing:
        said.take(entry)
    resolved = said.resolved()
    changed = _changed(entries, said, resolved, made[-1] if made else None, changes)
    return State(
        last=entries[-1].number,
        seed=first.step.seed,
        project=first.step.did.project,
        started=first.step.time,
        settings=first.step.settings,
        shards=tuple(ShardAt(e.number, e.step.payload[shard.name].sha256, shard) for e in pool for shard in _shards(e)),
        n_rows=sum(e.step.did.rows for e in pool if isinstance(e.step.did, PoolAdded)),
        n_duplicates=sum(e.step.did.duplicates for e in pool if isinstance(e.step.did, PoolAdded)),
        drawn_below=first.step.did.drawn_below,
        n_batches_ever=sum(isinstance(e.step.did, BatchSelected) for e in entries),
        batches=tuple(
            Batch(e.number, e.step.time, e.step.did, e.rows) for e in standing if isinstance(e.step.did, BatchSelected)
        ),
        answers=said.answers,
        classes_seen=tuple(said.classes),
        resolved=resolved,
        heard=dict(said.heard),  # a copy is smaller than what rows were taken from
        ids={a.row: a.id for e in ingested for a in e.rows},
        settled=frozenset(said.settled),
        corrected=frozenset(said.corrected),
        lost=said.queued,
        blank=frozenset(said.blank),
        seeds=frozenset(said.seeds),
        models=made,
        changed=changed,
        taken_back=changed & _taken_back(entries, made[-1].based_on if made else 0),
        relabelled=changes,
        undone=undone,
        n_answers=said.n_answers,
        minutes=sum(a.seconds or 0.0 for e in ingested for a in e.rows) / 60,
    )


def _shards(entry: Entry) -> tuple[ShardRecord, ...]:
    assert isinstance(entry.step.did, PoolAdded)
    return entry.step.did.shards


def _taken_back(entries: Sequence[Entry], since: int) -> set[int]:
    """Rows with answers that came up to this step and were taken back after it."""
    undone = {e.step.did.step for e in entries[since:] if isinstance(e.step.did, StepUndone)}
    sources = (e for e in entries[:since] if e.number in undone and isinstance(e.step.did, AnswersIngested))
    return {answer.row for entry in sources for answer in entry.rows}


def _changed(
    entries: Sequence[Entry],
    said: Said,
    now: Mapping[int, Resolution],
    model: Trained | None,
    changes: Sequence[Relabelled],
) -> frozenset[int]:
    """Rows whose label is not what the last model learned: it came, changed or went; another name is no change."""
    since, rule = (model.based_on, model.rule) if model else (0, said.rule)
    by_number = {e.number: e for e in entries}
    touched: set[int] = set()
    for entry in entries[since:]:
        did = entry.step.did
        source = by_number[did.step] if isinstance(did, StepUndone) else entry
        if isinstance(source.step.did, AnswersIngested | PoolAdded):
            touched.update(answer.row for answer in source.rows if not answer.blank)
        elif isinstance(source.step.did, LabelsChanged):
            touched.update(now.keys() | said.queued)
    if rule != said.rule:  # the same answers may come to something else
        touched.update(row for row, answers in said.answers.items() if len(answers) > 1)
    undone = {e.step.did.step for e in entries[:since] if isinstance(e.step.did, StepUndone)}
    before = Said(rule, touched)
    for entry in entries[:since]:
        if entry.number not in undone and not isinstance(entry.step.did, BatchSelected):
            before.take(entry)
    if model:
        before.take(by_number[model.step])  # what annotators differ on it has settled by itself
    renamed = [change for change in changes if change.step > since and change.did.change == "rename"]
    was = {row: now_called(label, renamed) for row, label in before.labels().items()}
    return frozenset(row for row in touched if was.get(row) != (now[row].label if row in now else None))
