"""From the bytes of a returned file to its rows: decode, tell the format, then read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from msgspec.structs import replace as with_values

from alcli.contracts import Format, HandoffRefused, Remark, Returned
from alcli.core.handoff.content import Content, looks_like_json
from alcli.core.handoff.decoding import Decoded, decode

_KINDS = dict.fromkeys((".json", ".jsonl", ".ndjson", ".manifest"), "JSON") | dict.fromkeys(
    (".csv", ".tsv", ".tab"), "CSV"
)
_EVERYONE = "all"  # what an archive calls the answers of all together


@dataclass(frozen=True, slots=True)
class Opened:
    """A returned file as its format reads it, as text or bytes; and what is to be said of it."""

    format: Format
    content: Any
    remarks: tuple[Remark, ...] = ()
    guessed: bool = False


def opened(data: bytes, suffix: str, formats: Sequence[Format]) -> Opened:
    """A returned file whose name ends in `suffix`; raises `HandoffRefused` where no format is told by its content.

    A name that says another format is a sign of a mix-up and refused; where only one format is given, the name says
    nothing.
    """
    chosen = next((form for form in formats if _is_binary(form) and (len(formats) == 1 or form.recognises(data))), None)
    if chosen:
        _refuse_other_name(suffix, _kind(chosen.suffix), formats)
        return Opened(chosen, data)
    decoded = decode(data)
    chosen = _choose(decoded, formats)
    holds = "JSON" if looks_like_json(decoded.content) else "CSV"
    _refuse_other_name(suffix, holds if chosen.suffix in _KINDS else _kind(chosen.suffix), formats)
    return Opened(chosen, _content(decoded, chosen), decoded.remarks, decoded.guessed)


def read_back(file: Opened, id_column: str, shown_columns: Sequence[str], person: str = "") -> Returned:
    """The rows of a returned file; raises `HandoffRefused` if not understood.

    `person` is the name of a file of an archive, which may say who answered.
    """
    read = file.format.read(file.content, id_column, shown_columns)
    returned = replace(read, warnings=(*file.remarks, *read.warnings), guessed=file.guessed or read.guessed)
    if person and person != _EVERYONE and getattr(file.format, "person_in_name", False):
        rows = (with_values(row, annotator=row.annotator or person) for row in returned.rows)
        returned = replace(returned, rows=tuple(rows))
    return returned


def _choose(decoded: Decoded, formats: Sequence[Format]) -> Format:
    """The first that recognises the content, those last that read any of its kind."""
    if len(formats) == 1:
        return formats[0]
    for candidate in sorted(formats, key=lambda form: getattr(form, "plain", False)):
        if not _is_binary(candidate) and candidate.recognises(_content(decoded, candidate)):
            return candidate
    known = ", ".join(dict.fromkeys(form.suffix for form in formats))
    raise HandoffRefused(f"the file looks like none of the formats there are ({known})")


def _refuse_other_name(suffix: str, content: str, formats: Sequence[Format]) -> None:
    named = _kind(suffix)
    if len(formats) > 1 and named != content and any(named == _kind(form.suffix) for form in formats):
        raise HandoffRefused(
            f"the name ends in {suffix} but the content is {content}; rename the file or name its --format"
        )


def _kind(suffix: str) -> str:
    """What a file's name says it holds."""
    return _KINDS.get(suffix.lower(), suffix.lower().lstrip(".").upper())


def _content(decoded: Decoded, form: Format) -> Content:
    return decoded.content if getattr(form, "utf8", False) else decoded.text


def _is_binary(form: Format) -> bool:
    return getattr(form, "binary", False)
