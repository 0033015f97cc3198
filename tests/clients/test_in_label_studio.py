"""A batch goes through Label Studio itself: imported, annotated by two people, exported, taken in again."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from label_studio_server import PACKAGES, LabelStudioServer, label_studio_server
from people import ROWS, Said, answers, apart, ask, asking_two, contents, in_agreement, ingested
from served import installed

EXPORTS = {"JSON": ".json", "JSON_MIN": ".json", "CSV": ".csv", "TSV": ".tsv"}
# Of the second column the interface could show a part only, and no file with the first could be imported.
TEXTS = {row: {"subject.line": f"On {row}", "Text (größer)": text} for row, text in ROWS.items()}


@dataclass(frozen=True)
class Round:
    """A project whose batch came back: exports before and after the two differed; and who is who in them."""

    project: Path
    agreed: dict[str, Path]
    differing: dict[str, Path]
    called: dict[str, str]

    def copied(self, folder: Path) -> Path:
        """The project as it was when the batch was out."""
        return Path(shutil.copytree(self.project, folder / "p"))

    def expected(self, skips: bool) -> list[tuple[str, str, str | None]]:
        """Row, annotator and label of everything that nobody contradicts."""
        said = [one for one in in_agreement() if skips or not one.skipped]
        return sorted(((one.row, self.called[one.person], one.label or None) for one in said), key=repr)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabelStudioServer]:
    commands = installed(tmp_path_factory.mktemp("installed"), *PACKAGES)
    with label_studio_server(commands, tmp_path_factory.mktemp("label-studio")) as running:
        yield running


@pytest.fixture(scope="module")
def back(server: LabelStudioServer, tmp_path_factory: pytest.TempPathFactory) -> Round:
    folder = tmp_path_factory.mktemp("round")
    project = ask(folder, "label-studio", TEXTS)
    interface = (project / "round-001.xml").read_text(encoding="utf-8")
    there = server.project("round one", interface, project / "round-001.json")
    number = {task["data"]["pool_id"]: task["id"] for task in there.tasks()}
    assert number.keys() == ROWS.keys()

    def submit(said: list[Said]) -> None:
        for one in said:
            there.annotate(one.person, number[one.row], one.label, one.comment, one.skipped)

    def download(name: str) -> dict[str, Path]:
        files = {kind: folder / f"{name}-{kind}{suffix}" for kind, suffix in EXPORTS.items()}
        for kind, file in files.items():
            file.write_bytes(there.export(kind))
        return files

    submit(in_agreement())
    agreed = download("agreed")
    submit(apart())
    return Round(project, agreed, download("differing"), dict(server.numbers))


def taken(project: Path) -> list[tuple[str, str, str | None]]:
    return sorted(((row["id"], row["annotator"], row.get("label")) for row in answers(project)), key=repr)


def texts(kind: str, file: Path) -> list[tuple[str, list[str]]]:
    """Of every row of an export, the pool's id and the texts, as the file holds them."""
    content = file.read_bytes().decode()
    if EXPORTS[kind] == ".json":
        rows = [row.get("data", row) for row in json.loads(content)]
    else:
        delimiter = "\t" if kind == "TSV" else ","
        rows = list(csv.DictReader(io.StringIO(content, newline=""), delimiter=delimiter))
    return [(row["pool_id"], [row["subject_line"], row["Text__gr__er_"]]) for row in rows]


@pytest.mark.parametrize("kind", EXPORTS)
def test_every_answer_arrives_once_with_its_annotator(kind: str, back: Round, tmp_path: Path) -> None:
    project = back.copied(tmp_path)
    outcome = ingested(project, back.agreed[kind])
    skips = kind == "JSON"  # the others leave skipped tasks out
    assert outcome["exit"] == 0 and not outcome["rejected"], outcome
    assert taken(project) == back.expected(skips)
    assert outcome["accepted"] + outcome["skipped"] == len(back.expected(skips))
    said = {(one.row, back.called[one.person]): one.comment for one in in_agreement()}
    assert all(row.get("comment", "") == said[row["id"], row["annotator"]] for row in answers(project))
    assert {row["seconds"] for row in answers(project)} == {2.5}
    again = ingested(project, back.agreed[kind])
    assert again["step"] is None and again["unchanged"] == len(back.expected(skips))


@pytest.mark.parametrize("kind", EXPORTS)
def test_texts_come_back_unchanged(kind: str, back: Round) -> None:
    returned = texts(kind, back.agreed[kind])
    assert len(returned) >= len(ROWS)
    for row, shown in returned:
        assert shown == list(TEXTS[row].values())


def test_the_exports_say_the_same(back: Round, tmp_path: Path) -> None:
    project = back.copied(tmp_path)
    ingested(project, back.agreed["JSON"])
    for kind in ("JSON_MIN", "CSV", "TSV"):
        outcome = ingested(project, back.agreed[kind])
        assert outcome["exit"] == 0 and outcome["step"] is None, kind


@pytest.mark.parametrize("kind", EXPORTS)
def test_what_two_people_see_differently_is_refused_and_kept_to_be_settled(
    kind: str, back: Round, tmp_path: Path
) -> None:
    project, before = back.copied(tmp_path), contents(back.project)
    file = Path(shutil.copy(back.differing[kind], tmp_path))
    strict = ingested(project, file)
    assert strict["exit"] == 3 and contents(project) == before
    assert sorted(fault["id"] for fault in strict["rejected"]) == sorted(one.row for one in apart())
    outcome = ingested(project, file, "--skip-bad-rows")
    assert outcome["exit"] == 0 and taken(project) == back.expected(skips=kind == "JSON")
    with Path(outcome["rejected_files"][0]).open(encoding="utf-8-sig", newline="") as kept:
        rows = {(row["id"], row["annotator"], row["label"]) for row in csv.DictReader(kept)}
    assert rows == {(one.row, back.called[one.person], one.label) for one in apart()}


@pytest.mark.parametrize("kind", EXPORTS)
def test_where_two_are_asked_they_may_differ_and_every_answer_arrives_once(
    kind: str, back: Round, tmp_path: Path
) -> None:
    project = asking_two(back.copied(tmp_path))
    outcome = ingested(project, back.differing[kind])
    assert outcome["exit"] == 0 and not outcome["rejected"], outcome
    differing = [(one.row, back.called[one.person], one.label) for one in apart()]
    assert taken(project) == sorted([*back.expected(skips=kind == "JSON"), *differing], key=repr)
    assert outcome["conflicts"] == len({row for row, _, _ in differing})
    assert ingested(project, back.differing[kind])["step"] is None


def test_the_interface_shows_every_column(back: Round) -> None:
    interface = (back.project / "round-001.xml").read_text(encoding="utf-8")
    assert '<Header value="subject.line"/>' in interface and 'value="$subject_line"' in interface
    assert '<Header value="Text (größer)"/>' in interface and 'value="$Text__gr__er_"' in interface
