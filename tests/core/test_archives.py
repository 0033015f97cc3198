"""An archive is opened as far as it fits; one that would fill the memory is refused."""

from __future__ import annotations

import io
import warnings
import zipfile

import pytest
from annotating import zipped
from hypothesis import given
from hypothesis import strategies as st

from alcli.contracts import HandoffRefused
from alcli.core.handoff import archives
from alcli.core.handoff.archives import returned_files


def test_what_is_no_archive_is_one_file() -> None:
    assert returned_files(b"id,label\n") == {"": b"id,label\n"}


def test_what_holds_no_answers_is_passed_over() -> None:
    files = {"a.csv": b"id\n", "__MACOSX/._a.csv": b"x", ".DS_Store": b"x", "empty.jsonl": b"\n", "d/b.csv": b"id\n"}
    assert returned_files(zipped(files)) == {"a.csv": b"id\n", "d/b.csv": b"id\n"}
    with pytest.raises(HandoffRefused, match="nothing"):
        returned_files(zipped({"empty.jsonl": b"\n"}))


def test_a_workbook_is_one_file() -> None:
    data = zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"})
    assert returned_files(data) == {"": data}


def test_a_bomb_is_refused_before_it_goes_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 1 << 20)
    assert len(returned_files(zipped({"a.csv": b"a" * (1 << 20)}))) == 1
    for bomb in ({"a.csv": b"a" * ((1 << 20) + 1)}, {f"{n}.csv": b"a" * (1 << 19) for n in range(3)}):
        with pytest.raises(HandoffRefused, match="more than 1 MB"):
            returned_files(zipped(bomb))


def test_too_many_files_two_of_a_name_and_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_FILES", 2)
    with pytest.raises(HandoffRefused, match="3 files"):
        returned_files(zipped({f"{n}.csv": b"a" for n in range(3)}))
    data = io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a.csv", "one")
        archive.writestr("a.csv", "two")
    with pytest.raises(HandoffRefused, match="same name"):
        returned_files(data.getvalue())
    locked = bytearray(zipped({"a.csv": b"one"}))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(HandoffRefused, match="password"):
        returned_files(bytes(locked))


def test_a_file_without_a_name_is_read_or_refused() -> None:
    nameless = zipped({"name": b"id,label\n"}).replace(b"name", b"\0ame")
    try:
        assert returned_files(nameless) == {"": b"id,label\n"}
    except HandoffRefused as refusal:  # by the Python at hand
        assert "damaged" in str(refusal)


WHOLE = zipped({"a.csv": b"id,label\n1,x\n" * 20, "b.jsonl": b'{"id": "1"}\n'})


@given(at=st.integers(0, len(WHOLE) - 1), byte=st.integers(0, 255), cut=st.booleans())
def test_a_damaged_archive_is_read_whole_or_refused(at: int, byte: int, cut: bool) -> None:
    damaged = WHOLE[:at] if cut else WHOLE[:at] + bytes([byte]) + WHOLE[at + 1 :]
    try:
        files = returned_files(damaged)
    except HandoffRefused as refusal:
        assert "\n" not in str(refusal)
    else:
        assert files
