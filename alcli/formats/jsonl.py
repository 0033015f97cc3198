"""JSONL: a batch for tools and scripts, one JSON object a line; a JSON array of objects is read as well."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alcli.contracts import Handoff, HandoffRefused, Remark, Returned, ReturnedRow
from alcli.core.columns import LABEL, Located, locate, overlooked, table
from alcli.core.inert import visible
from alcli.core.jsonrows import Members, NotANumber, rows

__all__ = ["Jsonl"]

BOM = "\ufeff"

_LINE_BREAKS = str.maketrans({char: f"\\u{ord(char):04x}" for char in "\u0085\u2028\u2029"})
_PRODIGY = ("_task_hash", "_input_hash", "_view_id")


@dataclass(frozen=True)
class Jsonl:
    """One JSON object a line, every value a string, the same keys in every line.

    >>> from alcli.contracts import HandoffRow
    >>> row = HandoffRow("r001-001-k7", "00123", ("=1+1",), "drawn")
    >>> print(Jsonl().write(Handoff("id", ("text",), (), (row,))), end="")
    {"alcli_id": "r001-001-k7", "id": "00123", "text": "=1+1", "label": "", "comment": "", "reason": "drawn"}
    """

    suffix = ".jsonl"

    def write(self, handoff: Handoff) -> str:
        """The file's text; the same batch gives the same text."""
        header, batch = table(handoff)
        lines = (json.dumps(dict(zip(header, cells, strict=True)), ensure_ascii=False) for cells in batch)
        # What some tools take for a line end is escaped inside a string, so that one line stays one row for
        # them.
        return "".join(line.translate(_LINE_BREAKS) + "\n" for line in lines)

    def recognises(self, text: str) -> bool:
        """Whether the text begins like a JSON object or array."""
        return text.removeprefix(BOM).lstrip().startswith(("{", "["))

    def read(self, text: str, id_column: str, shown_columns: Sequence[str]) -> Returned:
        """The rows of a returned file; raises `HandoffRefused` when it is not understood as a whole."""
        found = list(rows(text.removeprefix(BOM)))
        objects = [value for _, value in found if isinstance(value, Members)]
        if not objects:
            raise HandoffRefused("the file holds no JSON object: a row is an object with a label")
        if any(isinstance(o.get("annotations"), list) and isinstance(o.get("data"), dict) for o in objects):
            raise HandoffRefused("the file is Label Studio's full JSON export; export it from there as CSV or JSON-MIN")
        prodigy = [_is_prodigy(o, shown_columns) for o in objects]
        names = list(dict.fromkeys(name for o in objects for name in o))
        if any(prodigy) and LABEL not in names:
            names.append(LABEL)
        at = locate(names, id_column, shown_columns)
        return _Rows(names, at, set(shown_columns)).read(found)


class _Refused(Exception):
    """Why one object cannot be taken as a row."""


