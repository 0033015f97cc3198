"""Amazon SageMaker Ground Truth: an input manifest, and the output manifest of a text classification job."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from alcli.contracts import Handoff, HandoffRefused, Remark, Returned
from alcli.core.handoff import tasks
from alcli.core.handoff.columns import KEY, LABEL
from alcli.core.handoff.content import Content
from alcli.core.handoff.jsonrows import Members, first, is_object, rows
from alcli.core.handoff.objects import Answer, read_objects, whole
from alcli.core.handoff.values import Unreadable, kind, one_label, well_formed

__all__ = ["GroundTruth"]

SOURCE, METADATA = "source", "-metadata"
RESERVED = frozenset({SOURCE, "source-ref"})
KIND = "groundtruth/text-classification"


@dataclass(frozen=True)
class GroundTruth:
    """A manifest for Ground Truth, an object a line, our key in each; the classes in a file of their own.

    Of the output manifest only what is marked `human-annotated` is a label: the others are the service's own guesses.
    What its workers said was brought together before, so the annotator is the job.
    """

    suffix = ".manifest"
    utf8 = True

    def write(self, handoff: Handoff) -> str:
        """An object a line."""
        return tasks.json_lines(tasks.fields(handoff, row, RESERVED, text=SOURCE) for row in handoff.rows)

    def beside(self, handoff: Handoff) -> Mapping[str, str]:
        """The classes, as its label category configuration."""
        labels = [{"label": name} for name in dict.fromkeys(handoff.classes)]
        config = {"document-version": "2018-11-28", "labels": labels}
        return {".labels.json": json.dumps(config, ensure_ascii=False, indent=1) + "\n"}

    def recognises(self, content: Content) -> bool:
        """Whether these are objects of a manifest."""
        row = first(content)
        labelled = any(name.endswith(METADATA) and is_object(said) for name, said in row.items())
        return SOURCE in row and (labelled or (KEY in row and LABEL not in row))

    def read(self, content: Content, id_column: str, shown_columns: Sequence[str]) -> Returned:
        """The rows of an output manifest; raises `HandoffRefused` when it is not understood."""
        found = list(rows(content))
        job = _job([value for _, value in found if is_object(value)])
        machine = failed = 0

        def answer(value: Members) -> Answer:
            nonlocal machine, failed
            if job + METADATA not in value:
                return Answer()
            said = whole(value[job + METADATA], "metadata")
            by_people = said.get("human-annotated") == "yes"
            machine += not by_people
            failed += "failure-reason" in said
            taken = by_people and "failure-reason" not in said
            return Answer(label=_class(said) if taken else "", annotator=job)

        returned = read_objects(found, tasks.identity(id_column, shown_columns, RESERVED, text=SOURCE), answer)
        notes = {"were labelled by the service and by no person": machine, "could not be labelled": failed}
        remarks = [Remark(f"{n} objects {what}; they count as blank") for what, n in notes.items() if n]
        return replace(returned, warnings=(*returned.warnings, *remarks))


def _job(values: Sequence[Members]) -> str:
    """The name of the one text classification job of the manifest; "" where it went out and is not labelled yet."""
    jobs = dict.fromkeys(
        name.removesuffix(METADATA)
        for value in values
        for name, said in value.items()
        if name.endswith(METADATA) and is_object(said) and str(said.get("type", "")).startswith(KIND)
    )
    if len(jobs) > 1:
        raise HandoffRefused(f"the manifest holds the labels of several jobs: {', '.join(jobs)}; keep one")
    return next(iter(jobs), "")


def _class(said: Members) -> str:
    if "class-map" in said:
        return one_label(list(whole(said["class-map"], "class-map").values()))
    name = said.get("class-name")
    if not isinstance(name, str):
        raise Unreadable(f"the class-name is {kind(name)}, not text")
    return well_formed(name, "label")
