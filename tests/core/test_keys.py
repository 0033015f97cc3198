"""Keys lead back to their row, and a changed one is seen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alcli.core.handoff.keys import ALPHABET, Key, key, parse

numbers = st.integers(1, 99_999)


@given(st.text(), numbers, numbers, st.text())
def test_parse_is_the_inverse(project: str, round: int, position: int, row_id: str) -> None:
    made = key(project, round, position, row_id)
    parts = parse(made)
    assert parts is not None and parts[:2] == (round, position)
    assert made == key(project, round, position, row_id)
    assert made[0] == "r" and made.isascii() and made == made.lower()


def test_shape() -> None:
    assert parse("r003-017-ab") == Key(3, 17, "ab")
    for other in (
        "",
        "ex-101",
        "r3-17-ab",
        "r003-017-ab ",
        "r003-017-a0",
        "r003-017",
        "R003-017-AB",
        "r٣٣٣-017-ab",
    ):
        assert parse(other) is None, other


def test_check_characters_hang_on_all_four() -> None:
    checks = {
        key(project, round, position, row_id)[-2:]
        for project in ("a", "b")
        for round in (1, 2)
        for position in (1, 2)
        for row_id in ("x", "y")
    }
    assert len(checks) > 12
    assert not set("il01o") & set(ALPHABET)
