"""A handoff CSV while it is labelled: answers go into its rows, all else stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alcli.contracts import HandoffRefused
from alcli.core.handoff.columns import ANNOTATOR, COMMENT, SECONDS, locate
from alcli.core.handoff.delimited import joined, records
from alcli.core.handoff.inert import restore
from alcli.core.handoff.sheet import BOM, DELIMITERS, header_of


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands in a row: a label ("" = none yet), a comment, who said so, and the seconds it took."""

    label: str = ""
    comment: str = ""
    annotator: str = ""
    seconds: float = 0.0


class Worksheet:
    """The rows of a handoff file; raises `HandoffRefused` where the text is not one whole table.

    `answers` are those of the rows, `keys` our keys of them as far as the file holds any, `shown` the texts of the
    shown columns that it holds, by column.
    """

    def __init__(self, text: str, id_column: str, shown_columns: Sequence[str]) -> None:
        self._header, *self._rows = _table(text.removeprefix(BOM))
        at = locate(self._header, id_column, shown_columns)
        self._places = [at.label]
        for name, place in ((COMMENT, at.comment), (ANNOTATOR, at.annotator), (SECONDS, at.seconds)):
            self._places.append(len(self._header) if place is None else place)
            if place is None:
                for cells, new in zip((self._header, *self._rows), (name, *[""] * len(self._rows)), strict=True):
                    cells.append(new)
        self.answers = [self._said(cells) for cells in self._rows]
        self.shown = [{name: cells[place] for name, place in at.shown.items()} for cells in self._rows]
        self.keys = [cells[at.key] for cells in self._rows] if at.key is not None else []
        names = at.id if at.id is not None else at.key
        self.names = [cells[names] if names is not None else "" for cells in self._rows]
        self._log: list[tuple[int, Answer]] = []

    @property
    def n_labelled(self) -> int:
        """How many rows have a label."""
        return sum(1 for answer in self.answers if answer.label)

    def record(self, row: int, answer: Answer) -> None:
        """Put this answer in the place of the one that stands."""
        self._log.append((row, self.answers[row]))
        self.answers[row] = answer

    def undo(self) -> int | None:
        """Take the last record back; its row, None where there is none."""
        if not self._log:
            return None
        row, before = self._log.pop()
        self.answers[row] = before
        return row

    def next(self, after: int) -> int | None:
        """The first row without a label after this one, round the end."""
        n = len(self.answers)
        return next((row % n for row in range(after + 1, after + 1 + n) if not self.answers[row % n].label), None)

    def text(self) -> str:
        """The file's text with the answers in it."""
        for cells, answer in zip(self._rows, self.answers, strict=True):
            if answer == self._said(cells):
                continue
            took = f"{answer.seconds:.1f}" if answer.seconds else ""
            said = (answer.label, answer.comment, answer.annotator, took)
            for place, cell in zip(self._places, said, strict=True):
                cells[place] = cell
        return joined([self._header, *self._rows])

    def _said(self, cells: list[str]) -> Answer:
        label, comment, annotator, took = (cells[place] for place in self._places)
        try:
            seconds = float(took)
        except ValueError:
            seconds = 0.0
        return Answer(label.strip(), comment, annotator, seconds)


def _table(text: str) -> list[list[str]]:
    """The cells of every row that is not blank, the header first."""
    width = len(header_of(text))
    delimiter = next((mark for mark in DELIMITERS if width == len(next(records(text, mark)).cells)), DELIMITERS[0])
    filled = [record for record in records(text, delimiter) if any(map(str.strip, record.cells))]
    if len(filled) < 2:
        raise HandoffRefused("the file holds a header and no rows")
    for record in filled:
        if record.fault or len(record.cells) != len(filled[0].cells):
            raise HandoffRefused(f"line {record.line}: {record.fault or 'its cells do not stand under the header'}")
    return [list(map(restore, record.cells)) for record in filled]
