"""The labels that rows carry when they come, in a column of their own file."""

from __future__ import annotations

from collections.abc import Sequence

from alcli.core.counts import count
from alcli.core.handoff.asked import RowRefused
from alcli.core.handoff.inert import visible
from alcli.core.handoff.labels import Labels
from alcli.errors import DataError, Fault
from alcli.project.config import Labels as LabelSettings
from alcli.project.pool import Added
from alcli.project.relabelling import former
from alcli.project.renaming import Relabelled


def carried(
    added: Added, settings: LabelSettings, file: str, column: str = "", changes: Sequence[Relabelled] = ()
) -> list[tuple[int, str, str]]:
    """Row, id and label of every row that has one, read by the rules for answers; raises `DataError` with all faults.

    Names that classes had before these `changes` are read as what they are called now.
    """
    said = [(row, name, cell) for row, name, cell in added.labels.iter_rows() if cell.strip()]
    cells = (cell for *_, cell in said)
    read = Labels(settings.classes, bool(settings.classes), settings.skip, cells, former(changes))
    found, faults = [], []
    for row, name, cell in said:
        try:
            label = read.read(cell)
        except RowRefused as refusal:
            faults.append(Fault(str(refusal), file, None, visible(name), column))
            continue
        if label is not None:
            found.append((row, name, label))
    if faults:
        raise DataError(
            f"{file}: {count(len(faults), 'label')} cannot be taken",
            "mend the labels, or name every class with --classes",
            faults,
        )
    return found
