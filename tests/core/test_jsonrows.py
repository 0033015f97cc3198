"""JSON to rows: quick where nothing is odd, and as strict as the standard library where something is."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any, TypeAlias

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from alcli.contracts import HandoffRefused
from alcli.core.handoff.jsonrows import Repeated, common_member, first, rows
from alcli.core.handoff.values import NotANumber

Pairs: TypeAlias = tuple[tuple[str, Any], ...]

NAMES = st.sampled_from(["a", "b", "a:b", 'a"b', "é", "\\u003a"])
TEXTS = st.sampled_from(["", ":", '":', "\\", "\\u003a", "é", "🙂", "\n", "\u2028"]) | st.text(max_size=5)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.lists(st.tuples(NAMES, inner), max_size=3).map(tuple),
    max_leaves=8,
)
OBJECTS = st.lists(st.tuples(NAMES, VALUES), max_size=4).map(tuple)


def written(value: Any, spaced: bool, escaped: bool) -> str:
    """JSON of a value whose objects are pairs, as programs write it and as none does."""
    if isinstance(value, tuple):
        between, colon = (" , ", " : ") if spaced else (",", ":")
        parts = (written(name, spaced, escaped) + colon + written(said, spaced, escaped) for name, said in value)
        return "{" + between.join(parts) + "}"
    if isinstance(value, list):
        return "[" + ",".join(written(one, spaced, escaped) for one in value) + "]"
    text = json.dumps(value, ensure_ascii=spaced)
    return text.replace(":", "\\u003A" if spaced else "\\u003a") if escaped else text


def meant(value: Any) -> Any:
    """What `rows` makes of it, with the type of every object."""
    if isinstance(value, tuple):
        kind = Repeated if len({name for name, _ in value}) < len(value) else dict
        return kind, {name: meant(said) for name, said in value}
    return [meant(one) for one in value] if isinstance(value, list) else value


def found(value: Any) -> Any:
    if isinstance(value, dict):
        return type(value), {name: found(said) for name, said in value.items()}
    return [found(one) for one in value] if isinstance(value, list) else value


@given(objects=st.lists(OBJECTS, min_size=1, max_size=4), spaced=st.booleans(), escaped=st.booleans())
@example(objects=[(("a", 1), ("a", 2))], spaced=True, escaped=True)
@example(objects=[(("a", 1), ("b", (("a", ":"), ("a", ":"))))], spaced=False, escaped=True)
@example(objects=[(("a", "a"), ("a", "a:b"))], spaced=False, escaped=True)
@example(objects=[(("a", 10**30), ("b", 1e300))], spaced=False, escaped=False)
def test_every_value_is_read_and_every_name_that_stands_twice_is_told(
    objects: list[Pairs], spaced: bool, escaped: bool
) -> None:
    lines = [written(one, spaced, escaped) for one in objects]
    expected = [(number, meant(one)) for number, one in enumerate(objects, 1)]
    for content in ("\n".join(lines), "\ufeff" + "\r\n".join(lines) + "\n"):
        for form in (content, content.encode()):
            assert [(line, found(value)) for line, value in rows(form)] == expected
    array = "\ufeff [\n" + ",\n".join(lines) + "]\n"
    for form in (array, array.encode()):
        assert [(line - 1, found(value)) for line, value in rows(form)] == expected
    assert found(first(array)) == expected[0][1]


def test_what_is_no_json_but_written_by_programs_is_harmless() -> None:
    for text in ('[{"a": NaN, "b": "x"},\n{"a": Infinity}]', '{"a": NaN, "b": "x"}\n{"a": -Infinity}'):
        (_, one), (line, other) = rows(text)
        assert isinstance(one["a"], NotANumber) and one["b"] == "x"
        assert isinstance(other["a"], NotANumber) and line == 2
    assert list(rows('{"a": 1e400}')) == [(1, {"a": float("inf")})]
    assert list(rows(b'[{"a": "\\ud800"}]')) == [(1, {"a": "\ud800"})]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1}\n{"a": "x', "line 2 is not JSON: a text in it has no closing quote; the file may be cut short"),
        ('[{"a": 1},\n{"a": 2}', "line 2 is not JSON: a comma or ] is missing after the object"),
        ('[{"a": 1}\n{"a": 2}]', "line 2 is not JSON: a comma or ] is missing after the object"),
        ('[{"a": 1},\n\n{"a": 2},]', "line 3 is not JSON: there is a trailing comma"),
        ('[\n{"a": 1,}]', "line 2 is not JSON: there is a trailing comma"),
        ('[{"a": 1}]\n{"a": 2}]', "line 2 is not JSON: something follows the object"),
        ('[{"a": 1}\n]\n\nx', "line 4 is not JSON: something follows the array, which must stand alone"),
        ('{"a": 1} {"a": 2}', "line 1 is not JSON: something follows the object, which must stand alone"),
        ('{"a": 1} // so', "line 1 is not JSON: something follows the object"),
        ('{"a": "\t"}', "line 1 is not JSON: invalid control character"),
        ("[" * 200_000, "line 1 is nested too deeply"),
        ('{"a": ' + "9" * 5000 + "}", "line 1 holds a number too long"),
    ],
)
def test_a_fault_is_told_with_its_line(text: str, said: str) -> None:
    for content in (text, text.encode()):
        with pytest.raises(HandoffRefused) as refusal:
            list(rows(content))
        assert said in str(refusal.value)


def test_an_array_on_a_line_that_others_follow_is_a_row_like_them() -> None:
    assert list(rows('[1]\n{"a": 1}')) == [(1, [1]), (2, {"a": 1})]
    assert list(rows("[1]\n \n")) == [(1, 1)]


def test_the_first_object_is_found_however_large_and_whatever_follows() -> None:
    large = {"text": "é" * 100_000, "a": 1}
    for tail in ("", ",", ", {"):
        assert first("[" + json.dumps(large, ensure_ascii=False) + tail) == large
    assert first('{"a": 1}\nno JSON') == {"a": 1}
    assert first("id,text") == first("[]") == first('["a"]') == first('[{"a": "x') == {}


def test_a_member_of_every_line_is_found_and_left_out() -> None:
    options = '"options": [{"id": "é", "text": "\\"options\\": [{}],"}] , '
    line = '{"text": "\\"options\\": [{", ' + options + '"accept": ["é"]}'
    member = common_member(line, "options")
    assert member.decode() == options
    assert list(rows(line, member)) == [(1, {"text": '"options": [{', "accept": ["é"]})]
    assert common_member('{"options": [1], "a": 2}', "options") == common_member('{"options": [{}]}', "options") == b""


def test_one_emoji_does_not_make_a_large_file_four_times_as_large() -> None:
    for begin, between, end in (("[", ", ", "]"), ("", "\n", "\n")):
        data = (begin + between.join(['{"text": "' + "x" * 1000 + '🙂"}'] * 4000) + end).encode()
        tracemalloc.start()
        try:
            assert sum(1 for _ in rows(data)) == 4000
            assert tracemalloc.get_traced_memory()[1] < len(data) / 2
        finally:
            tracemalloc.stop()
