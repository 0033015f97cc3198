"""What each tool makes of a batch: its file labelled and exported, in the manner of its real exports."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What somebody said of one row; no label and not skipped = not labelled yet."""

    label: str = ""
    skipped: bool = False
    annotator: str = "anna"
    comment: str = ""
    seconds: float = 1.5


def spreadsheet(content: str, answers: Sequence[Answer], delimiter: str = ",") -> bytes:
    """A CSV that somebody filled in, with columns of their own."""
    header, *rows = csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline=""))
    filled = []
    for cells, said in zip(rows, answers, strict=True):
        row = dict(zip(header, cells, strict=True)) | {"label": said.label, "comment": said.comment}
        filled.append([*row.values(), said.annotator, said.seconds])
    return table([*header, "annotator", "seconds"], filled, delimiter=delimiter)


def script(content: str, answers: Sequence[Answer]) -> bytes:
    """JSON lines that a script filled in."""
    filled = [
        json.loads(line) | {"label": a.label, "annotator": a.annotator, "comment": a.comment, "seconds": a.seconds}
        for line, a in zip(content.splitlines(), answers, strict=True)
    ]
    return lines(filled)


def workbook(content: bytes, answers: Sequence[Answer]) -> bytes:
    """A workbook that was filled in and saved by a program that makes numbers of what looks like one."""
    from python_calamine import CalamineWorkbook
    from xlsxwriter import Workbook

    header, *rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("batch")
        book.add_worksheet("Sheet2")
        for column, name in enumerate([*header, "annotator", "seconds"]):
            sheet.write_string(0, column, name)
        for at, (cells, said) in enumerate(zip(rows, answers, strict=True), 1):
            row = dict(zip(header, cells, strict=True)) | {"label": said.label, "comment": said.comment}
            for column, cell in enumerate([*row.values(), said.annotator]):
                if cell.isdecimal() and cell.isascii() and str(int(cell)) == cell and len(cell) < 10:
                    sheet.write_number(at, column, int(cell))
                else:
                    sheet.write_string(at, column, cell)
            sheet.write_number(at, len(row) + 1, said.seconds)
        sheet.write_blank(len(rows) + 40, 0, None, book.add_format({"bold": True}))
    return file.getvalue()


def label_studio(content: str, answers: Sequence[Answer]) -> bytes:
    """The export JSON."""
    tasks = []
    for number, (task, said) in enumerate(zip(json.loads(content), answers, strict=True), 1):
        result: list[dict[str, Any]] = []
        if said.label:
            value: dict[str, Any] = {"choices": [said.label]}
            result.append({"from_name": "label", "to_name": "shown0", "type": "choices", "value": value})
        if said.comment:
            value = {"text": [said.comment]}
            result.append({"from_name": "comment", "to_name": "shown0", "type": "textarea", "value": value})
        annotation = {
            "id": 100 + number,
            "completed_by": {"id": 1, "email": said.annotator},
            "result": result,
            "was_cancelled": said.skipped,
            "lead_time": said.seconds,
        }
        answered = [annotation] if said.label or said.skipped else []
        tasks.append({"id": number, "annotations": answered, "drafts": [], "predictions": [], **task})
    return json.dumps(tasks).encode()


def label_studio_min(content: str, answers: Sequence[Answer]) -> bytes:
    """The export JSON_MIN: skipped tasks are left out."""
    return json.dumps(_flat(content, answers)).encode()


def label_studio_csv(content: str, answers: Sequence[Answer]) -> bytes:
    """The export CSV: columns by name, all text quoted, and the number of the task as `id`."""
    rows = [{**row, "annotator": str(row["annotator"])} for row in _flat(content, answers)]
    header = sorted(rows[0])
    return table(header, [[row[name] for name in header] for row in rows], quoting=csv.QUOTE_NONNUMERIC)


def _flat(content: str, answers: Sequence[Answer]) -> list[dict[str, Any]]:
    return [
        task["data"]
        | {"id": number, "label": a.label, "comment": a.comment, "annotator": a.annotator, "lead_time": a.seconds}
        | {"annotation_id": 100 + number, "created_at": "2026-11-22T16:04:22.769064Z", "updated_at": "2026-11-22"}
        for number, (task, a) in enumerate(zip(json.loads(content), answers, strict=True), 1)
        if not a.skipped
    ]


