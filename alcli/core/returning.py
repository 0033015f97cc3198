"""From the bytes of a returned file to its rows: decode, tell the format, read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from alcli.contracts import Format, HandoffRefused, Returned
from alcli.core.decoding import decode

_KINDS = dict.fromkeys((".json", ".jsonl", ".ndjson", ".manifest"), "JSON") | dict.fromkeys(
    (".csv", ".tsv", ".tab"), "CSV"
)
_EVERYONE = "all"  # what an archive calls the answers of all together


def read_back(
    data: bytes,
    suffix: str,
    formats: Sequence[Format],
    id_column: str,
    shown_columns: Sequence[str],
    person: str = "",
) -> Returned:
    """The rows of a returned file whose name ends in `suffix`; raises `HandoffRefused` if not understood.

    The content tells the format. A name that says another one is a sign of a mix-up and refused; where only
    one format is given, the name says nothing. `person` is the rest of the name, for a file of an archive.
    """
    chosen = next((form for form in formats if _is_binary(form) and (len(formats) == 1 or form.recognises(data))), None)
    if chosen:
        _refuse_other_name(suffix, _kind(chosen.suffix), formats)
        returned = chosen.read(data, id_column, shown_columns)
    else:
        decoded = decode(data)
        chosen = _choose(decoded.text, formats)
        content = "JSON" if decoded.text.lstrip().startswith(("{", "[")) else "CSV"
        _refuse_other_name(suffix, content if chosen.suffix in _KINDS else _kind(chosen.suffix), formats)
        read = chosen.read(decoded.text, id_column, shown_columns)
        returned = replace(read, warnings=(*decoded.remarks, *read.warnings), guessed=decoded.guessed)
    if person and person != _EVERYONE and getattr(chosen, "person_in_name", False):
        rows = (replace(row, annotator=row.annotator or person) for row in returned.rows)
        returned = replace(returned, rows=tuple(rows))
    return returned


def _choose(text: str, formats: Sequence[Format]) -> Format:
    """The first that recognises the text, those last that read any of its kind."""
    if len(formats) == 1:
        return formats[0]
    for candidate in sorted(formats, key=lambda form: getattr(form, "plain", False)):
        if not _is_binary(candidate) and candidate.recognises(text):
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


def _is_binary(form: Format) -> bool:
    return getattr(form, "binary", False)
