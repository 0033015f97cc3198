"""Every handoff format that is found keeps the contract."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alcli import plugins
from alcli.contracts import Handoff, HandoffRefused, HandoffRow

NAMES = plugins.names("formats")
# what no file can hold: lone surrogates; what no cell is promised to keep: NUL
CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


def batch(texts: list[str], ids: list[str]) -> Handoff:
    rows = (
        HandoffRow(f"r001-{n:03d}-k7", name, (text,), "why")
        for n, (text, name) in enumerate(zip(texts, ids, strict=True), 1)
    )
    return Handoff("id", ("text",), ("a", "b"), tuple(rows))


def test_these_formats_are_found() -> None:
    assert NAMES == ["csv", "jsonl"]


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=60)
@given(texts=st.lists(CELLS, min_size=1, max_size=6))
def test_what_goes_out_comes_back_whole(name: str, texts: list[str]) -> None:
    form = plugins.load("formats", name)
    ids = [f"{n}E5" for n in range(len(texts))]
    out = batch(texts, ids)
    text = form.write(out)
    assert text == form.write(out), "byte for byte the same"
    assert form.recognises(text)
    back = form.read(text, "id", ["text"])
    assert not back.refused
    assert [(row.key, row.id, row.shown["text"]) for row in back.rows] == [
        (row.key, row.id, row.shown[0]) for row in out.rows
    ]
    assert all(not (row.label or "").strip() for row in back.rows), "nothing is labelled yet"


@pytest.mark.parametrize("name", NAMES)
def test_only_one_format_recognises_a_file(name: str) -> None:
    text = plugins.load("formats", name).write(batch(["some words"], ["7"]))
    assert [other for other in NAMES if plugins.load("formats", other).recognises(text)] == [name]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ["", "\n", "no table at all", "{", "[1, 2"])
def test_what_is_not_understood_is_refused_with_a_sentence(name: str, text: str) -> None:
    with pytest.raises(HandoffRefused) as refusal:
        plugins.load("formats", name).read(text, "id", ["text"])
    assert len(str(refusal.value)) > 10
