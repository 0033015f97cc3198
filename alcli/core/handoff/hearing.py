"""From returned rows to claims: which row was asked, is its text still with it, is its label a class."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import msgspec

from alcli.contracts import Returned, ReturnedRow
from alcli.core.handoff.asked import AskedRow, AskedRows, RowRefused, RowsShifted
from alcli.core.handoff.inert import visible
from alcli.core.handoff.labels import Labels
from alcli.core.handoff.sameness import Sameness, is_own, sameness
from alcli.errors import Fault

# For so many unknown ids of a call, similar ones are searched: it takes time where many rows were handed out.
NEAR_NAMED = 20

NOT_CONFIRMED = "the file is not UTF-8 and its texts do not tell what it is; save it as CSV (UTF-8)"
PASSED_OVER = "this is not a row that was handed out; it is blank and was passed over"

_NOT_EXACT = {
    Sameness.WORN: "the program that saved the file lost a part of the text",
    Sameness.ALTERED: "the program that saved the file altered the text",
    Sameness.EDITED: "the text was edited",
}
_DOUBTFUL = (Sameness.ALTERED, Sameness.EDITED)


@dataclass(frozen=True, slots=True)
class Rejected(Fault):
    """A fault and the row it stands in, where the row could be read: to be mended and handed in again."""

    row: ReturnedRow | None = None


class Claim(msgspec.Struct, eq=False, gc=False):
    """What a returned row says of a row of the pool. `understood` is False where the label is no class."""

    file: str
    row: ReturnedRow
    asked: AskedRow
    by_key: bool
    label: str | None = None
    sameness: Sameness | None = None
    understood: bool = True
    annotator: str = ""


@dataclass(slots=True)
class Notes:
    """What is told to the person who handed the files in."""

    rejected: list[Rejected] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    unended: dict[str, int | None] = field(default_factory=dict)

    def reject(self, file: str, row: ReturnedRow, row_id: str, reason: str) -> None:
        """A row that cannot be taken."""
        if row.line == self.unended.get(file):
            reason += ". The file stops here without a line end: it may be cut short"
        self.rejected.append(Rejected(reason, file, row.line, visible(row_id), "", visible(row.label or ""), row=row))

    def reject_claim(self, claim: Claim, reason: str) -> None:
        """A claim that cannot be taken."""
        self.reject(claim.file, claim.row, claim.asked.id, reason)

    def warn(self, claim: Claim, reason: str) -> None:
        """Something about a claim that a person should know."""
        self.warnings.append(Fault(reason, claim.file, claim.row.line, visible(claim.asked.id)))


class Hearing:
    """Hears the files one by one. `known` are, by file, the rows that were handed out, blank ones too."""

    def __init__(self, asked: AskedRows, labels: Labels, notes: Notes, unasked: bool) -> None:
        self.asked, self.labels, self.notes, self.unasked = asked, labels, notes, unasked
        self.claims: list[Claim] = []
        self.known: dict[str, list[AskedRow]] = defaultdict(list)
        self.blank: list[tuple[str, AskedRow]] = []
        self._unknown: list[tuple[str, ReturnedRow]] = []
        self._shifted: set[str] = set()

    def hear(self, file: str, returned: Returned) -> None:
        """Every row of a file becomes a claim, is refused, or is blank."""
        self.notes.unended[file] = returned.unended
        self.notes.rejected += [Rejected(r.reason, file, r.line, r.id, "", r.value) for r in returned.refused]
        self.notes.warnings += [Fault(r.reason, file, r.line, r.id, "", r.value) for r in returned.warnings]
        if returned.guessed and not self._confirmed(returned):
            self.notes.rejected.append(Rejected(NOT_CONFIRMED, file))
            return
        labelled: list[ReturnedRow] = []
        blank: list[ReturnedRow] = []
        for row in returned.rows:
            (labelled if _answers(row) else blank).append(row)
        for row in labelled:
            self._hear_labelled(file, row)
        self._distrust_shifted(file)
        strangers = [row for row in blank if not self._hear_blank(file, row)]
        self._note_strangers(file, strangers, nothing_else=not labelled and not self.known[file])

    def place_unknown(self) -> None:
        """Ids that were never handed out: the pool is asked once, for all of them."""
        if not self._unknown:
            return
        in_pool = self.asked.in_pool({row.id or "" for _, row in self._unknown})
        for number, (file, row) in enumerate(self._unknown):
            row_id = row.id or ""
            if row_id in in_pool and self.unasked:
                self._examine(file, row, AskedRow("", in_pool[row_id], row_id, open=False), by_key=False)
            else:
                why = self._why_unknown(row_id, row_id in in_pool, search=number < NEAR_NAMED)
                self.notes.reject(file, row, row_id, why)

    def _hear_labelled(self, file: str, row: ReturnedRow) -> None:
        if self.unasked and self.asked.stray(row.key or ""):
            row = msgspec.structs.replace(row, key=None)
        try:
            asked, by_key = self.asked.find(row)
        except RowRefused as refusal:
            self.notes.reject(file, row, row.id or row.key or "", str(refusal))
            return
        if asked is None:
            self._unknown.append((file, row))
        else:
            self.known[file].append(asked)
            self._examine(file, row, asked, by_key)

    def _confirmed(self, returned: Returned) -> bool:
        """Whether a guessed encoding is borne out: every text beyond ASCII reads as it was handed out."""
        beyond = [row for row in returned.rows if not "".join(row.shown.values()).isascii()]
        found = [sameness(asked.shown, row.shown) for row in beyond if (asked := self._asked(row))]
        labels_too = any(not (row.label or "").isascii() for row in returned.rows)
        return all(map(is_own, found)) and (bool(found) or not (beyond or labels_too))

    def _asked(self, row: ReturnedRow) -> AskedRow | None:
        try:
            return self.asked.find(row)[0]
        except RowRefused:
            return None

    def _hear_blank(self, file: str, row: ReturnedRow) -> bool:
        """False for a row that names something which was never handed out."""
        try:
            asked, _ = self.asked.find(row)
        except RowRefused:
            return not (row.id or row.key or "").strip()
        if asked:
            self.known[file].append(asked)
            self.blank.append((file, asked))
        return asked is not None

    def _note_strangers(self, file: str, rows: list[ReturnedRow], nothing_else: bool) -> None:
        """Blank rows of nothing that was handed out do no harm, unless the file holds nothing else."""
        for row in rows:
            row_id = row.id or row.key or ""
            if nothing_else:
                self.notes.reject(file, row, row_id, "this is not a row that was handed out")
            else:
                self.notes.warnings.append(Fault(PASSED_OVER, file, row.line, visible(row_id)))

    def _examine(self, file: str, row: ReturnedRow, asked: AskedRow, by_key: bool) -> None:
        """The text, then the label."""
        claim = Claim(file, row, asked, by_key)
        try:
            claim.sameness = self.asked.texts.check(asked, row.shown)
        except RowRefused as refusal:
            if isinstance(refusal, RowsShifted):
                self._shifted.add(file)
            self.notes.reject_claim(claim, str(refusal))
            return
        self.claims.append(claim)
        try:
            claim.label = None if row.skipped else self.labels.read(row.label or "")
        except RowRefused as refusal:
            claim.understood = False
            self.notes.reject_claim(claim, str(refusal))

    def _distrust_shifted(self, file: str) -> None:
        """Where some rows were shifted, a text that is not exactly a row's own may be another's, damaged."""
        if file not in self._shifted:
            return
        doubtful = {claim for claim in self.claims if claim.file == file and claim.sameness in _DOUBTFUL}
        for claim in self.claims:
            if claim in doubtful and claim.understood:  # the others were refused for their label
                self.notes.reject_claim(claim, "the text is not the row's own, and other rows were shifted")
        self.claims = [claim for claim in self.claims if claim not in doubtful]

    def note_texts(self) -> None:
        """A warning for each text that did not come back as it was handed out."""
        for claim in self.claims:
            if claim.sameness:  # any but SAME
                what = _NOT_EXACT[claim.sameness]
                self.notes.warn(claim, f"{what}; the label counts for the text as handed out")

    def _why_unknown(self, row_id: str, in_pool: bool, search: bool) -> str:
        if in_pool:
            return "this row of the pool was never handed out; --unasked takes labels from elsewhere"
        near = self.asked.near(row_id, search)
        if near and near[0].casefold() == row_id.strip().casefold():
            return f"no such id; it differs only by case from '{visible(near[0], 40)}'"
        named = ", ".join(visible(name, 40) for name in near)
        return "no such id in the pool" + (f"; nearest: {named}" if named else "")


def _answers(row: ReturnedRow) -> bool:
    """Whether the row says anything of what was asked."""
    return row.skipped or bool((row.label or "").strip())
