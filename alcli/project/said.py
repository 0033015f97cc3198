"""What was said of each row: the answers, step by step, and who is still to be heard. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from alcli.core.labelling.answers import Resolution, Rule, Standing, resolve, settled
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

_NOBODY: frozenset[str] = frozenset()


class Said:
    """What annotators have said of the rows, as the steps taken so far leave it; where `only` is given, of these rows.

    `answers` maps a row to the last answer of each annotator (None = skipped); `settled` a row that was handed out to
    be settled to what was said then; `corrected` are those of them whose label that changed; `heard` maps a row that
    is out to those who have answered since it was asked; `queued` maps a row that lost its label as the classes
    changed, and is to be asked again, to the class it was of; `blank` rows are out and came back unlabelled; `seeds`
    were labelled unasked. `classes` are in order of appearance; `n_answers` were given in all to rows handed out.
    """

    def __init__(self, rule: Rule, only: Collection[int] | None = None) -> None:
        self.rule = rule
        self.answers: dict[int, dict[str, str | None]] = {}
        self.settled: dict[int, str | None] = {}
        self.corrected: set[int] = set()
        self.heard: dict[int, frozenset[str]] = {}
        self.queued: dict[int, str] = {}
        self.blank: set[int] = set()
        self.seeds: set[int] = set()
        self.classes: dict[str, None] = {}
        self.n_answers = 0
        self._only = only
        self._wanted: dict[int, int] = {}  # how many answers, where it is not one
        self._again: set[int] = set()  # out to be settled
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
                self.heard[asked.row] = _NOBODY
                self._again.discard(asked.row)
                if asked.purpose:
                    self._again.add(asked.row)
                if asked.wanted != self._wanted.get(asked.row, 1):
                    self._wanted[asked.row] = asked.wanted
            self.blank.difference_update(asked.row for asked in entry.rows)  # asked again: out, not left blank
        elif isinstance(did, LabelsChanged):
            self._change(did)
        elif isinstance(did, ModelRetrained) and entry.rows:
            self._consensus = {row.row: row for row in entry.rows}

    def resolved(self) -> dict[int, Resolution]:
        """What the answers to each row resolve to; most rows have the same few answers as others."""
        known: dict[tuple[str | None, ...], Resolution] = {}
        found = {}
        for row, said in self.answers.items():
            votes = tuple(said.values())
            if votes not in known:
                known[votes] = resolve(votes, self.rule)
            found[row] = known[votes]
        if self.rule is Rule.CROWDLAB:
            agreed = {row: c for row, c in self._consensus.items() if self.answers.get(row) == c.said}
            found |= {row: Resolution(Standing.LABELLED, c.label) for row, c in agreed.items()}
        found.update((row, settled(label)) for row, label in self.settled.items())
        return found

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
            if answer.corrects:
                self.corrected.add(row)
        if answer.key:
            self.n_answers += 1
        else:
            self.seeds.add(row)
        if answer.label is not None:
            self.classes.setdefault(answer.label)
        self.queued.pop(row, None)
        heard = self.heard.get(row)
        if heard is None or (row in self._again and not answer.settles):
            return
        heard = heard | {answer.annotator}
        if len(heard) < self._wanted.get(row, 1):
            self.heard[row] = heard
        else:
            del self.heard[row]
            self.blank.discard(row)

    def _change(self, did: LabelsChanged) -> None:
        """The classes changed: answers go over to the class that takes their place, or are void where there is none."""
        gone = frozenset(did.of)

        def now(label: str | None) -> str | None:
            return did.becomes if label in gone else label

        self.classes = dict.fromkeys(name for name in map(now, self.classes) if name is not None)
        self.classes |= dict.fromkeys(did.into)
        if did.becomes is None and not did.skipped:
            self._void(gone)
            self._consensus = {
                row: each for row, each in self._consensus.items() if gone.isdisjoint(each.said.values())
            }
            return
        self.settled = {row: now(label) for row, label in self.settled.items()}
        for row, said in self.answers.items():
            if not gone.isdisjoint(said.values()):
                self.answers[row] = {who: now(label) for who, label in said.items()}
        if did.becomes is not None:
            self._consensus = {row: _under(each, now) for row, each in self._consensus.items()}

    def _void(self, gone: Collection[str]) -> None:
        """Answers of these classes count no more.

        A row of which such an answer was the label has none any more, whatever else was said of it: it is asked again.
        So is one that it was in conflict about, and one of which nothing else was said.
        """
        before = self.resolved()
        for row, said in list(self.answers.items()):
            was = before[row]
            lost = [label for label in (was.label, *said.values()) if label in gone]
            if not lost:
                continue
            left = {who: label for who, label in said.items() if label not in gone}
            stands = was.label not in gone and was.standing is not Standing.CONFLICT
            if stands and (left or row in self.settled):
                self.answers[row] = left
            else:
                del self.answers[row]
                self.settled.pop(row, None)
                self.corrected.discard(row)
                self.seeds.discard(row)
                self.queued[row] = lost[0] or ""


def _under(agreed: ConsensusRow, now: Callable[[str | None], str | None]) -> ConsensusRow:
    """What was agreed on a row, by the names of today."""
    said = {who: now(label) for who, label in agreed.said.items()}
    return ConsensusRow(agreed.row, now(agreed.label) or agreed.label, said)
