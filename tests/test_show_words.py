"""What is said on a terminal: wrapped by words, in a column of its own."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from alcli.show import talk
from alcli.show.words import say


@pytest.mark.parametrize(
    ("terminal", "shown"),
    [
        (True, "   3  ingest   100 accepted from\n               round-001.csv\n"),
        (False, "   3  ingest   100 accepted from round-001.csv\n"),
    ],
)
def test_lines_on_a_terminal_hang_and_those_in_a_pipe_stay_whole(terminal: bool, shown: str) -> None:
    console = Console(file=io.StringIO(), width=36, highlight=False, force_terminal=terminal, soft_wrap=not terminal)
    say("   3  ingest   ", "100 accepted from round-001.csv", console)
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == shown


def test_a_refusal_breaks_between_words(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    talk("  line 2: 'x' is not a class; the classes are café, tea", hang=4)
    talk("next: alcli ingest a-path-that-is-longer.csv --skip-bad-rows")
    assert capsys.readouterr().err == (
        "  line 2: 'x' is not a class;\n    the classes are café, tea\n"
        "next: alcli ingest a-path-that-is-longer.csv --skip-bad-rows\n"
    )
