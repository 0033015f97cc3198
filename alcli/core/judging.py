"""Which answers of the returned files may be taken: every row is judged, every fault said, nothing guessed.

`hearing` asks of each row which row was asked, whether its text is still with it and its label a class;
`weighing` asks who said it, whether what is said of the row agrees, and whether it is new.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from alcli.contracts import Returned
from alcli.core.asked import Asked, AskedRow
from alcli.core.hearing import Hearing, Notes, Rejected
from alcli.core.labels import Labels
from alcli.core.weighing import History, NewAnswer, agreeing, name_annotators
from alcli.errors import Fault

__all__ = ["Asked", "AskedRow", "Judged", "NewAnswer", "Rejected", "judge"]


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to be taken, what not, and what a person should know.

    `accepted`, `corrected`, `confirmed`, `unchanged`, `blank` and `skipped` count rows of the files, `still_out` the
    rows of the same rounds that still wait. `refused_files` have faults and not one row that can be taken;
    `blank_rows` came back without a label, were open, and are not answered elsewhere in this call.
    """

    answers: tuple[NewAnswer, ...] = ()
    accepted: int = 0
    corrected: int = 0
    confirmed: int = 0
    unchanged: int = 0
    blank: int = 0
    skipped: int = 0
    still_out: int = 0
    rejected: tuple[Rejected, ...] = ()
    warnings: tuple[Fault, ...] = ()
    new_classes: tuple[str, ...] = ()
    refused_files: tuple[str, ...] = ()
    blank_rows: tuple[AskedRow, ...] = ()


def judge(
    files: Sequence[tuple[str, Returned]],
    asked: Asked,
    *,
    classes: Sequence[str],
    fixed: bool,
    skip_words: Sequence[str],
    annotator: str,
    unasked: bool,
    several: bool = False,
) -> Judged:
    """What the returned files say, checked against what was handed out and answered so far.

    `several`: it was agreed that each row is labelled by more than one person, so that they may differ.
    """
    labels = Labels(classes, fixed, skip_words, (row.label or "" for _, returned in files for row in returned.rows))
    notes = Notes()
    hearing = Hearing(asked, labels, notes, unasked)
    for file, returned in files:
        hearing.hear(file, returned)
    hearing.place_unknown()
    hearing.note_texts()
    name_annotators(hearing.claims, annotator, asked.answers, notes)
    held = list(History(asked, hearing.known).compare(agreeing(hearing.claims, notes, several), notes))
    order = {file: number for number, (file, _) in enumerate(files)}
    answers = sorted((answer for _, answer in held if answer), key=lambda answer: (order[answer.file], answer.line))
    still_out = _still_out(hearing.known, asked, answers, notes)
    new_classes = _new_classes(answers, classes)
    notes.warnings += [Fault(labels.warnings[name]) for name in new_classes if name in labels.warnings]
    kinds = Counter("skipped" if answer.label is None else answer.kind for answer in answers)
    fruitful = {claim.file for claim, _ in held} | {file for file, _ in hearing.blank}
    return Judged(
        answers=tuple(answers),
        accepted=kinds["new"],
        corrected=kinds["corrected"],
        confirmed=kinds["confirmed"],
        unchanged=len(held) - len(answers),
        blank=len(hearing.blank),
        skipped=kinds["skipped"],
        still_out=still_out,
        rejected=tuple(sorted(notes.rejected, key=lambda fault: (order[fault.file], fault.line or 0))),
        warnings=tuple(notes.warnings),
        new_classes=new_classes,
        refused_files=tuple(file for file in order if file in {fault.file for fault in notes.rejected} - fruitful),
        blank_rows=_left_blank(hearing.blank, answers),
    )


def _new_classes(answers: Iterable[NewAnswer], classes: Sequence[str]) -> tuple[str, ...]:
    known = set(classes)
    return tuple(dict.fromkeys(a.label for a in answers if a.label is not None and a.label not in known))


def _left_blank(blank: Iterable[tuple[str, AskedRow]], answers: Iterable[NewAnswer]) -> tuple[AskedRow, ...]:
    answered = {answer.row for answer in answers}
    rows = {asked.row: asked for _, asked in blank if asked.open and asked.row not in answered}
    return tuple(rows.values())


def _still_out(
    known: Mapping[str, Iterable[AskedRow]], asked: Asked, answers: Iterable[NewAnswer], notes: Notes
) -> int:
    """How many rows that went out together with the answered ones still wait."""
    rounds = {row.round for rows in known.values() for row in rows}
    sent = [row for row in asked.by_id.values() if row.round in rounds]
    heard: dict[int, set[str]] = defaultdict(set)
    for answer in answers:
        heard[answer.row].add(answer.annotator)
    out = sum(row.open and len(heard[row.row].union(row.heard)) < row.wanted for row in sent)
    if out:
        said = ", ".join(map(str, sorted(rounds)))
        notes.warnings.append(Fault(f"{out} of {len(sent)} rows of round {said} are still out"))
    return out
