"""JSONL -> tables of strings: text as it is, anything else as its literal JSON (`1.10`, `true`, `[1, 2]`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from alcli.errors import DataError, Fault
from alcli.project.faults import Faults
from alcli.project.streams import as_utf8, head, opened

if TYPE_CHECKING:
    import polars as pl

Columns: TypeAlias = list[list[str | None]]

# bytes read at once: the objects made of a larger block fall out of the processor's cache, at half the speed
BLOCK = 1 << 20
# of the two escapes that a character beyond the first 65,536 is written with, one without the other
_HALF = re.compile(
    rb"(?<!\\)\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    rb"|(?<!\\)(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class JsonlFile:
    """A JSONL file, read through once for its keys, in the order they first occur.

    `texts` are those whose first value is a string or null.
    """

    path: Path
    columns: tuple[str, ...]
    texts: frozenset[str]

    @classmethod
    def open(cls, path: Path, block: int = BLOCK) -> JsonlFile:
        """Check every line and find all keys: one that first occurs in the last line is a column too.

        Raises `DataError` for lines that are not one JSON object in UTF-8; all of them are counted.
        """
        head(path)
        keys: dict[str, Any] = {}
        faults = Faults()
        for span, lines in _blocks(path, block):
            for record in _checked(path, span, lines, faults):
                if not record.keys() <= keys.keys():
                    keys = {**keys, **{name: raw for name, raw in record.items() if name not in keys}}
        if faults.count:
            raise _refusal(path, faults)
        return cls(path, tuple(keys), frozenset(name for name, raw in keys.items() if bytes(raw)[:1] in b'"n'))

    def tables(self, block: int) -> Iterator[tuple[Sequence[int], pl.DataFrame]]:
        """Records with the lines they stand on, some `block` bytes at a time; null and absent keys are null.

        Raises `DataError` for a string that is not Unicode, such as half of a surrogate pair.
        """
        import polars as pl

        quick = self._decoder()
        schema = dict.fromkeys(self.columns, pl.String)
        for span, lines in _blocks(self.path, min(block, BLOCK)):
            try:
                values = self._quickly(quick, lines)
            except ValueError:  # text in one line and a number in another
                values = self._one_by_one(span, lines)
            if values[0]:
                numbers = _numbers(span, lines, len(values[0]))
                yield numbers, pl.DataFrame(dict(zip(self.columns, values, strict=True)), schema=schema)

    def _decoder(self) -> Any:
        """Lines -> records with a field a column, in half the time of dicts; None where a name forbids it."""
        from msgspec import Raw, defstruct, field
        from msgspec.json import Decoder

        fields = [
            (f"c{i}", str | None if name in self.texts else Raw, field(name=name, default=None))
            for i, name in enumerate(self.columns)
        ]
        try:
            return Decoder(defstruct("Record", fields, gc=False))
        except ValueError:
            return None

    def _quickly(self, decoder: Any, lines: bytes) -> Columns:
        if decoder is None:
            raise ValueError
        records = decoder.decode_lines(lines)
        columns = (map(attrgetter(f"c{i}"), records) for i in range(len(self.columns)))
        return [
            list(values) if name in self.texts else _texts(values)
            for name, values in zip(self.columns, columns, strict=True)
        ]

    def _one_by_one(self, span: range, lines: bytes) -> Columns:
        records = _any_object().decode_lines(lines)
        try:
            return [_texts(record.get(name) for record in records) for name in self.columns]
        except ValueError:
            raise self._not_unicode(span, lines, records) from None

    def _not_unicode(self, span: range, lines: bytes, records: Sequence[Mapping[str, Any]]) -> DataError:
        faults = Faults()
        for number, record in zip(_numbers(span, lines, len(records)), records, strict=True):
            for name, raw in record.items():
                try:
                    _texts([raw])
                except ValueError as error:
                    value = bytes(raw)[:80].decode(errors="replace")
                    reason = _in_words(error, bytes(raw))
                    faults.add(Fault(reason, str(self.path), number, column=name, value=value))
        return _refusal(self.path, faults)


def _any_object() -> Any:
    from msgspec import Raw
    from msgspec.json import Decoder

    return Decoder(dict[str, Raw])


def _checked(path: Path, span: range, lines: bytes, faults: Faults) -> list[dict[str, Any]]:
    """The objects of these lines, one a line; lines that are something else are counted as faults."""
    decoder = _any_object()
    try:
        lines.decode()
        records: list[dict[str, Any]] = decoder.decode_lines(lines)
        if len(records) == len(span):
            return records
    except (ValueError, RecursionError):
        pass
    records = []
    for number, line in _not_blank(span, lines):
        try:
            line.decode()
            records.append(decoder.decode(line))
        except (ValueError, RecursionError) as error:
            reason = _in_words(error, line)
            faults.add(Fault(reason, str(path), number, value=line[:80].decode(errors="replace").strip()))
    return records


def _in_words(error: ValueError | RecursionError, written: bytes) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8"
    if isinstance(error, RecursionError):
        return "nested too deeply"
    half = _HALF.search(written)
    if half:
        return f"{half[0].decode()} is half of a character"
    return str(error).replace("Expected `object`, got", "not an object but")


def _refusal(path: Path, faults: Faults) -> DataError:
    first = faults.shown[0]
    many = f"{faults.count:,} lines cannot be read as JSON objects; the first is line {first.line}"
    one = f"line {first.line} cannot be read as a JSON object"
    hint = as_utf8(path) if first.reason == "not UTF-8" else "write one JSON object a line"
    return DataError(f"{path}: {many if faults.count > 1 else one}: {first.reason}", hint, faults.shown)


def _texts(raws: Iterable[Any]) -> list[str | None]:
    """The strings that JSON values stand for: their own text, unless they are JSON strings or null."""
    from msgspec.json import Decoder

    unquoted = Decoder(str).decode
    values = (b"null" if raw is None else bytes(raw) for raw in raws)
    return [
        unquoted(value) if value.startswith(b'"') else None if value == b"null" else value.decode() for value in values
    ]


def _blocks(path: Path, block: int) -> Iterator[tuple[range, bytes]]:
    """Whole lines, some `block` bytes at a time, with their numbers."""
    first = 1
    with opened(path) as stream:
        start = stream.read(len(BOM))
        rest = b"" if start == BOM else start
        while data := stream.read(block):
            data = rest + data
            cut = data.rfind(b"\n") + 1
            lines, rest = data[:cut], data[cut:]
            if lines:
                span = range(first, first + lines.count(b"\n"))
                yield span, lines
                first = span.stop
    if rest:
        yield range(first, first + 1), rest


def _not_blank(span: range, lines: bytes) -> Iterator[tuple[int, bytes]]:
    # no `strict`: after the last line end stands one more, empty piece
    return ((n, line) for n, line in zip(span, lines.split(b"\n"), strict=False) if line.strip(b" \t\r"))


def _numbers(span: range, lines: bytes, records: int) -> Sequence[int]:
    """The numbers of the lines that hold these records: all of them, but for blank ones."""
    return span if records == len(span) else [number for number, _ in _not_blank(span, lines)]
