"""A batch goes through LibreOffice itself: opened with its own settings, labels typed in, saved, taken in again.

What it changes by itself (ids, numbers, dates, line ends) costs no label, puts none on another row, and is told.
"""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from office import ODS, XLSX, Filter, Job, Office, opened, saved
from people import TEXTS, answers, ask, contents, ingested

from alcli.project.project import Project

pytest.importorskip("xlsxwriter", reason="the extra alcli[xlsx] is not installed")
calamine = pytest.importorskip("python_calamine", reason="the extra alcli[xlsx] is not installed")

IDS = [
    *(
        "00123",
        "123",
        "1E5",
        "1e5",
        "100000",
        "3-4",
        "1/2",
        "MAR1",
        "NA",
        "null",
        "TRUE",
        "true",
        "=1+1",
        "2",
        "-0",
        "000",
    ),
    *("+49 123", "-3.50", "-3.5", "12345678901234567890", "12345678901234567891", "2024-01-02", "1.2.2024", "10:30"),
    *(
        "5%",
        "(5)",
        "$7",
        "1,5",
        "1.10",
        "1.1",
        ".5",
        "'quoted",
        "@x",
        "0x1F",
        "id with space",
        "a,b",
        "a;b",
        "#REF!",
        "٣",
    ),
]
MORE = {
    "thousands": "1,234,567",
    "german": "1.234,5",
    "per cent": "5%",
    "money": "$7",
    "time": "10:30",
    "german date": "1.2.2024",
    "too long": "x" * 40_000,
}
# A change to these may be silent: it is their line ends, or they are the same number in other words.
SILENT = {"windows", "old-mac", "separators", "minus", "zeros", "power", "digits", "number"} | MORE.keys() - {
    "time",
    "german date",
    "too long",
}
NAMES = dict(zip([*IDS, *(f"row {at}" for at in range(99))], [*TEXTS, *MORE], strict=False))
ROWS = {row: {"text": (TEXTS | MORE)[name]} for row, name in NAMES.items()}
CLASSES = ("billing", "1", "2", "TRUE", "yes", "naïve ☃", "-", "3-4")
LIKE_NUMBERS = ("1.0", "02", "1/2", "5%", "10:30", "1E5", "1,5", "2.5", "1.2.", "+", "=")


@dataclass(frozen=True)
class Way:
    """One way through LibreOffice: the file that is opened, how, and what it is saved as."""

    format: str
    open: Filter
    suffix: str
    save: Filter


WAYS = {
    "csv as it comes, saved as csv": Way("csv", opened(), ".csv", saved()),
    "csv as it comes, saved as xlsx": Way("csv", opened(), ".xlsx", XLSX),
    "csv, quoted cells as text, saved as csv": Way("csv", opened(quoted_as_text=True), ".csv", saved(quote_all=True)),
    "csv, quoted cells as text, saved as xlsx": Way("csv", opened(quoted_as_text=True), ".xlsx", XLSX),
    "csv, special numbers, saved with semicolons": Way("csv", opened(special_numbers=True), ".csv", saved(";")),
    "csv, special numbers, saved as xlsx": Way("csv", opened(special_numbers=True), ".xlsx", XLSX),
    "xlsx saved as xlsx": Way("xlsx", XLSX, ".xlsx", XLSX),
    "xlsx saved as csv": Way("xlsx", XLSX, ".csv", saved()),
    "xlsx saved as ods": Way("xlsx", XLSX, ".ods", ODS),
}
READ = [way for way in WAYS if not way.endswith("ods")]


@dataclass(frozen=True)
class Back:
    """A project whose batch came back by some way, and the label typed into each row, by its id."""

    project: Path
    file: Path
    labels: Mapping[str, str]

    def table(self) -> list[dict[str, Any]]:
        """The rows of the file, each cell as LibreOffice left it."""
        if self.file.suffix == ".xlsx":
            header, *rows = calamine.CalamineWorkbook.from_path(self.file).get_sheet_by_index(0).to_python()
            return [dict(zip(header, row, strict=True)) for row in rows]
        content = self.file.read_bytes().decode("utf-8-sig")
        delimiter = ";" if ";" in content.partition("\n")[0] else ","
        return list(csv.DictReader(io.StringIO(content, newline=""), delimiter=delimiter))


