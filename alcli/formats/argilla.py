"""Argilla 2: records to log, and the records with their responses that come back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from alcli.contracts import Handoff, HandoffRefused, HandoffRow, Remark, Returned
from alcli.core.handoff import tasks
from alcli.core.handoff.columns import LABEL
from alcli.core.handoff.content import Content
from alcli.core.handoff.jsonrows import Members, first, is_object, rows
from alcli.core.handoff.keys import parse
from alcli.core.handoff.objects import Answer, Which, listed, read_objects, whole
from alcli.core.handoff.values import Unreadable, one_label, one_name, shown_text

__all__ = ["Argilla"]

RESPONSES = f"{LABEL}.responses"
USERS, STATUS = f"{RESPONSES}.users", f"{RESPONSES}.status"
OWN = frozenset({"id", "status", "score", "_server_id", "fields", "responses"})

_UNFIT = re.compile(r"[^a-z0-9_-]+")


@dataclass(frozen=True)
class Argilla:
    """Records for Argilla as a JSON array; a record's id is our key, a question `label` is what it is asked.

    They come back flat (`to_list(flatten=True)`): nested ones do not say which responses are drafts.
    With `predictions` the model's class is a suggestion. That is quick, and sways those who label.
    """

    predictions: bool = False

    suffix = ".json"
    utf8 = True

    def write(self, handoff: Handoff) -> str:
        """The records, as an array."""
        return tasks.json_array(self._record(handoff, row) for row in handoff.rows)

    def recognises(self, content: Content) -> bool:
        """Whether these are records."""
        record = first(content)
        nested = is_object(record.get("fields")) and "responses" in record
        return nested or "_server_id" in record or STATUS in record

    def read(self, content: Content, id_column: str, shown_columns: Sequence[str]) -> Returned:
        """The rows of the records, one for each response; raises `HandoffRefused` when they are not understood."""
        names = field_names(shown_columns)
        drafts = 0

        def identity(record: Members) -> Which:
            inner = record.get("fields")
            cells = record if inner is None else whole(inner, "fields")
            shown = {column: shown_text(cells.get(name)) for column, name in names.items()}
            key, own = _name(record)
            return Which(key, own, {column: cell for column, cell in shown.items() if cell is not None})

        def answers(record: Members) -> Sequence[Any]:
            nonlocal drafts
            said = _responses(record)
            kept = [one for one in said if one.get("status") != "draft"]
            drafts += len(said) - len(kept)
            return kept or [{}]

        returned = read_objects(rows(content), identity, _answer, answers)
        if not drafts:
            return returned
        said = Remark(f"{drafts} responses are drafts, which nobody submitted; they were passed over")
        return replace(returned, warnings=(*returned.warnings, said))

    def _record(self, handoff: Handoff, row: HandoffRow) -> dict[str, Any]:
        names = field_names(handoff.shown_columns)
        suggestions = {}
        if self.predictions and row.predicted is not None:
            suggestions[LABEL] = {"value": row.predicted, "score": row.confidence, "agent": "alcli"}
        return {
            "id": row.key,
            "fields": dict(zip(names.values(), row.shown, strict=True)),
            "metadata": {},
            "suggestions": suggestions,
            "responses": {},
            "vectors": {},
        }


def field_names(columns: Sequence[str]) -> dict[str, str]:
    """The name of each column's field: Argilla takes small letters, digits, hyphens and underscores.

    >>> field_names(["Subject line", "text", "Text"])
    {'Subject line': 'subject_line', 'text': 'text', 'Text': 'text_'}
    """
    names: dict[str, str] = {}
    for column in columns:
        name = _UNFIT.sub("_", column.lower()).strip("_-") or "text"
        while name in names.values() or name in OWN:
            name += "_"
        names[column] = name
    return names


def _name(record: Members) -> tuple[str | None, str | None]:
    """Its id is our key; else it may be the pool's id, where records were logged by other ways."""
    name = one_name(record.get("id"), "id")
    return (name, None) if name and parse(name) else (None, name)


def _responses(record: Members) -> list[Members]:
    """The responses to the question `label`: flat they are three lists side by side."""
    if "responses" in record and "fields" in record:
        nested = whole(record["responses"] or {}, "responses")
        if nested and LABEL not in nested:
            raise Unreadable(f"the question is called {next(iter(nested))!r}, and only {LABEL!r} is read")
        said = [whole(one, "response") for one in listed(nested.get(LABEL), "responses")]
        if any("status" not in one for one in said):
            raise HandoffRefused(
                "the records do not say which responses are drafts; write them with to_list(flatten=True)"
            )
        return said
    values, users, statuses = (listed(record.get(name), name) for name in (RESPONSES, USERS, STATUS))
    if not len(values) == len(users) == len(statuses):
        raise Unreadable("the record does not say of each response who gave it and whether it was submitted")
    return [
        {"value": value, "user_id": user, "status": status}
        for value, user, status in zip(values, users, statuses, strict=True)
    ]


def _answer(response: Members) -> Answer:
    status = response.get("status")
    if response and status not in ("submitted", "discarded"):
        raise Unreadable("a response that is neither submitted, discarded nor a draft")
    return Answer(
        label=one_label(response.get("value")) if status == "submitted" else "",
        skipped=status == "discarded",
        annotator=one_name(response.get("user_id"), "annotator"),
    )
