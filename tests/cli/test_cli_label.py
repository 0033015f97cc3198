"""`alcli label`: a handoff file labelled in the terminal, key by key."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from campaign import CLASSES, alcli, make_project, specify, succeed, truth

from alcli.campaign.handoff.desk import Desk
from alcli.commands.label import Outcome, label
from alcli.core.handoff.worksheet import Worksheet
from alcli.errors import DataError
from alcli.project.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose first batch, of four rows, is out."""
    project = make_project(tmp_path)
    specify(project, "labels.classes", json.dumps(CLASSES))
    succeed("-C", project, "select", "-n", "4")
    return project


def sit(project: Path, *keys: str, then: Callable[[Any], None] = lambda app: None) -> Outcome:
    """Ana sits down at the file of round 1 and types."""
    pytest.importorskip("textual", reason="the extra alcli[label] is not installed")
    from alcli.show.desk import Labelling

    async def typing(app: Any) -> None:
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.press(*keys)
            await pilot.pause()
            then(app)

    def at(desk: Desk) -> None:
        app = Labelling(desk)
        asyncio.run(typing(app))
        if app.fault:
            raise app.fault

    return label(project, project / "round-001.csv", annotator="Ana", sit=at)


def sheet(project: Path) -> Worksheet:
    """What stands in the file."""
    return Worksheet((project / "round-001.csv").read_text("utf-8-sig"), "id", ("text",))


def labels(project: Path) -> list[str]:
    """The labels that stand in the file."""
    return [answer.label for answer in sheet(project).answers]


def test_labelled_key_by_key_and_taken_in(project: Path) -> None:
    keys = [str(CLASSES.index(truth(name)) + 1) for name in sheet(project).names]
    outcome = sit(project, *keys)
    assert (outcome.rows, outcome.labelled, outcome.given) == (4, 4, 4)
    assert outcome.next == f"alcli ingest {project / 'round-001.csv'}"
    told = json.loads(succeed("-C", project, "ingest", project / "round-001.csv", "--json").stdout)
    assert (told["accepted"], told["warnings"]) == (4, [])
    step = max((project / ".alcli" / "steps").iterdir())
    answers = [json.loads(line) for line in (step / "answers.jsonl").read_text().splitlines()]
    assert {answer["annotator"] for answer in answers} == {"Ana"}
    assert all(answer["label"] == truth(answer["id"]) for answer in answers)


def test_undo_skip_comment_and_going_back(project: Path) -> None:
    sit(project, "1", "2", "u", "c", *"hmm", "enter", "3", "s", *"odd", "enter", "left", "left", "left", "2")
    answers = sheet(project).answers
    assert [(answer.label, answer.comment) for answer in answers] == [
        (CLASSES[1], ""),
        (CLASSES[2], "hmm"),
        ("?", "odd"),
        ("", ""),
    ]


def test_the_next_sitting_goes_on_where_the_last_one_ended(project: Path) -> None:
    assert sit(project, "1", "1").next == f"alcli label {project / 'round-001.csv'}"
    sit(project, "2", then=lambda app: app.query_one("#head"))
    assert labels(project) == [CLASSES[0], CLASSES[0], CLASSES[1], ""]


def test_a_comment_on_an_answered_row_is_kept_at_once(project: Path) -> None:
    sit(project, "1", "left", "c", *"late", "enter")
    assert [answer.comment for answer in sheet(project).answers] == ["late", "", "", ""]
    assert labels(project) == [CLASSES[0], "", "", ""]


def test_many_labels_are_found_by_typing(project: Path) -> None:
    many = [*CLASSES, *(f"topic {n}" for n in range(20))]
    specify(project, "labels.classes", json.dumps(many))
    sit(project, *"deli", "enter", *"topic", "space", *"1", "down", "enter", "escape", "s", "enter", *"zzz", "enter")
    assert labels(project) == ["delivery", "topic 10", "?", ""]


def test_without_classes_a_label_is_typed(project: Path) -> None:
    specify(project, "labels.classes", "[]")
    sit(project, *"Lost", "enter", *"lost", "enter", *"los", "enter", *"lo", "down", "enter")
    assert labels(project) == ["Lost", "Lost", "los", "Lost"]


def test_a_text_is_no_markup_and_no_control(project: Path) -> None:
    file = project / "round-001.csv"
    name, *_ = sheet(project).names
    lines = file.read_text().splitlines()
    lines[1] = lines[1].replace(f'"{name}","', f'"{name}","[red]a[/red] \x1b[31m\u202eb ')
    file.write_text("\n".join(lines) + "\n")
    said: list[str] = []
    sit(project, then=lambda app: said.append(str(app.query_one("#text").render())))
    assert r"[red]a[/red] \x1b[31m\u202eb " in said[0]


def test_a_file_changed_meanwhile_is_not_written_over(project: Path) -> None:
    file = project / "round-001.csv"
    desk = Desk.of(file, Project.open(project), "Ana")
    desk.answer(0, CLASSES[0], "", 1.0)
    changed = file.read_text().replace(CLASSES[0], CLASSES[1])
    file.write_text(changed)
    with pytest.raises(DataError, match="changed by another program"):
        desk.answer(1, CLASSES[0], "", 1.0)
    assert file.read_text() == changed


def test_what_cannot_be_labelled_here_is_refused(project: Path) -> None:
    result = alcli("-C", project, "label", project / "round-001.csv")
    assert result.exit_code == 2, "there is no terminal in a test"
    assert "label wants a terminal" in result.stderr
    with pytest.raises(DataError, match=r"alcli\.toml: line 2"):
        label(project, project / "alcli.toml", annotator="Ana", sit=lambda desk: None)