@pytest.fixture(scope="module", params=["en-US", "de-DE"])
def back(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Back]:
    """Every way in one language, with ordinary classes and with some that look like numbers."""
    office, folder, jobs, made = Office.here(), tmp_path_factory.mktemp("office"), [], {}
    plain = {f"row {at}": {"text": f"plain text {at}"} for at in range(len(LIKE_NUMBERS))}
    for what, rows, classes in (("hostile rows", ROWS, CLASSES), ("like numbers", plain, LIKE_NUMBERS)):
        for format in ("csv", "xlsx"):
            (folder / what / format).mkdir(parents=True)
            asked = ask(folder / what / format, format, rows, classes)
            keys = {row.key: row.id for row in Project.open(asked).state.batches[0].rows}
            labels = {key: classes[at % len(classes)] for at, key in enumerate(keys)}
            for name, way in WAYS.items():
                if way.format == format:
                    project = Path(shutil.copytree(asked, folder / what / name / "p"))
                    source, target = project / f"round-001.{format}", folder / what / name / f"back{way.suffix}"
                    jobs.append(Job(str(source), way.open, labels, str(target), way.save))
                    made[what, name] = Back(project, target, {keys[key]: label for key, label in labels.items()})
    office.type_and_save(request.param, jobs, folder)
    return made


def taken(project: Path) -> dict[str, str]:
    return {row["id"]: row["label"] for row in answers(project)}


@pytest.mark.parametrize("way", READ)
def test_every_label_is_on_its_row_and_what_was_damaged_is_told(way: str, back: dict[tuple[str, str], Back]) -> None:
    one = back["hostile rows", way]
    outcome = ingested(one.project, one.file)
    assert outcome["exit"] == 0 and not outcome["rejected"], outcome
    assert taken(one.project) == one.labels
    ids = {row.key: row.id for row in Project.open(one.project).state.batches[0].rows}
    cells = {ids[row["alcli_id"]]: row["text"] for row in one.table()}
    changed = {row for row, cell in cells.items() if str(cell).removeprefix("'") != ROWS[row]["text"].removeprefix("'")}
    told = {warning["id"] for warning in outcome["warnings"]}
    assert told <= changed
    assert {NAMES[row] for row in changed - told} <= SILENT
    again = ingested(one.project, one.file)
    assert again["step"] is None and again["unchanged"] == len(ROWS)


@pytest.mark.parametrize("way", [way for way in READ if "quoted cells as text" in way or way.startswith("xlsx")])
def test_these_ways_keep_every_id(way: str, back: dict[tuple[str, str], Back]) -> None:
    one = back["hostile rows", way]
    ids = {row.key: row.id for row in Project.open(one.project).state.batches[0].rows}
    assert all(row["id"].removeprefix("'") == ids[row["alcli_id"]].removeprefix("'") for row in one.table())


def test_an_ods_is_refused_with_what_to_do_instead(back: dict[tuple[str, str], Back]) -> None:
    one = back["hostile rows", "xlsx saved as ods"]
    before = contents(one.project)
    outcome = ingested(one.project, one.file)
    assert outcome["exit"] == 3 and contents(one.project) == before
    assert "save it as CSV" in outcome["rejected"][0]["reason"]


@pytest.mark.parametrize("way", READ)
def test_classes_that_look_like_numbers_are_never_another_class(way: str, back: dict[tuple[str, str], Back]) -> None:
    one = back["like numbers", way]
    outcome = ingested(one.project, one.file, "--skip-bad-rows")
    assert taken(one.project).items() <= one.labels.items()
    assert len(taken(one.project)) + len(outcome["rejected"]) == len(LIKE_NUMBERS)
    if way.startswith("xlsx"):  # its cells are text: what is typed stays
        assert taken(one.project) == one.labels
