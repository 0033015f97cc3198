"""A handoff file on the desk of one annotator: every answer is on the disk before the next row is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from alcli.campaign.handoff.receiving import shown_with
from alcli.contracts import Guidance, HandoffRefused
from alcli.core.handoff.decoding import decode
from alcli.core.handoff.worksheet import Answer, Worksheet
from alcli.errors import DataError
from alcli.project import durable
from alcli.project.project import Project


def _whose(project: Project, sheet: Worksheet) -> str:
    """The annotator whom the file is for: of those who were handed one, the only one whom its rows name."""
    names = {answer.annotator for answer in sheet.answers}
    known = {name for batch in project.state.batches for name in batch.did.outputs}
    return next(iter(names)) if len(names) == 1 and names <= known else ""


@dataclass
class Desk:
    """The file, its rows, and what the specification says of labels. `skip` is the answer that means "skipped"."""

    path: Path
    sheet: Worksheet
    annotator: str
    classes: tuple[str, ...]
    guide: Mapping[str, Guidance]
    skip: str
    given: int = 0
    _on_disk: bytes = b""

    @classmethod
    def of(cls, path: Path, project: Project, annotator: str, login: str = "") -> Desk:
        """The desk of this annotator; unnamed, of the one whom the file is for, else of whoever is logged in.

        Raises `DataError` where the file is no handoff CSV of this campaign.
        """
        config, data = project.config, path.read_bytes()
        try:
            text = decode(data).text
            sheet = Worksheet(text, config.id_name, config.shown)
            shown = shown_with(project, sheet.keys)
            if shown != config.shown:
                sheet = Worksheet(text, config.id_name, shown)
        except HandoffRefused as why:
            raise DataError(f"{path}: {why}", "name a CSV that alcli select wrote") from why
        labels = config.labels
        skip = labels.skip[0] if labels.skip else ""
        who = annotator or _whose(project, sheet) or login
        return cls(path, sheet, who, labels.classes, labels.guide, skip, _on_disk=data)

    def answer(self, row: int, label: str, comment: str, seconds: float) -> None:
        """Take this answer, and put it on the disk."""
        self.sheet.record(row, Answer(label, comment, self.annotator, seconds))
        self.given += 1
        self._write()

    def undo(self) -> int | None:
        """Take the last answer of this sitting back; its row."""
        row = self.sheet.undo()
        if row is not None:
            self.given -= 1
            self._write()
        return row

    def _write(self) -> None:
        if not self.path.exists() or self.path.read_bytes() != self._on_disk:
            raise DataError(
                f"{self.path} was changed by another program meanwhile; the last answer was not written",
                "label it anew",
            )
        self._on_disk = self.sheet.text().encode("utf-8", "replace")
        with durable.replacing(self.path) as draft:
            draft.write_bytes(self._on_disk)
