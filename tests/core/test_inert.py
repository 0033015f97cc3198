"""Formulas do not run, and nothing is lost by that."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alcli.core.handoff.inert import inert, restore, visible

anything = st.text(st.characters()) | st.text("'=+-@\t\r\n1.5a＝", max_size=6)


@given(anything)
def test_restore_takes_back_exactly_what_inert_did(cell: str) -> None:
    assert restore(inert(cell)) == cell
    assert restore(inert(inert(cell))) == inert(cell)


@given(anything)
def test_nothing_runs(cell: str) -> None:
    made = inert(cell)
    number = made[1:].replace(".", "", 1).isdigit()
    assert made[:1] not in tuple("=+@\t\r\n＝＋－＠") and (made[:1] != "-" or number)


@pytest.mark.parametrize(
    "formula", ["=1+1", "+49 30", "-1+1", "- item", "@SUM(1)", "\t=1", "\r=1", "-5 =cmd", "-1e5", "-1\n"]
)
def test_guarded(formula: str) -> None:
    assert inert(formula) == "'" + formula


@pytest.mark.parametrize("plain", ["", "a=1", "-3.5", "-0", "'quoted", "''", "1-1", " =1"])
def test_left_alone(plain: str) -> None:
    assert inert(plain) == plain == restore(plain)


@given(st.text(st.characters(codec=None)), st.integers(1, 40))
def test_visible_prints_on_one_line(text: str, limit: int) -> None:
    shown = visible(text, limit)
    shown.encode("utf-8")
    assert "\n" not in shown and "\x1b" not in shown and "\u202e" not in shown
    assert len(shown) <= 10 * limit


def test_visible_cuts_and_escapes() -> None:
    assert visible("x" * 100, 10) == "x" * 9 + "…"
    assert visible("a\ud83db\x07\u2028") == "a\\ud83db\\x07\\u2028"
    assert visible("שלום café 👍") == "שלום café 👍"
