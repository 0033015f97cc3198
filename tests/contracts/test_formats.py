"""Every handoff format that is found keeps the contract."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alcli import plugins
from alcli.contracts import Handoff, HandoffRefused, HandoffRow
from alcli.core.handoff.keys import key

NAMES = plugins.names("formats")
ONE_WAY = ["html"]  # what comes back is a CSV
TWO_WAYS = [name for name in NAMES if name not in ONE_WAY]
# what no file can hold: lone surrogates; what no cell is promised to keep: NUL, and what XML cannot hold
CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff"), max_size=40)


@pytest.fixture(autouse=True)
def with_its_packages(request: pytest.FixtureRequest) -> None:
    if "name" in request.fixturenames and request.getfixturevalue("name") == "xlsx":
        pytest.importorskip("xlsxwriter", reason="the extra alcli[xlsx] is not installed")
        pytest.importorskip("python_calamine", reason="the extra alcli[xlsx] is not installed")


def batch(texts: list[str], ids: list[str]) -> Handoff:
    rows = (
        HandoffRow(key("p", 1, n, name), name, (text,))
        for n, (text, name) in enumerate(zip(texts, ids, strict=True), 1)
    )
    return Handoff("id", ("text",), ("a", "b"), tuple(rows))


@pytest.mark.parametrize("name", TWO_WAYS)
@settings(deadline=None, max_examples=40)
@given(texts=st.lists(CELLS, min_size=1, max_size=6))
def test_what_goes_out_comes_back_whole(name: str, texts: list[str]) -> None:
    form = plugins.load("formats", name)
    ids = [f"{n}E5" for n in range(len(texts))]
    out = batch(texts, ids)
    content = form.write(out)
    assert content == form.write(out), "byte for byte the same"
    assert isinstance(content, bytes) == getattr(form, "binary", False)
    assert form.recognises(content)
    back = form.read(content, "id", ["text"])
    if getattr(form, "utf8", False):
        assert form.recognises(content.encode()) and form.read(content.encode(), "id", ["text"]) == back
    assert not back.refused
    assert [row.key for row in back.rows] == [row.key for row in out.rows]
    assert all(row.id in (None, sent.id) for row, sent in zip(back.rows, out.rows, strict=True))
    texts_back = [row.shown.get("text", text) for row, text in zip(back.rows, texts, strict=True)]
    assert [text or " " for text in texts_back] == [text or " " for text in texts]  # doccano imports no empty text
    assert not any((row.label or "").strip() or row.skipped for row in back.rows), "nothing is labelled yet"


@pytest.mark.parametrize("name", NAMES)
def test_only_plain_formats_recognise_the_files_of_another(name: str) -> None:
    content = plugins.load("formats", name).write(batch(["some words"], ["7"]))
    forms = {other: plugins.load("formats", other) for other in TWO_WAYS}
    fitting = {
        other: form for other, form in forms.items() if getattr(form, "binary", False) == isinstance(content, bytes)
    }
    sure = [other for other, form in fitting.items() if not getattr(form, "plain", False) and form.recognises(content)]
    assert sure == ([] if name in ("csv", "jsonl", "html") else [name])
    assert forms["csv"].plain and forms["jsonl"].plain


@pytest.mark.parametrize("name", TWO_WAYS)
@pytest.mark.parametrize(
    "text", ["", "\n", "no table at all", "{", "[1, 2", "[" * 100_000, '{"data": ' * 50_000, "[[]]"]
)
def test_what_is_not_understood_is_refused_with_a_sentence(name: str, text: str) -> None:
    form = plugins.load("formats", name)
    with pytest.raises(HandoffRefused) as refusal:
        back = form.read(text.encode() if getattr(form, "binary", False) else text, "id", ["text"])
        raise HandoffRefused("; ".join(remark.reason for remark in back.refused if not back.rows))
    assert len(str(refusal.value)) > 10 and "\n" not in str(refusal.value)


NAMED_BY_TOOLS = [
    *("id", "label", "text", "data", "annotations", "result", "value", "choices", "completed_by", "from_name"),
    *("meta", "answer", "accept", "alcli_id", "source", "job", "job-metadata", "type", "class-name"),
    *("fields", "responses", "status", "label.responses", "label.responses.status", "label.responses.users"),
    *("instance_id", "labels"),
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(NAMED_BY_TOOLS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("name", [name for name in TWO_WAYS if name != "xlsx"])
@settings(deadline=None, max_examples=80)
@given(found=st.lists(VALUES, max_size=4), as_array=st.booleans())
def test_any_json_is_read_or_refused(name: str, found: list[object], as_array: bool) -> None:
    text = json.dumps(found) if as_array else "\n".join(json.dumps(value) for value in found)
    form = plugins.load("formats", name)
    content = text.encode() if getattr(form, "utf8", False) else text
    form.recognises(content)
    try:
        back = form.read(content, "id", ("text",))
    except HandoffRefused as refused:
        assert "\n" not in str(refused)
    else:
        assert all(isinstance(row.label, str | None) for row in back.rows)


@pytest.mark.parametrize("name", TWO_WAYS)
@settings(deadline=None, max_examples=60)
@given(content=st.text(st.characters(codec="utf-8") | st.sampled_from(',;\t"\r\n{}[]:'), max_size=60))
def test_any_text_is_read_or_refused(name: str, content: str) -> None:
    form = plugins.load("formats", name)
    given = content.encode() if getattr(form, "binary", False) else content
    form.recognises(given)
    try:
        form.read(given, "id", ("text",))
    except HandoffRefused as refused:
        assert "\n" not in str(refused)
