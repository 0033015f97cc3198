"""JSONL goes out as strings and comes in strictly: a label is text or it is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alcli.contracts import Handoff, HandoffRefused, HandoffRow, Returned
from alcli.formats.jsonl import Jsonl

text = st.text(st.characters(exclude_categories=["Cs"]))
awkward = text | st.sampled_from(["=1+1", "a\rb", "\u2028", "\x85", "\0", "label", "NaN", "\ufeff", " "])


@st.composite
def handoffs(draw: st.DrawFn) -> Handoff:
    columns = draw(st.lists(awkward, min_size=1, max_size=4, unique=True))
    rows = draw(st.lists(st.tuples(awkward, st.tuples(*[awkward] * len(columns)), awkward), min_size=1, max_size=5))
    id_column = draw(awkward.filter(lambda name: name not in columns))
    made = (HandoffRow(f"r001-{n:03}-ab", row_id, shown, why) for n, (row_id, shown, why) in enumerate(rows, 1))
    return Handoff(id_column, tuple(columns), (), tuple(made))


def read(content: str) -> Returned:
    return Jsonl().read(content, "id", ("text",))


def lines(*objects: Any) -> Returned:
    return read("\n".join(json.dumps(value) for value in objects))


def refusal(content: str) -> str:
    with pytest.raises(HandoffRefused) as caught:
        read(content)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@given(handoffs())
def test_what_goes_out_comes_back(handoff: Handoff) -> None:
    written = Jsonl().write(handoff)
    assert len(written.splitlines()) == len(handoff.rows)
    assert all(isinstance(cell, str) for line in written.splitlines() for cell in json.loads(line).values())
    returned = Jsonl().read(written, handoff.id_column, handoff.shown_columns)
    assert not returned.refused and not returned.warnings
    for sent, back in zip(handoff.rows, returned.rows, strict=True):
        assert (back.key, back.id, back.label, back.comment) == (sent.key, sent.id, "", "")
        assert tuple(back.shown[column] for column in handoff.shown_columns) == sent.shown


@pytest.mark.parametrize(
    ("label", "read_as"),
    [("x", "x"), ("", ""), (None, ""), ([], ""), (["x"], "x"), (["x", "x"], "x"), (" x ", " x ")],
)
def test_labels(label: Any, read_as: str) -> None:
    assert lines({"id": "1", "label": label}).rows[0].label == read_as


@pytest.mark.parametrize(
    "label",
    [1, 0.5, True, {"choices": ["x"]}, ["x", "y"], [1], [["x"]], [None], float("nan"), "pos\ud83ditive"],
)
def test_what_is_no_label_is_refused_alone(label: Any) -> None:
    returned = lines({"id": "1", "label": label}, {"id": "2", "label": "y"})
    assert [row.id for row in returned.rows] == ["2"]
    assert returned.refused[0].line == 1 and returned.refused[0].id == "1"
    assert returned.refused[0].reason.isprintable()


def test_the_time_taken() -> None:
    objects = [{"id": "1", "label": "x", "seconds": took} for took in (7, "3.5", None, "", "soon", -1)]
    returned = lines(*objects)
    assert [row.seconds for row in returned.rows] == [7, 3.5, None, None, None, None]
    assert "in 2 rows" in returned.warnings[0].reason


def test_an_absent_label_is_blank() -> None:
    assert [row.label for row in lines({"id": "1", "text": "a"}, {"id": "2", "label": "y"}).rows] == ["", "y"]


def test_duplicate_keys_are_refused() -> None:
    returned = read('{"id": "1", "label": "x", "label": "y"}\n{"id": "2", "label": "x"}')
    assert len(returned.rows) == 1 and "'label'" in returned.refused[0].reason


def test_an_array_and_its_lines() -> None:
    returned = read('[\n{"id": "1", "label": "x"},\n\n{"id": "2",\n "label": 3},\n{"id": "3", "label": "y"}]\n')
    assert [(row.line, row.id) for row in returned.rows] == [(2, "1"), (6, "3")]
    assert returned.refused[0].line == 4


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[{"id": "1", "label": "x"}] {"id": "2", "label": "y"}', "line 1 is not JSON: something follows the array"),
        (
            '[\n{"id": "1", "label": "x"}\n]\n\n{"id": "2", "label": "y"}',
            "line 5 is not JSON: something follows the array",
        ),
        (
            '[{"id": "1", "label": "x"}\n]\n[{"id": "2", "label": "y"}]',
            "line 3 is not JSON: something follows the array",
        ),
        ('[{"id": "1", "label": "x"}]]\n', "line 1 is not JSON: something follows the array"),
        ('[\n]\n{"id": "2", "label": "y"}', "line 3 is not JSON: something follows the array"),
    ],
)
def test_what_follows_an_array_is_never_passed_over(content: str, said: str) -> None:
    assert said in refusal(content)


def test_space_may_follow_an_array() -> None:
    assert len(read('[{"id": "1", "label": "x"}] \r\n\t\n').rows) == 1


def test_an_array_in_a_line_of_its_own_is_one_of_the_rows() -> None:
    returned = read('[{"id": "1", "label": "x"}]\n{"id": "2", "label": "y"}\n')
    assert [row.id for row in returned.rows] == ["2"] and "a list" in returned.refused[0].reason


def test_only_a_line_feed_ends_a_line() -> None:
    returned = read('{"id": "1", "text": "a\u2028b\x85c", "label": "x"}\r\n{"id": "2", "label": "y"}')
    assert len(returned.rows) == 2 and returned.rows[0].shown == {"text": "a\u2028b\x85c"}


def test_rows_that_are_no_objects() -> None:
    returned = lines(["1", "x"], "2", {"id": "3", "label": "z"})
    assert [remark.line for remark in returned.refused] == [1, 2] and len(returned.rows) == 1


def test_nan_nobody_reads_is_only_said() -> None:
    returned = read('{"id": "1", "label": "x", "score": NaN}\n')
    assert len(returned.rows) == 1 and "NaN" in returned.warnings[0].reason


def test_numbers_as_ids() -> None:
    returned = lines({"id": 7, "label": "x"}, {"id": 7.0, "label": "x"}, {"id": True, "label": "x"})
    assert [row.id for row in returned.rows] == ["7"] and len(returned.refused) == 2 and returned.warnings
    beside_a_key = lines({"alcli_id": "r001-001-ab", "id": 41, "label": "x", "annotator": 2})
    assert beside_a_key.rows[0].id == "41" and beside_a_key.rows[0].annotator == "2" and not beside_a_key.warnings


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("42", "no JSON object"),
        ("[]", "no JSON object"),
        ('["1", "x"]', "no JSON object"),
        ('{"1": "x", "2": "y"}', "no column 'label'; the columns are 1, 2"),
        ('{"data": {"id": "1"}, "annotation": {"label": "x"}}', "no column 'label'"),
        ('{"text": "a", "label": "x"}', "neither a column 'alcli_id' nor 'id'"),
        ('// by anna\n{"id": "1", "label": "x"}', "line 1 is not JSON: comments"),
        ('{"id": "1", "label": "x",}', "line 1 is not JSON: there is a trailing comma"),
        ('[\n{"id": "1", "label": "x"},\n]', "line 3 is not JSON: there is a trailing comma"),
        ('[{"id": "1", "label": "x"}\n{"id": "2"}]', "line 2 is not JSON: a comma or ]"),
        ('[{"id": "1", "label": "x"}', "is not JSON"),
        ('{"id": "1", "label": "x"}\n{"id": "2", "la', "line 2 is not JSON: a text in it has no closing quote"),
        ('{"id": "1", "label": "x"} {"id": "2", "label": "x"}', "something follows"),
        ('{"id": "1",\n"label": "x"}', "line 1 is not JSON"),
        ('{"id": "1", "x": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deeply"),
        ("[" * 100_000, "nested too deeply"),
        ('{"id": "1", "x": ' + "9" * 5_000 + "}", "too long"),
        ('[{"id": 1, "data": {"text": "a"}, "annotations": [], "label": "x"}]', "Label Studio"),
    ],
)
def test_a_file_that_is_not_understood_is_refused(content: str, said: str) -> None:
    assert said in refusal(content)


@pytest.mark.parametrize("answer", ["reject", "ignore"])
def test_what_somebody_rejected_is_never_a_label(answer: str) -> None:
    returned = lines({"id": "1", "label": "x", "answer": answer}, {"id": "2", "label": "y", "answer": "accept"})
    assert [row.label for row in returned.rows] == ["y"] and "prodigy" in returned.refused[0].reason


def test_a_pool_column_called_answer_is_no_prodigy() -> None:
    returned = Jsonl().read('{"id": "1", "answer": "reject", "label": "x"}', "id", ("answer",))
    assert returned.rows[0].label == "x"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "label", "text", "x"]), inner),
)


@given(st.lists(values, max_size=4), st.booleans())
def test_any_json_is_read_or_refused(found: list[Any], as_array: bool) -> None:
    content = json.dumps(found) if as_array else "\n".join(json.dumps(value) for value in found)
    try:
        returned = read(content)
    except HandoffRefused as refused:
        assert "\n" not in str(refused)
    else:
        assert all(isinstance(row.label, str) for row in returned.rows)


@given(st.text(st.sampled_from('{}[]",:\\ \n\t1eE-+.naNIt/*#') | st.characters(codec="utf-8")))
def test_any_text_is_read_or_refused(content: str) -> None:
    try:
        read(content)
    except HandoffRefused as refused:
        assert "\n" not in str(refused)


def test_recognises() -> None:
    assert Jsonl().recognises('\ufeff\n {"id": 1}') and Jsonl().recognises("[]")
    assert not Jsonl().recognises("id,label\n")
