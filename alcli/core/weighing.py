"""From claims to answers: who said it, does it agree with what else is said of the row, is it new."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from alcli.core.asked import AskedRow
from alcli.core.hearing import Claim, Notes
from alcli.core.inert import visible
from alcli.core.labels import tidy

Answers = Mapping[int, Mapping[str, str | None]]


class NewAnswer(msgspec.Struct, frozen=True):
    """An answer to take: what one annotator says of one row of the pool (None = skipped)."""

    row: int
    id: str
    key: str
    annotator: str
    label: str | None
    comment: str
    file: str
    line: int
    kind: Literal["new", "corrected"]
    seconds: float | None = None


def name_annotators(claims: Sequence[Claim], annotator: str, answers: Answers, notes: Notes) -> None:
    """Who said it: the row's own annotator, else the one named for the call; one spelling for one person."""
    spelling = {name.casefold(): name for said in answers.values() for name in said}
    called: dict[str | None, str] = {}
    aliases: dict[str, Claim] = {}
    for claim in claims:
        cell = claim.row.annotator
        if cell not in called:
            name = tidy(cell or "") or tidy(annotator)
            called[cell] = spelling.setdefault(name.casefold(), name)
            if called[cell] != name:
                aliases.setdefault(name, claim)
        claim.annotator = called[cell]
    for name, claim in aliases.items():
        notes.warn(claim, f"the annotator '{visible(name, 40)}' is taken to be '{visible(claim.annotator, 40)}'")


def agreeing(claims: Sequence[Claim], notes: Notes) -> list[Claim]:
    """Of each row of the pool: the same thing said twice counts once, different things not at all."""
    by_row: dict[int, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_row[claim.asked.row].append(claim)
    kept = [claim for said in by_row.values() for claim in _settled(said, notes)]
    _note_repeats(claims, kept, notes)
    return kept


def _settled(claims: list[Claim], notes: Notes) -> list[Claim]:
    """One claim an annotator, if they all agree; skipping disagrees with nobody but oneself."""
    if len(claims) == 1:
        return [claim for claim in claims if claim.understood]
    if len({claim.label for claim in claims if claim.label is not None}) > 1:
        _reject_all(claims, notes)
        return []
    kept = []
    for annotator in dict.fromkeys(claim.annotator for claim in claims):
        own = [claim for claim in claims if claim.annotator == annotator]
        if len({_what(claim) for claim in own}) > 1:
            _reject_all(own, notes)
        elif own[0].understood:
            kept.append(own[0])
    return kept


def _reject_all(claims: list[Claim], notes: Notes) -> None:
    for claim in claims:
        if claim.understood:  # the others were refused when they were heard
            others = [other for other in claims if _what(other) != _what(claim)]
            said = "; ".join(
                f"'{visible(other.row.label or '', 40)}' on {_place(other, claim)}" for other in others[:3]
            )
            notes.reject_claim(claim, f"the row carries different answers, so none is taken: also {said}")


def _what(claim: Claim) -> tuple[bool, str | None]:
    return claim.understood, claim.label if claim.understood else tidy(claim.row.label or "")


def _place(there: Claim, here: Claim) -> str:
    return f"line {there.row.line}" + (f" of {visible(there.file)}" if there.file != here.file else "")


def _note_repeats(claims: Sequence[Claim], kept: Sequence[Claim], notes: Notes) -> None:
    taken = set(kept)
    others = [claim for claim in claims if claim not in taken]
    standing = {(claim.asked.row, claim.annotator) for claim in kept} if others else set()
    repeats: dict[str, list[Claim]] = defaultdict(list)
    for claim in others:
        if (claim.asked.row, claim.annotator) in standing:
            repeats[claim.file].append(claim)
    for again in repeats.values():
        rows = "1 row stands" if len(again) == 1 else f"{len(again)} rows stand"
        notes.warn(again[0], f"{rows} there twice with the same answer; each counts once")


class History:
    """What is known of the rows already; `newest` is, by file, the latest round its rows belong to."""

    def __init__(self, answers: Answers, known: Mapping[str, Iterable[AskedRow]]) -> None:
        self.answers = answers
        self.newest = {file: max((row.round for row in rows), default=0) for file, rows in known.items()}

    def compare(self, claims: Iterable[Claim], notes: Notes) -> Iterator[tuple[Claim, NewAnswer | None]]:
        """Each claim that holds, with the answer it makes: None where the same was said before."""
        for claim in claims:
            before = self.answers.get(claim.asked.row, {})
            older = not claim.by_key and 0 < claim.asked.round < self.newest.get(claim.file, 0)
            if claim.annotator in before and before[claim.annotator] == claim.label:
                if older:
                    notes.warn(claim, f"this row of round {claim.asked.round} has this answer already")
                yield claim, None
            elif older and any(label != claim.label for label in before.values()):
                notes.reject_claim(claim, _revision(claim, before))
            else:
                yield claim, _answer(claim, "corrected" if claim.annotator in before else "new")


def _revision(claim: Claim, before: Mapping[str, str | None]) -> str:
    said = ", ".join(visible(label or "(skipped)", 40) for label in dict.fromkeys(before.values()))
    return (
        f"this row of round {claim.asked.round} has the answer {said} already and the file answers a later "
        "round; to correct it, hand the row in alone or with its alcli_id"
    )


def _answer(claim: Claim, kind: Literal["new", "corrected"]) -> NewAnswer:
    return NewAnswer(
        row=claim.asked.row,
        id=claim.asked.id,
        key=claim.asked.key,
        annotator=claim.annotator,
        label=claim.label,
        comment=(claim.row.comment or "").strip(),
        file=claim.file,
        line=claim.row.line,
        kind=kind,
        seconds=claim.row.seconds,
    )
