"""A strict reader of delimited text, in linear time; and how it is written.

Python's own csv module reads on where a quote is torn, stops at 131,072 characters a cell, splits rows at a
lone CR and does not say on which line a row begins; each of these would put a label on the wrong row, or
lose one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

import msgspec

from alcli.contracts import HandoffRefused
from alcli.core.handoff.inert import inert

_QUOTED = re.compile(r'"((?:[^"]|"")*+)"')


class Record(msgspec.Struct, frozen=True):
    """One row of cells and the line it begins on; `fault` says why the cells cannot be trusted."""

    line: int
    cells: list[str]
    fault: str = ""


def line_end(text: str) -> str:
    """What ends the rows: CR where the first line ends in a lone CR, otherwise LF, with or without a CR."""
    first = re.search(r"\r(?!\n)|\n", re.sub(r'"[^"]*"', "", text[:65536]))
    return "\r" if first and first[0] == "\r" else "\n"


def records(text: str, delimiter: str, line: int = 1) -> Iterator[Record]:
    """The rows, the first line being `line`; raises `HandoffRefused` where a quote swallows rows."""
    end, at, size = line_end(text), 0, len(text)
    while at < size:
        stop = text.find(end, at)
        stop = size if stop < 0 else stop
        cells = _ordinary(text[at:stop].removesuffix("\r"), delimiter)
        if cells:
            yield Record(line, cells)
            line += 1
        else:
            record, stop = _with_quotes(text, at, delimiter, end, line)
            yield record
            line += text.count(end, at, stop) + 1
        at = stop + 1
        if end == "\r" and text.startswith("\n", at):
            at += 1


def _ordinary(row: str, delimiter: str) -> list[str] | None:
    """The cells of a row that ends with its line, where quotes stand around whole cells only; None for any other."""
    if '"' not in row:
        return row.split(delimiter)
    pieces = row.split('"')  # outside and inside of quotes by turns
    inside = pieces[1::2]
    cells = '"'.join(pieces[::2]).split(delimiter)  # a quote stands for what was in quotes
    if len(pieces) % 2 == 0 or cells.count('"') < len(inside):
        return None
    quoted = iter(inside)
    return [next(quoted) if cell == '"' else cell for cell in cells]


def _with_quotes(text: str, at: int, delimiter: str, end: str, line: int) -> tuple[Record, int]:
    """The row that begins here, cell by cell, and where it ends."""
    begin, cells, fault, plain = at, [], "", _plain(delimiter, end)
    while True:
        quoted = _QUOTED.match(text, at) if text.startswith('"', at) else None
        if quoted is None and text.startswith('"', at):
            raise HandoffRefused(_torn(line + text.count(end, begin, at), "never closes"))
        rest = plain.match(text, quoted.end() if quoted else at)
        assert rest is not None  # it also matches nothing
        at, beyond = rest.end(), rest[0]
        last = not text.startswith(delimiter, at)
        if last:
            beyond = beyond.removesuffix("\r")
        if quoted and beyond:
            if end in quoted[0]:
                raise HandoffRefused(
                    _torn(line + text.count(end, begin, quoted.start()), "swallows the lines after it")
                )
            fault = "there is text after a closing quote"
        cells.append(quoted[1].replace('""', '"') + beyond if quoted else beyond)
        if last:
            return Record(line, cells, fault), at
        at += 1


def _torn(line: int, how: str) -> str:
    return f"the quote that opens on line {line} {how}; mend that line and hand the file in again"


@cache
def _plain(delimiter: str, end: str) -> re.Pattern[str]:
    """Everything up to the next delimiter or the end of the row."""
    return re.compile(f"[^{re.escape(delimiter + end)}]*+")


def joined(rows: Iterable[Sequence[str]]) -> str:
    """Rows as the text of a handoff file, so that every tool reads them as they are.

    Rows end in a line feed and cells are quoted unless blank; a byte order mark stands before text beyond ASCII. Cells
    that a spreadsheet would run are inert. A NUL is dropped: with one in it, no tool takes the file for text.
    """
    text = "".join(",".join(map(_quoted, cells)) + "\n" for cells in rows)
    return text if text.isascii() else "\ufeff" + text


def _quoted(cell: str) -> str:
    return '"' + inert(cell).replace('"', '""').replace("\0", "") + '"' if cell else ""
