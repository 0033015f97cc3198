"""From the bytes of a returned file to its rows: decode, tell the format, read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from alcli.contracts import Format, HandoffRefused, Returned
from alcli.core.decoding import decode

_ALIASES = {".json": ".jsonl", ".ndjson": ".jsonl", ".tsv": ".csv", ".tab": ".csv"}


def read_back(
    data: bytes, suffix: str, formats: Sequence[Format], id_column: str, shown_columns: Sequence[str]
) -> Returned:
    """The rows of a returned file whose name ends in `suffix`; raises `HandoffRefused` if not understood.

    The content tells the format. A name that says another one is a sign of a mix-up and refused; where only
    one format is given, the name says nothing.
    """
    decoded = decode(data)
    chosen = _choose(decoded.text, formats)
    named = _ALIASES.get(suffix.lower(), suffix.lower())
    if chosen.suffix != named and any(named == other.suffix for other in formats):
        raise HandoffRefused(
            f"the name ends in {suffix} but the content is {chosen.suffix[1:].upper()}; "
            "rename the file or name its --format"
        )
    returned = chosen.read(decoded.text, id_column, shown_columns)
    return replace(returned, warnings=(*decoded.remarks, *returned.warnings), guessed=decoded.guessed)


def _choose(text: str, formats: Sequence[Format]) -> Format:
    if len(formats) == 1:
        return formats[0]
    for candidate in formats:
        if candidate.recognises(text):
            return candidate
    raise HandoffRefused(
        f"the file looks like none of the formats there are ({', '.join(known.suffix for known in formats)})"
    )
