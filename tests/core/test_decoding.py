"""Bytes to text: what is text is read, what is not is named."""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alcli.contracts import HandoffRefused
from alcli.core.handoff.decoding import decode

TEXT = "id,label\r\n1,é\r\n"


JSON = ' \n{"id": "é"}\r\n'


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_read_without_a_word(codec: str) -> None:
    decoded = decode(TEXT.encode(codec))
    assert (decoded.text, decoded.remarks, decoded.guessed) == (TEXT, (), False)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_json_is_utf8_in_the_end(codec: str) -> None:
    decoded = decode(JSON.encode(codec))
    assert decoded.content == JSON.encode() and decoded.text == JSON
    assert decoded.guessed == bool(decoded.remarks) == (codec == "cp1252")


def test_json_files_joined_and_damaged() -> None:
    joined = decode("\ufeff{}\n\ufeff{}\n".encode())
    assert joined.content == b"{}\n{}\n" and joined.remarks[0].line == 2
    for data, said in ((b'{"a": "\0"}', "line 1 holds a NUL byte"), (b'{"a": "\xc3\xa9\xff"}', "mixes encodings")):
        with pytest.raises(HandoffRefused, match=said):
            decode(data)


def test_of_large_json_no_text_is_made() -> None:
    data = b"[" + '{"text": "🙂"},'.encode() * 1_500_000 + b"{}]"
    tracemalloc.start()
    try:
        assert decode(data).content is data
        assert tracemalloc.get_traced_memory()[1] < len(data) / 2
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("bom", "codec"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
def test_utf16_in_either_order(bom: bytes, codec: str) -> None:
    assert decode(bom + TEXT.encode(codec)).text == TEXT


def test_windows_1252_is_a_guess_and_said() -> None:
    decoded = decode("id,label\n1,café – naïve\n".encode("cp1252"))
    assert decoded.text.endswith("café – naïve\n") and decoded.guessed
    assert decoded.remarks[0].line == 2


def test_two_files_joined() -> None:
    decoded = decode("\ufeffid,label\n1,a\n\ufeffid,label\n2,b\n".encode())
    assert "\ufeff" not in decoded.text
    assert decoded.remarks[0].line == 3


def zipped(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, "application/vnd.oasis.opendocument.spreadsheet" if name == "mimetype" else "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"", "empty"),
        (b"\n", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (gzip.compress(b"id,label\n", mtime=0), "gzip"),
        (zipped("xl/workbook.xml"), "Excel"),
        (zipped("mimetype"), "OpenDocument"),
        (zipped("round.csv"), "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel"),
        (b"%PDF-1.7\n", "PDF"),
        (b"{\\rtf1\\ansi id,label}", "RTF"),
        (b"<!DOCTYPE html>\n<html>", "HTML"),
        (b"\xef\xbb\xbf  <table><tr>", "HTML"),
        (b'<?xml version="1.0"?>\n<Workbook/>', "XML"),
        (b",anna,host,22.11.2026 16:00,file:///home/anna/.config/libreoffice/4;", "lock file"),
        ("id,label\n1,a\n".encode("utf-16-le"), "UTF-16"),
        ("id,label\n1,a\n".encode("utf-16-be"), "UTF-16"),
        (b"\xff\xfei\x00d\x00,\x00l", "cut at byte"),
        (b"id,label\n1,a\0b\n", "line 2 holds a NUL"),
        (b'{"id": "\xed\xa0\x80"}', "surrogate"),
        (b"id,label\n1,\xc3\xa9\n2,caf\xe9\n", "line 3 is not valid UTF-8 while"),
        (b"id,label\n1,\x81\n", "neither UTF-8 nor Windows-1252"),
    ],
)
def test_refused_by_name(data: bytes, named: str) -> None:
    with pytest.raises(HandoffRefused, match=named):
        decode(data)


@given(st.binary() | st.text(st.characters(codec="utf-8")).map(str.encode))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        decoded = decode(data)
    except HandoffRefused as refusal:
        assert str(refusal).isprintable()
    else:
        decoded.text.encode("utf-8")
        assert "\0" not in decoded.text
