"""Texts that spreadsheets re-saved are told from edited ones; most pairs were seen in real round trips."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alcli.core.handoff.inert import inert
from alcli.core.handoff.sameness import Sameness, same_text, sameness, torn_apart


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ("café", "cafe\u0301", "SAME"),
        ("a\r\nb", "a\nb", "SAME"),
        ("a\rb", "a\nb", "SAME"),
        ("  outer ", "outer", "SAME"),
        ("a\tb\tc", "abc", "SAME"),
        ("=1+1", "'=1+1", "SAME"),
        ("00123", "123", "SAME"),
        ("1E5", "100000", "SAME"),
        ("1E5", "1,00E+05", "SAME"),
        ("3,10", "3,1", "SAME"),
        ("1,234,567", "1234567", "SAME"),
        ("1.234,5", "1234.5", "SAME"),
        ("5%", "5.00%", "SAME"),
        ("5%", "0.05", "SAME"),
        ("$7", "$7.00", "SAME"),
        ("(5)", "-5", "SAME"),
        (".5", "0.5", "SAME"),
        ("12345678901234567890", "1.23456789012346E+019", "SAME"),
        ("café – naïve 👍", "café – naïve ?", "WORN"),
        ("cafe\u0301 vs café", "cafe? vs café", "WORN"),
        ("x" * 40_000, "x" * 32_767, "WORN"),
        ("=1+1", "2", "ALTERED"),
        ("=1+1 is how", "Err:509", "ALTERED"),
        ("@user thanks", "#NAME?", "ALTERED"),
        ("some text", "#REF!", "ALTERED"),
        ("2024-01-02", "2024/01/02", "ALTERED"),
        ("1/2", "01/02/26", "ALTERED"),
        ("שלום", "????", "ALTERED"),
        ("An ordinary sentence.", "An ordinarry sentence.", "EDITED"),
        ("good", "not good", "EDITED"),
        ("1.10", "110", "EDITED"),
        ("11", "1.1", "EDITED"),
        ("room 7", "room 8", "EDITED"),
    ],
)
def test_same_text(ours: str, theirs: str, expected: str) -> None:
    assert same_text(ours, theirs).name == expected


@given(st.text())
def test_a_text_is_itself_guarded_or_not(text: str) -> None:
    assert same_text(text, text) is Sameness.SAME
    assert same_text(text, inert(text)) is Sameness.SAME


def test_the_worst_column_counts_and_blank_ones_say_nothing() -> None:
    ours = {"subject": "hello", "body": "world"}
    assert sameness(ours, {"subject": "hello", "body": "word"}) is Sameness.EDITED
    assert sameness(ours, {"subject": "hello", "body": " "}) is Sameness.SAME
    assert sameness(ours, {"subject": "", "other": "x"}) is None


def test_torn_apart_at_a_delimiter() -> None:
    assert torn_apart("yes, negative", "yes")
    assert torn_apart("a; b", "a")
    assert not torn_apart("yes, negative", "yes, negative")
    assert not torn_apart("yes, negative", "ye")
    assert not torn_apart("yes", "")
