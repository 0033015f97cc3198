"""Which answers of the returned files may be taken: every row is judged, every fault said, nothing guessed.

`hearing` asks of each row which row was asked, whether its text is still with it and its label a class;
`weighing` asks who said it, whether what is said of the row agrees, and whether it is new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from alcli.contracts import Returned
from alcli.core.counts import count
from alcli.core.handoff.asked import AskedRow, AskedRows
from alcli.core.handoff.hearing import Claim, Hearing, Notes, Rejected
from alcli.core.handoff.inert import visible
from alcli.core.handoff.labels import Former, Labels, tidy
from alcli.core.handoff.weighing import History, NewAnswer, agreeing, name_annotators
from alcli.errors import Fault

__all__ = ["AskedRow", "AskedRows", "Judged", "NewAnswer", "Rejected", "judge"]


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to be taken, what not, and what a person should know.

    `accepted`, `corrected`, `confirmed`, `unchanged`, `blank` and `skipped` count rows of the files, `still_out` the
    rows of the same rounds that still wait once the answers are taken, and `waiting` says it. `refused_files` have
    faults and not one row that can be taken; `blank_rows` came back without a label, were open, and are not answered
    elsewhere in this call.
    """

    answers: tuple[NewAnswer, ...] = ()
    accepted: int = 0
    corrected: int = 0
    confirmed: int = 0
    unchanged: int = 0
    blank: int = 0
    skipped: int = 0
    still_out: int = 0
    waiting: Fault | None = None
    rejected: tuple[Rejected, ...] = ()
    warnings: tuple[Fault, ...] = ()
    new_classes: tuple[str, ...] = ()
    refused_files: tuple[str, ...] = ()
    blank_rows: tuple[AskedRow, ...] = ()


def judge(
    files: Sequence[tuple[str, Returned]],
    asked: AskedRows,
    *,
    classes: Sequence[str],
    fixed: bool,
    skip_words: Sequence[str],
    annotator: str,
    unasked: bool,
    several: bool = False,
    former: Mapping[str, Former] | None = None,
) -> Judged:
    """What the returned files say, checked against what was handed out and answered so far.

    `several`: it was agreed that each row is labelled by more than one person, so that they may differ. `former` are
    names that no class has any more, which files handed out earlier may still say.
    """
    cells = (row.label or "" for _, returned in files for row in returned.rows)
    labels = Labels(classes, fixed, skip_words, cells, former)
    notes = Notes()
    hearing = Hearing(asked, labels, notes, unasked)
    for file, returned in files:
        hearing.hear(file, returned)
    hearing.place_unknown()
    hearing.note_texts()
    _note_former(hearing.claims, labels.former, notes)
    name_annotators(hearing.claims, annotator, asked.answers, notes)
    held = list(History(asked, hearing.known).compare(agreeing(hearing.claims, notes, several), notes))
    order = {file: number for number, (file, _) in enumerate(files)}
    answers = sorted((answer for _, answer in held if answer), key=lambda answer: (order[answer.file], answer.line))
    still_out, waiting = _still_out(hearing.known, asked, answers)
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
        waiting=waiting,
        rejected=tuple(sorted(notes.rejected, key=lambda fault: (order[fault.file], fault.line or 0))),
        warnings=tuple(notes.warnings),
        new_classes=new_classes,
        refused_files=tuple(file for file in order if file in {fault.file for fault in notes.rejected} - fruitful),
        blank_rows=_left_blank(hearing.blank, answers),
    )


def _note_former(claims: Iterable[Claim], former: Mapping[str, Former], notes: Notes) -> None:
    """A warning a file for each name in it that is no longer what it was when the file was handed out.

    Where the name is still a class's, but in another sense, what was answered before that is not taken again.
    """
    told: Counter[tuple[str, str]] = Counter()
    for claim in claims if former else ():
        name = tidy(claim.row.label or "")
        was = former.get(name)
        if not was or not claim.understood or (name == was.now and not 0 < claim.asked.round <= was.until):
            continue
        if was.until and not claim.asked.open:
            notes.reject_claim(claim, f"{was.said}, after this row was handed out: it is asked again")
            claim.understood = False
        else:
            told[claim.file, name] += 1
    for (file, name), n in told.items():
        was = former[name]
        rows = count(n, "row says", "rows say")
        meant = f"'{visible(was.now, 60)}'" if was.now is not None else "skipped"
        sense = " in its new sense" if was.until else ""
        notes.warnings.append(Fault(f"{rows} '{visible(name, 60)}', taken as {meant}{sense}: {was.said}", file))


def _new_classes(answers: Iterable[NewAnswer], classes: Sequence[str]) -> tuple[str, ...]:
    known = set(classes)
    return tuple(dict.fromkeys(a.label for a in answers if a.label is not None and a.label not in known))


def _left_blank(blank: Iterable[tuple[str, AskedRow]], answers: Iterable[NewAnswer]) -> tuple[AskedRow, ...]:
    answered = {answer.row for answer in answers}
    rows = {asked.row: asked for _, asked in blank if asked.open and asked.row not in answered}
    return tuple(rows.values())


def _still_out(
    known: Mapping[str, Iterable[AskedRow]], asked: AskedRows, answers: Sequence[NewAnswer]
) -> tuple[int, Fault | None]:
    """How many rows that went out together with the answered ones still wait, for the people who answered these.

    And a word about them, where there are any.
    """
    rounds = {row.round for rows in known.values() for row in rows}
    people = {answer.annotator for answer in answers}
    sent = [row for row in asked.by_id.values() if row.round in rounds and people.issuperset(row.to)]
    settling = {row.row for row in sent if row.settles}  # what else is said of these is no answer to that
    heard: dict[int, tuple[str, ...]] = {}
    for answer in answers:
        if answer.settles or answer.row not in settling:
            heard[answer.row] = (*heard.get(answer.row, ()), answer.annotator)
    out = sum(row.open and len({*heard.get(row.row, ()), *row.heard}) < row.wanted for row in sent)
    said, are = ", ".join(map(str, sorted(rounds))), "is" if out == 1 else "are"
    return out, Fault(f"{out} of {count(len(sent), 'row')} of round {said} {are} still out") if out else None