def doccano(content: str, answers: Sequence[Answer]) -> bytes:
    """The export JSONL: solidi are escaped."""
    return b"".join(
        json.dumps(row, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/").encode() + b"\n"
        for row in _doccano(content, answers)
    )


def doccano_csv(content: str, answers: Sequence[Answer]) -> bytes:
    """The export CSV: labels and comments are joined by #."""
    rows = _doccano(content, answers)
    return table(list(rows[0]), [["#".join(c) if isinstance(c, list) else c for c in row.values()] for row in rows])


def doccano_zip(content: str, answers: Sequence[Answer]) -> bytes:
    """What is downloaded where members label alone: a file for each."""
    nobody = [Answer()] * len(answers)
    return zipped(
        {"anna.jsonl": doccano(content, answers), "admin.jsonl": doccano(content, nobody), "ben.jsonl": b"\n"}
    )


def _doccano(content: str, answers: Sequence[Answer]) -> list[dict[str, Any]]:
    return [
        {"id": number, **json.loads(line)}
        | {"label": [a.label] if a.label else [], "Comments": [a.comment] if a.comment else []}
        for number, (line, a) in enumerate(zip(content.splitlines(), answers, strict=True), 1)
    ]


def prodigy(content: str, answers: Sequence[Answer]) -> bytes:
    """What db-out writes: unanswered tasks are left out."""
    return lines(
        json.loads(line)
        | {"accept": [a.label] if a.label else [], "answer": "ignore" if a.skipped else "accept"}
        | {"_input_hash": -15, "_task_hash": -34, "_view_id": "choice", "_timestamp": 1795364444}
        | {"_annotator_id": a.annotator, "_session_id": a.annotator}
        for line, a in zip(content.splitlines(), answers, strict=True)
        if a.label or a.skipped
    )


def argilla(content: str, answers: Sequence[Answer]) -> bytes:
    """Records as `to_list(flatten=True)` gives them."""
    records = []
    for number, (record, a) in enumerate(zip(json.loads(content), answers, strict=True)):
        said = [None, None, None]
        if a.label or a.skipped:
            said = [[a.label or None], [a.annotator], ["discarded" if a.skipped else "submitted"]]
        names = ("label.responses", "label.responses.users", "label.responses.status")
        flat = {"id": record["id"], "_server_id": f"server-{number}", **record["fields"], "status": "completed"}
        records.append(flat | dict(zip(names, said, strict=True)))
    return json.dumps(records).encode()


def ground_truth(content: str, answers: Sequence[Answer]) -> bytes:
    """The output manifest."""
    return lines(
        json.loads(line)
        | {
            "job": 0,
            "job-metadata": {"class-name": a.label, "confidence": 0.9, "human-annotated": "yes", "job-name": "j/job"}
            | {"creation-date": "2026-11-22T16:04:22.769064", "type": "groundtruth/text-classification"},
        }
        for line, a in zip(content.splitlines(), answers, strict=True)
        if a.label
    )


def potato(content: str, answers: Sequence[Answer]) -> bytes:
    """The export JSONL."""
    return lines(
        {"instance_id": json.loads(line)["instance_id"], "user_id": a.annotator}
        | {"labels": {"label": {a.label: a.label}}, "spans": {}, "links": {}}
        for line, a in zip(content.splitlines(), answers, strict=True)
        if a.label
    )


def potato_csv(content: str, answers: Sequence[Answer]) -> bytes:
    """The export CSV: a column for each class."""
    classes = list(dict.fromkeys(a.label for a in answers if a.label))
    rows = [
        [json.loads(line)["instance_id"], a.annotator, *(name if name == a.label else "" for name in classes)]
        for line, a in zip(content.splitlines(), answers, strict=True)
        if a.label
    ]
    return table(["instance_id", "user_id", *(f"label.{name}" for name in classes)], rows)


@dataclass(frozen=True)
class Export:
    """One way back: the format that went out, how it is answered, the file's suffix, and what the file tells."""

    format: str
    answered: Callable[[Any, Sequence[Answer]], bytes]
    suffix: str
    tells: frozenset[str]

    def __str__(self) -> str:
        return self.answered.__name__


EVERYTHING = frozenset({"skipped", "annotator", "comment", "seconds", "text"})
EXPORTS = [
    Export("csv", spreadsheet, ".csv", EVERYTHING - {"skipped"}),
    Export("jsonl", script, ".jsonl", EVERYTHING - {"skipped"}),
    Export("xlsx", workbook, ".xlsx", EVERYTHING - {"skipped"}),
    Export("label_studio", label_studio, ".json", EVERYTHING),
    Export("label_studio", label_studio_min, ".json", EVERYTHING - {"skipped"}),
    Export("label_studio", label_studio_csv, ".csv", EVERYTHING - {"skipped"}),
    Export("doccano", doccano, ".jsonl", frozenset({"comment", "text"})),
    Export("doccano", doccano_csv, ".csv", frozenset({"comment", "text"})),
    Export("doccano", doccano_zip, ".zip", frozenset({"annotator", "comment", "text"})),
    Export("prodigy", prodigy, ".jsonl", frozenset({"skipped", "annotator", "text"})),
    Export("argilla", argilla, ".json", frozenset({"skipped", "annotator", "text"})),
    Export("ground_truth", ground_truth, ".manifest", frozenset({"text"})),
    Export("potato", potato, ".jsonl", frozenset({"annotator"})),
    Export("potato", potato_csv, ".csv", frozenset({"annotator"})),
]


def table(header: Sequence[str], rows: Sequence[Sequence[Any]], **manner: Any) -> bytes:
    """A CSV in the manner named."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n", **manner)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def lines(objects: Any) -> bytes:
    """JSON lines, everything beyond ASCII escaped."""
    return "".join(json.dumps(value) + "\n" for value in objects).encode()


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip archive of these files."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()
