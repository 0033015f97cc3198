"""What was handed out, and the row of it that a returned row answers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import msgspec

from alcli.contracts import ReturnedRow
from alcli.core.handoff.inert import visible
from alcli.core.handoff.keys import parse
from alcli.core.handoff.sameness import Sameness, fold, is_own, numbers, same_text, sameness, torn_apart

LONG = 12  # a text of this many characters that equals another row's is no coincidence
COMMON = 20  # a text that more rows than this share is nobody's own

_BETWEEN_CELLS = re.compile(r"[,;\t|]")


class RowRefused(Exception):
    """Why a returned row cannot be taken."""


class RowsShifted(RowRefused):
    """The row carries another row's text: no text of the file that is not exactly its own can be trusted."""


class AskedRow(msgspec.Struct, frozen=True, gc=False):
    """A row as it was handed out: position in the pool, texts by column, whether an answer is awaited.

    `wanted` answers are awaited, `heard` have answered already; `to` are the annotators who are asked, where that was
    fixed; what comes back `settles` what others have said of the row. One that `needs_key` is not answered by its id:
    that may be a late answer of those who differ.
    """

    key: str
    row: int
    id: str
    shown: Mapping[str, str] = {}
    round: int = 0
    open: bool = True
    wanted: int = 1
    heard: Collection[str] = ()
    to: tuple[str, ...] = ()
    settles: bool = False
    needs_key: bool = False

    def awaits(self, annotator: str) -> bool:
        """Whether this annotator is still to answer it."""
        return self.open and annotator not in self.heard


@dataclass(frozen=True)
class AskedRows:
    """All that was handed out: every key ever given, every id with its latest asking, and the answers so far.

    `answers` maps a row to what each annotator says of it (None = skipped), `labels` to what that comes to. `in_pool`
    gives the rows of those ids that are in the pool; it is called only for ids that were never handed out.
    """

    by_key: Mapping[str, AskedRow]
    by_id: Mapping[str, AskedRow]
    answers: Mapping[int, Mapping[str, str | None]] = field(default_factory=dict)
    in_pool: Callable[[Collection[str]], Mapping[str, int]] = lambda ids: {}
    labels: Mapping[int, str] = field(default_factory=dict)

    def find(self, row: ReturnedRow) -> tuple[AskedRow | None, bool]:
        """The row answered, and whether its key says so; None for an id that was never handed out."""
        known = self.by_key.get(row.key or "")
        if known and known.id == row.id:
            return known, True
        key, row_id = (row.key or "").strip(), row.id or ""
        if key and not (key == row_id.strip() and parse(key) is None):
            return self._by_key(key, row), parse(key.lower()) is not None
        if not row_id.strip():
            raise RowRefused("the row has a label but no id")
        found = self.by_id.get(row_id) or self.by_id.get(row_id.strip())
        if found and found.needs_key:
            raise RowRefused(
                f"the row went out twice, in round {found.round} to be settled: its alcli_id is to say which this is"
            )
        return found, False

    def _by_key(self, key: str, row: ReturnedRow) -> AskedRow:
        asked = self.by_key.get(key.lower()) or (None if parse(key.lower()) else self.by_id.get(key))
        if asked is None:
            raise RowRefused(self._no_key(key))
        row_id = row.id or ""
        id_agrees = not row_id.strip() or same_text(asked.id, row_id) is Sameness.SAME
        if not id_agrees and not is_own(sameness(asked.shown, row.shown)):
            raise RowRefused(
                f"{visible(key, 40)} is the key of '{visible(asked.id, 40)}', but the id here is "
                f"'{visible(row_id, 40)}' and the text does not confirm the key"
            )
        return asked

    def _no_key(self, key: str) -> str:
        parts = parse(key.lower())
        if parts is None:
            return f"'{visible(key, 40)}' is no key: keys look like r003-017-k7"
        if key.lower()[:-2] in self._stems:
            return f"the key was changed: {key} has the wrong check characters, or comes from another project"
        return f"the key {key} was never handed out in this project, or its select was undone; --unasked goes by the id"

    def stray(self, written: str) -> bool:
        """Whether this is a key, but none of this project's, or one whose select was undone; a changed one is not."""
        key = written.strip().lower()
        return parse(key) is not None and key not in self.by_key and key[:-2] not in self._stems

    @cached_property
    def _stems(self) -> frozenset[str]:
        """Every key without its check characters."""
        return frozenset(key[:-2] for key in self.by_key)

    @cached_property
    def texts(self) -> Texts:
        """Whose text is whose."""
        return Texts(self.by_id.values())

    def near(self, row_id: str, search: bool = True) -> list[str]:
        """Ids that may be meant: the same but for what a spreadsheet does to them, else similar ones."""
        alike = self._alike.get(_likeness(row_id), [])
        if alike or not search:
            return alike[:3]
        from rapidfuzz import fuzz, process

        found = process.extract(row_id, self.by_id.keys(), scorer=fuzz.ratio, score_cutoff=75, limit=3)
        return [name for name, _, _ in found]

    @cached_property
    def _alike(self) -> dict[str, list[str]]:
        alike = defaultdict(list)
        for row_id in self.by_id:
            alike[_likeness(row_id)].append(row_id)
        return alike


