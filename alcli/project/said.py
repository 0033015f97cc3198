"""What was said of each row: the answers, step by step, and who is still to be heard. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from alcli.core.answers import Resolution, Rule, Standing, resolve, settled
from alcli.project.records import (
    AnswerRow,
    AnswersIngested,
    BatchSelected,
    ConsensusRow,
    Entry,
    LabelsChanged,
    ModelRetrained,
    PoolAdded,
)


class Said:
    """What annotators have said of the rows, as the steps taken so far leave it; where `only` is given, of these rows.

    `answers` maps a row to the last answer of each annotator (None = skipped); `settled` a row that was handed out to
    be settled to what was said then; `heard` a row that is out to those who have answered since it was asked;
    `queued` rows lost their label as the classes changed, and are to be asked again; `blank` ones are out and came
    back unlabelled; `seeds` were labelled unasked. `classes` are in order of appearance.
    """

    def __init__(self, rule: Rule, only: Collection[int] | None = None) -> None:
        self.rule = rule
        self.answers: dict[int, dict[str, str | None]] = {}
        self.settled: dict[int, str | None] = {}
        self.heard: dict[int, frozenset[str]] = {}
        self.queued: set[int] = set()
        self.blank: set[int] = set()
        self.seeds: set[int] = set()
        self.classes: dict[str, None] = {}
        self._only = only
        self._wanted: dict[int, int] = {}
        self._consensus: Mapping[int, ConsensusRow] = {}

    def take(self, entry: Entry) -> None:
        """What one more step says."""
        did = entry.step.did
        if isinstance(did, AnswersIngested | PoolAdded):
            for answer in entry.rows:
                if self._only is None or answer.row in self._only:
                    self._hear(answer)
        elif isinstance(did, BatchSelected):
            for asked in entry.rows:
                self.heard[asked.row] = frozenset()
                self._wanted[asked.row] = asked.wanted
            self.blank.difference_update(asked.row for asked in entry.rows)  # asked again: out, not left blank
        elif isinstance(did, LabelsChanged):
            self._change(did)
        elif isinstance(did, ModelRetrained) and entry.rows:
            self._consensus = {row.row: row for row in entry.rows}

    def resolved(self) -> dict[int, Resolution]:
        """What the answers to each row resolve to; most rows have the same few answers as others."""
        votes = {row: tuple(said.values()) for row, said in self.answers.items()}
        known = {said: resolve(said, self.rule) for said in set(votes.values())}
        found = {row: known[said] for row, said in votes.items()}
        if self.rule is Rule.CROWDLAB:
            agreed = {row: c for row, c in self._consensus.items() if self.answers.get(row) == c.said}
            found |= {row: Resolution(Standing.LABELLED, c.label) for row, c in agreed.items()}
        return found | {row: settled(label) for row, label in self.settled.items()}

    def labels(self) -> dict[int, str]:
        """The labelled rows and their labels."""
        return {row: resolution.label for row, resolution in self.resolved().items() if resolution.label is not None}

    def _hear(self, answer: AnswerRow) -> None:
        row = answer.row
        if answer.blank:
            self.blank.add(row)
            return
        self.answers.setdefault(row, {})[answer.annotator] = answer.label
        if answer.settles:
            self.settled[row] = answer.label
        if not answer.key:
            self.seeds.add(row)
        if answer.label is not None:
            self.classes.setdefault(answer.label)
        self.queued.discard(row)
        if row in self.heard:
            self.heard[row] |= {answer.annotator}
            if len(self.heard[row]) >= self._wanted[row]:
                del self.heard[row]
                self.blank.discard(row)

    def _change(self, did: LabelsChanged) -> None:
        """The classes changed: answers go over to the class that takes their place, or are void where there is none.

        A row of which a void answer was the label has none any more, whatever else was said of it: it is asked again.
        """
        gone = frozenset(did.of)
        stays = did.becomes is not None or did.skipped

        def now(label: str | None) -> str | None:
            return did.becomes if label in gone else label

        self.classes = dict.fromkeys(name for name in map(now, self.classes) if name is not None)
        self.classes |= dict.fromkeys(did.into)
        before = {} if stays else self.resolved()
        for row, said in list(self.answers.items()):
            if gone.isdisjoint(said.values()):
                continue
            if stays:
                self.answers[row] = {who: now(label) for who, label in said.items()}
            elif before[row].label in gone or before[row].standing is Standing.CONFLICT:
                del self.answers[row]
                self.settled.pop(row, None)
                self.queued.add(row)
            else:
                self.answers[row] = {who: label for who, label in said.items() if label not in gone}
        if stays:
            self.settled = {row: now(label) for row, label in self.settled.items()}
