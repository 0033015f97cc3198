"""A batch goes through doccano itself: imported, annotated by two people, exported, taken in again."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from doccano_server import PACKAGES, DoccanoProject, DoccanoServer, doccano_server
from people import CLASSES, ROWS, answers, apart, ask, asking_two, contents, in_agreement, ingested
from served import installed

TEXTS = {row: {"text": text} for row, text in ROWS.items()}
SAID = [one for one in in_agreement() if not one.skipped]  # nothing can be skipped here
EXPORTS = ("JSONL", "JSON", "CSV")


@dataclass(frozen=True)
class Round:
    """A project whose batch came back: the downloads by what they are called."""

    project: Path
    files: Path

    def copied(self, folder: Path) -> Path:
        """The project as it was when the batch was out."""
        return Path(shutil.copytree(self.project, folder / "p"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DoccanoServer]:
    commands = installed(tmp_path_factory.mktemp("installed"), *PACKAGES)
    with doccano_server(commands, tmp_path_factory.mktemp("doccano")) as running:
        yield running


@pytest.fixture(scope="module")
def back(server: DoccanoServer, tmp_path_factory: pytest.TempPathFactory) -> Round:
    folder = tmp_path_factory.mktemp("round")
    project = ask(folder, "doccano", TEXTS)

    def download(there: DoccanoProject, name: str, approved: bool = False) -> None:
        for kind in EXPORTS:
            (folder / f"{name}-{kind}.zip").write_bytes(there.export(kind, approved))

    for manner, shared in (("alone", False), ("shared", True)):
        there = server.project(f"round one, {manner}", CLASSES, project / "round-001.jsonl", shared)
        number = {task["meta"]["pool_id"]: task["id"] for task in there.tasks()}
        assert number.keys() == ROWS.keys()
        for one in SAID:
            there.annotate(one.person, number[one.row], one.label, one.comment)
        download(there, manner)
        if not shared:
            download(there, f"{manner}-approved", approved=True)
        for one in apart():
            there.annotate(one.person, number[one.row], one.label, one.comment)
        download(there, f"{manner}-differing")
    return Round(project, folder)


def taken(project: Path) -> list[tuple[str, str, str]]:
    return sorted((row["id"], row.get("annotator", ""), row["label"]) for row in answers(project))


def texts(file: Path) -> Iterator[tuple[str, str]]:
    """Of every row of every file of the archive, the pool's id and the text."""
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            content = archive.read(name).decode()
            if name.endswith(".jsonl"):
                rows = [json.loads(line) for line in content.split("\n") if line]
            elif name.endswith(".json"):
                rows = json.loads(content)
            else:
                rows = list(csv.DictReader(io.StringIO(content, newline="")))
            yield from ((row["pool_id"], row["text"]) for row in rows)


@pytest.mark.parametrize("kind", EXPORTS)
@pytest.mark.parametrize("name", ["alone", "alone-approved"])
def test_every_label_arrives_once_with_who_gave_it(name: str, kind: str, back: Round, tmp_path: Path) -> None:
    project, file = back.copied(tmp_path), back.files / f"{name}-{kind}.zip"
    outcome = ingested(project, file)
    assert outcome["exit"] == 0 and not outcome["rejected"], outcome
    assert outcome["accepted"] == len(SAID)
    assert taken(project) == sorted((one.row, one.person, one.label) for one in SAID)
    said = {(one.row, one.person): one.comment for one in SAID}
    assert all(row.get("comment", "") == said[row["id"], row["annotator"]] for row in answers(project))
    again = ingested(project, file)
    assert again["step"] is None and again["unchanged"] == len(SAID)


@pytest.mark.parametrize("kind", EXPORTS)
def test_where_all_share_their_labels_each_arrives_once_and_nobody_is_named(
    kind: str, back: Round, tmp_path: Path
) -> None:
    project = back.copied(tmp_path)
    outcome = ingested(project, back.files / f"shared-{kind}.zip")
    assert outcome["exit"] == 0 and not outcome["rejected"], outcome
    assert taken(project) == sorted({(one.row, "", one.label) for one in SAID})


@pytest.mark.parametrize("kind", ["JSONL", "JSON"])
def test_texts_come_back_unchanged(kind: str, back: Round) -> None:
    returned = list(texts(back.files / f"alone-{kind}.zip"))
    assert len(returned) == 3 * len(ROWS)
    assert all(text == ROWS[row] for row, text in returned)


@pytest.mark.parametrize("kind", EXPORTS)
@pytest.mark.parametrize("manner", ["alone", "shared"])
def test_what_two_people_see_differently_is_refused_by_its_id(
    manner: str, kind: str, back: Round, tmp_path: Path
) -> None:
    project, before = back.copied(tmp_path), contents(back.project)
    file = Path(shutil.copy(back.files / f"{manner}-differing-{kind}.zip", tmp_path))
    strict = ingested(project, file)
    assert strict["exit"] == 3 and contents(project) == before
    assert {fault["id"] for fault in strict["rejected"]} == {one.row for one in apart()}
    outcome = ingested(project, file, "--skip-bad-rows")
    people = {one.person if manner == "alone" else "" for one in SAID}
    assert outcome["exit"] == 0 and {person for _, person, _ in taken(project)} == people
    assert {(row, label) for row, _, label in taken(project)} == {(one.row, one.label) for one in SAID}
    kept = []
    for name in outcome["rejected_files"]:
        with Path(name).open(encoding="utf-8-sig", newline="") as rows:
            kept += [row["id"] for row in csv.DictReader(rows)]
    assert set(kept) == {one.row for one in apart()}


@pytest.mark.parametrize("kind", EXPORTS)
def test_where_two_are_asked_they_may_differ_and_every_label_arrives_once(
    kind: str, back: Round, tmp_path: Path
) -> None:
    project, file = asking_two(back.copied(tmp_path)), back.files / f"alone-differing-{kind}.zip"
    outcome = ingested(project, file)
    assert outcome["exit"] == 0 and not outcome["rejected"], outcome
    assert taken(project) == sorted((one.row, one.person, one.label) for one in (*SAID, *apart()))
    assert outcome["conflicts"] == len({one.row for one in apart()})
    assert ingested(project, file)["step"] is None


def test_columns_that_doccano_has_itself_come_back(server: DoccanoServer, tmp_path: Path) -> None:
    names = ("data", "categories", "filename", "upload_name", "example_uuid", "#line_number", "label", "Comments")
    rows = {f"row {n}": {name: f"{name} of {n}" for name in names} for n in range(3)}
    project = ask(tmp_path, "doccano", rows)
    there = server.project("names", CLASSES, project / "round-001.jsonl", shared=False)
    tasks = there.tasks()
    for task in tasks:
        there.annotate("anna", task["id"], "billing")
    file = tmp_path / "back.zip"
    file.write_bytes(there.export("JSONL"))
    outcome = ingested(project, file)
    assert outcome["exit"] == 0 and outcome["accepted"] == len(rows) == len(tasks), outcome
    assert not any("text" in warning["reason"] for warning in outcome["warnings"])
