"""From bytes to rows: the content tells the format, and a name that says another one is refused."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from alcli.contracts import HandoffRefused, Returned
from alcli.core.handoff.content import Content
from alcli.core.handoff.returning import opened, read_back
from alcli.formats.csv import Csv
from alcli.formats.jsonl import Jsonl

CSV = b"id,label\n1,x\n"
JSONL = b'{"id": "1", "label": "x"}\n'


def back(data: bytes, suffix: str) -> Returned:
    return read_back(opened(data, suffix, (Csv(), Jsonl())), "id", ["text"])


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (CSV, ".csv"),
        (CSV, ".TSV"),
        (CSV, ".txt"),
        (CSV, ""),
        (JSONL, ".jsonl"),
        (JSONL, ".json"),
        (JSONL, ""),
    ],
)
def test_the_content_tells(data: bytes, suffix: str) -> None:
    assert back(data, suffix).rows[0].label == "x"


@pytest.mark.parametrize(("data", "suffix"), [(CSV, ".jsonl"), (CSV, ".json"), (JSONL, ".csv"), (JSONL, ".tsv")])
def test_a_name_that_says_otherwise_is_refused(data: bytes, suffix: str) -> None:
    with pytest.raises(HandoffRefused, match="--format"):
        back(data, suffix)


def test_one_format_given_needs_no_name() -> None:
    assert read_back(opened(CSV, ".json", (Csv(),)), "id", []).rows[0].label == "x"


def test_nothing_is_recognised() -> None:
    with pytest.raises(HandoffRefused, match=r"\.csv, \.jsonl"):
        back(b"hello\n", ".txt")


def test_what_decoding_noticed_is_carried() -> None:
    returned = back("id,label\n1,é\n".encode("cp1252"), ".csv")
    assert returned.guessed and "Windows-1252" in returned.warnings[0].reason


class Plain(Jsonl):
    """A format that knows of text alone."""

    utf8 = False

    def recognises(self, content: Content) -> bool:
        """Whether it is text, and JSON."""
        return isinstance(content, str) and super().recognises(content)

    def read(self, content: Content, id_column: str, shown_columns: Sequence[str]) -> Returned:
        """The rows."""
        assert isinstance(content, str)
        return super().read(content, id_column, shown_columns)


def test_a_format_that_takes_no_utf8_is_given_text() -> None:
    for formats in ((Csv(), Plain()), (Plain(),)):
        file = opened(JSONL, ".jsonl", formats)
        assert isinstance(file.format, Plain) and file.content == JSONL.decode()
        assert read_back(file, "id", ["text"]).rows[0].label == "x"