class _Rows:
    """One returned file while it is read."""

    def __init__(self, names: list[str], at: Located, shown_columns: set[str]) -> None:
        self.names, self.at, self.shown_columns = names, at, shown_columns
        self.numbers = self.undecided = self.nans = 0

    def read(self, found: list[tuple[int, Any]]) -> Returned:
        """Every object as a row, or the reason why not."""
        taken: list[ReturnedRow] = []
        refused: list[Remark] = []
        for line, value in found:
            try:
                taken.append(self._row(line, value))
            except _Refused as refusal:
                refused.append(Remark(str(refusal), line, *self._naming(value)))
        return Returned(tuple(taken), tuple(refused), tuple(self._warnings()))

    def _warnings(self) -> list[Remark]:
        warnings = overlooked(self.names, self.at)
        if self.numbers:
            warnings.append(Remark(f"the ids of {self.numbers} rows are numbers; they were handed out as text"))
        if self.nans:
            warnings.append(
                Remark(f"NaN or Infinity, which is no JSON, stands in {self.nans} rows; it was passed over")
            )
        if self.undecided:
            warnings.append(Remark(f"{self.undecided} Prodigy records were rejected or ignored; they count as blank"))
        return warnings

    def _row(self, line: int, value: Any) -> ReturnedRow:
        if not isinstance(value, Members):
            raise _Refused("the row is not a JSON object")
        if value.twice:
            raise _Refused(f"the key '{visible(value.twice[0])}' stands twice in one object")
        self.nans += any(isinstance(member, NotANumber) for member in value.values())
        key = _text(self._get(value, self.at.key), "key")
        return ReturnedRow(
            line=line,
            key=key,
            id=self._id(self._get(value, self.at.id), key),
            label=self._label(value),
            annotator=_text(self._get(value, self.at.annotator), "annotator"),
            comment=self._comment(value),
            shown=self._shown(value),
        )

    def _get(self, value: Members, at: int | None) -> Any:
        return None if at is None else value.get(self.names[at])

    def _naming(self, value: Any) -> tuple[str, str]:
        """The id and the label of a row that is refused, as far as they can be shown."""
        if not isinstance(value, Members):
            return "", ""
        found = (
            self._get(value, self.at.id) or self._get(value, self.at.key),
            self._get(value, self.at.label),
        )
        named, label = (visible(str(cell)) if isinstance(cell, str | int | float) else "" for cell in found)
        return named, label

    def _id(self, value: Any, key: str | None) -> str | None:
        """The pool's id; beside a key it may be a number that some tool put in its place."""
        if key and not isinstance(value, str):
            return str(value) if isinstance(value, int) and not isinstance(value, bool) else None
        self.numbers += isinstance(value, int)
        return _text(value, "id")

    def _label(self, value: Members) -> str:
        if not _is_prodigy(value, self.shown_columns):
            return _one_label(self._get(value, self.at.label))
        if value.get("answer") in ("reject", "ignore"):
            self.undecided += 1
            return ""
        if value.get("answer") != "accept":
            raise _Refused("a Prodigy record whose answer is neither accept, reject nor ignore")
        return _one_label(value["accept"] if "accept" in value else self._get(value, self.at.label))

    def _comment(self, value: Members) -> str | None:
        comment = self._get(value, self.at.comment)
        return _well_formed(comment, "comment") if isinstance(comment, str) else None

    def _shown(self, value: Members) -> Mapping[str, str]:
        cells = {column: self._get(value, at) for column, at in self.at.shown.items()}
        return {
            column: str(cell)
            for column, cell in cells.items()
            if isinstance(cell, str | int | float) and not isinstance(cell, bool)
        }


def _is_prodigy(value: Members, shown_columns: Sequence[str] | set[str]) -> bool:
    """Whether Prodigy wrote this record: then its `label` may be the question, and `answer` decides."""
    if any(name in value for name in _PRODIGY):
        return True
    return value.get("answer") in ("accept", "reject", "ignore") and "answer" not in shown_columns


def _one_label(value: Any) -> str:
    """The label a value says; only text is one, alone or in a list as doccano writes it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _well_formed(value, "label")
    if isinstance(value, list) and all(isinstance(label, str) for label in value):
        labels = list(dict.fromkeys(value))
        if len(labels) > 1:
            raise _Refused(
                f"the row carries {len(labels)} labels: " + ", ".join(visible(label, 40) for label in labels[:5])
            )
        return _well_formed(labels[0], "label") if labels else ""
    raise _Refused(f"the label is {_kind(value)}, not text")


def _text(value: Any, what: str) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if value is None or isinstance(value, str):
        return value and _well_formed(value, what)
    raise _Refused(f"the {what} is {_kind(value)}, not text")


def _well_formed(text: str, what: str) -> str:
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        raise _Refused(f"the {what} holds half a surrogate pair: {visible(text, 40)}")
    return text


def _kind(value: Any) -> str:
    kinds = {bool: "true or false", int: "a number", float: "a number", list: "a list", Members: "an object"}
    return kinds.get(type(value), "no JSON value")
