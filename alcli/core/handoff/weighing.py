"""From claims to answers: who said it, does it agree with what else is said of the row, is it new."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Literal

import msgspec

from alcli.core.handoff.asked import AskedRow, AskedRows
from alcli.core.handoff.hearing import Claim, Notes
from alcli.core.handoff.inert import visible
from alcli.core.handoff.labels import tidy

Answers = Mapping[int, Mapping[str, str | None]]
Kind = Literal["new", "corrected", "confirmed"]


class NewAnswer(msgspec.Struct, frozen=True, gc=False):
    """An answer to take: what one annotator says of one row of the pool (None = skipped)."""

    row: int
    id: str
    key: str
    annotator: str
    label: str | None
    comment: str
    file: str
    line: int
    kind: Kind
    seconds: float | None = None
    settles: bool = False


def name_annotators(claims: Sequence[Claim], annotator: str, answers: Answers, notes: Notes) -> None:
    """Who said it: the row's own annotator, else the one named for the call, else the one who was asked; one spelling
    for one person."""
    named = tidy(annotator)
    whose = {} if named else _asked_alone(claims)
    asked = (name for claim in claims for name in claim.asked.to)
    answered = (name for said in answers.values() for name in said)
    spelling = {name.casefold(): name for name in chain(asked, answered)}
    called: dict[str, str] = {}
    aliases: dict[str, Claim] = {}
    others: dict[str, Claim] = {}
    for claim in claims:
        own = tidy(claim.row.annotator) if claim.row.annotator else ""
        name = own or named or whose.get(claim.file) or _only(claim.asked.to)
        if own and annotator and own.casefold() != named.casefold():
            others.setdefault(claim.file, claim)
        if name not in called:
            called[name] = spelling.setdefault(name.casefold(), name)
            if called[name] != name:
                aliases.setdefault(name, claim)
        claim.annotator = called[name]
    for name, claim in aliases.items():
        notes.warn(claim, f"the annotator '{visible(name, 40)}' is taken to be '{visible(claim.annotator, 40)}'")
    for claim in others.values():
        said, other = visible(claim.annotator, 40), visible(named, 40)
        notes.warn(
            claim, f"the row says that '{said}' answered it, and counts as theirs; '{other}' has those without a name"
        )


def _asked_alone(claims: Sequence[Claim]) -> dict[str, str]:
    """The files that only one annotator can have filled in: the one who was asked each of the rows."""
    asked: dict[str, set[str]] = {}
    for claim in claims:
        if claim.asked.to:
            asked.setdefault(claim.file, set(claim.asked.to)).intersection_update(claim.asked.to)
    return {file: _only(tuple(names)) for file, names in asked.items()}


def _only(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ""


def agreeing(claims: Sequence[Claim], notes: Notes, several: bool = False) -> list[Claim]:
    """Of each row of the pool: the same thing said twice counts once, different things not at all, unless they are said
    by people of whom `several` are to be asked about a row. What settles a row is apart from what it settles."""
    by_row: dict[tuple[int, bool], list[Claim]] = defaultdict(list)
    for claim in claims:
        by_row[claim.asked.row, claim.asked.settles].append(claim)
    kept: list[Claim] = []
    for said in by_row.values():
        kept += _settled(said, notes, several) if len(said) > 1 else said
    kept = [claim for claim in kept if claim.understood]
    _note_repeats(claims, kept, notes)
    return kept


def _settled(claims: list[Claim], notes: Notes, several: bool) -> list[Claim]:
    """One claim an annotator, if they all agree or may differ; skipping disagrees with nobody but oneself, unless it is
    to settle a row, which one person does."""
    settles = claims[0].asked.settles
    labels = {claim.label for claim in claims if settles or claim.label is not None}
    asked_of_several = several or any(claim.asked.wanted > 1 for claim in claims)
    may_differ = asked_of_several and not settles and all(claim.annotator for claim in claims)
    if len(labels) > 1 and not may_differ:
        _reject_all(claims, notes, _how(claims, settles, asked_of_several))
        return []
    kept = []
    for annotator in dict.fromkeys(claim.annotator for claim in claims):
        own = [claim for claim in claims if claim.annotator == annotator]
        if len({_what(claim) for claim in own}) > 1:
            _reject_all(own, notes)
        else:
            kept.append(own[0])
    return kept


def _how(claims: Sequence[Claim], settles: bool, asked_of_several: bool) -> str:
    """What to do about different answers, where they may be those of different people."""
    if asked_of_several and not settles:
        return "; whose answer is which, the column annotator says, or --annotator with each file by itself"
    if len({claim.annotator for claim in claims}) == 1:
        return ""
    if settles:
        return "; one person settles a row"
    return "; where several people are to label a row, [answers] per_row says so"


def _reject_all(claims: list[Claim], notes: Notes, how: str = "") -> None:
    for claim in claims:
        if claim.understood:  # the others were refused when they were heard
            others = [other for other in claims if _what(other) != _what(claim)]
            said = "; ".join(
                f"'{visible(other.row.label or '', 40)}' on {_place(other, claim)}" for other in others[:3]
            )
            notes.reject_claim(claim, f"the row carries different answers, so none is taken: also {said}{how}")


def _what(claim: Claim) -> tuple[bool, str | None]:
    return claim.understood, claim.label if claim.understood else tidy(claim.row.label or "")


def _place(there: Claim, here: Claim) -> str:
    return f"line {there.row.line}" + (f" of {visible(there.file)}" if there.file != here.file else "")


def _note_repeats(claims: Sequence[Claim], kept: Sequence[Claim], notes: Notes) -> None:
    if len(kept) == len(claims):
        return
    taken = set(kept)
    others = [claim for claim in claims if claim not in taken]
    standing = {_whose(claim) for claim in kept}
    repeats: dict[str, list[Claim]] = defaultdict(list)
    for claim in others:
        if _whose(claim) in standing:
            repeats[claim.file].append(claim)
    for again in repeats.values():
        rows = "1 row stands" if len(again) == 1 else f"{len(again)} rows stand"
        notes.warn(again[0], f"{rows} there twice with the same answer; each counts once")


def _whose(claim: Claim) -> tuple[int, bool, str]:
    return claim.asked.row, claim.asked.settles, claim.annotator


class History:
    """What is known of the rows already; `newest` is, by file, the latest round its rows belong to."""

    def __init__(self, asked: AskedRows, known: Mapping[str, Iterable[AskedRow]]) -> None:
        self.answers, self.labels = asked.answers, asked.labels
        self.newest = {file: max((row.round for row in rows), default=0) for file, rows in known.items()}

    def compare(self, claims: Iterable[Claim], notes: Notes) -> Iterator[tuple[Claim, NewAnswer | None]]:
        """Each claim that holds, with the answer it makes: None where the same was said before."""
        for claim in claims:
            before = self.answers.get(claim.asked.row, {})
            older = not claim.by_key and 0 < claim.asked.round < self.newest.get(claim.file, 0)
            same = claim.annotator in before and before[claim.annotator] == claim.label
            awaited = claim.asked.awaits(claim.annotator)
            if same and not awaited:
                if older:
                    notes.warn(claim, f"this row of round {claim.asked.round} has this answer already")
                yield claim, None
            elif older and not awaited and any(label != claim.label for label in before.values()):
                notes.reject_claim(claim, _revision(claim, before))
            else:
                yield claim, _answer(claim, self._kind(claim, same))

    def _kind(self, claim: Claim, same: bool) -> Kind:
        """What an answer does: to a row that was handed out again, it is the label that counts, whoever gave it."""
        if claim.asked.settles:
            stood = self.labels.get(claim.asked.row)
            return "new" if stood is None else "confirmed" if stood == claim.label else "corrected"
        if same:
            return "confirmed"
        return "corrected" if claim.annotator in self.answers.get(claim.asked.row, {}) else "new"


def _revision(claim: Claim, before: Mapping[str, str | None]) -> str:
    said = ", ".join(visible(label or "(skipped)", 40) for label in dict.fromkeys(before.values()))
    return (
        f"this row of round {claim.asked.round} has the answer {said} already and the file answers a later "
        "round; to correct it, hand the row in alone or with its alcli_id"
    )


def _answer(claim: Claim, kind: Kind) -> NewAnswer:
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
        settles=claim.asked.settles,
    )