class Texts:
    """The texts that were handed out, to tell whose a text is; a column is indexed when first needed."""

    def __init__(self, rows: Iterable[AskedRow]) -> None:
        self.rows = list(rows)
        self.columns: dict[str, dict[str, list[AskedRow]]] = {}

    def check(self, asked: AskedRow, returned: Mapping[str, str]) -> Sameness | None:
        """How far the text is from the row's own; raises `RowRefused` where cells or rows were shifted."""
        found = sameness(asked.shown, returned)
        if is_own(found):
            return found
        for column, text in returned.items():
            if not text.strip() or is_own(same_text(asked.shown.get(column, ""), text)):
                continue
            other = self._owner(asked.row, column, text, returned)
            if other and _likeness(other.id) == _likeness(asked.id):
                raise RowRefused(f"the id was changed on the way: the text is that of '{visible(other.id, 40)}'")
            if other:
                raise RowsShifted(
                    f"the text in {column!r} is that of '{visible(other.id, 40)}': "
                    "rows or columns were shifted or sorted apart"
                )
            if column in asked.shown:
                self._refuse_torn(column, asked.shown[column], text)
        return found

    def _refuse_torn(self, column: str, handed_out: str, returned: str) -> None:
        """A text that stops at a delimiter, or goes on with other rows: the cells after it have shifted."""
        if torn_apart(handed_out, returned):
            raise RowRefused(f"the text in {column!r} stops at a delimiter: the cells after it have shifted")
        ours = set(handed_out.splitlines())
        later = (line for line in returned.splitlines()[1:] if line not in ours)
        if any(_BETWEEN_CELLS.split(line)[0].strip('" ') in self.ids for line in later):
            raise RowRefused(f"the text in {column!r} has swallowed the rows after it: a quote was left open")

    def _owner(self, row: int, column: str, text: str, returned: Mapping[str, str]) -> AskedRow | None:
        """The other row whose text this is: a long text says so alone, a short one with its whole row."""
        sharing = self._column(column).get(fold(text), [])
        others = [other for other in sharing[: COMMON + 2] if other.row != row]
        if len(others) > COMMON:
            return None
        if others and len(fold(text)) >= LONG:
            return others[0]
        return next((other for other in others if is_own(sameness(other.shown, returned))), None)

    @cached_property
    def ids(self) -> set[str]:
        """All that names a row."""
        return {name for row in self.rows for name in (row.id, row.key) if name}

    def _column(self, column: str) -> dict[str, list[AskedRow]]:
        if column not in self.columns:
            index: dict[str, list[AskedRow]] = defaultdict(list)
            for row in self.rows:
                index[fold(row.shown.get(column, ""))].append(row)
            self.columns[column] = index
        return self.columns[column]


def _likeness(row_id: str) -> str:
    """What is left of an id where numbers, case and outer space are rewritten."""
    number = numbers(row_id.strip())
    return f"{min(number) + 0.0:.12g}" if number else fold(row_id).casefold()
