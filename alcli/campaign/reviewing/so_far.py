"""Labels that look wrong: which did so when the last model was made, and what has become of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace as with_values

from alcli.project.project import Project
from alcli.project.records import SUSPECTS, SuspectRow, from_lines
from alcli.project.renaming import now_called
from alcli.project.vault import reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alcli.contracts import Estimate
    from alcli.project.renaming import Relabelled, Trained


@dataclass(frozen=True)
class Reviewed:
    """How far the review of labels has come.

    Of `judged` labels `open` ones look wrong and wait for a second look, of which `out` have been handed out for one
    and `held` were kept out of training. `settled` labels have had one, and `corrected` of these changed. `error_rate`
    is the share of wrong labels and `false_alarms` that of suspects which are expected to be right, both at the last
    retrain; None where there were too few labels to judge.
    """

    judged: int = 0
    open: int = 0
    out: int = 0
    held: int = 0
    settled: int = 0
    corrected: int = 0
    error_rate: Estimate | None = None
    false_alarms: float | None = None


def standing(project: Project) -> Reviewed:
    """How far it has come. Reads one file of the last model's step, and no row of the pool."""
    state = project.state
    found = open_suspects(project)
    again = {asked.row for batch in state.batches for asked in batch.rows if asked.purpose == "review"}
    checked = state.model.did.checked if state.model else None
    return Reviewed(
        judged=checked.n if checked and checked.error_rate else 0,
        open=len(found),
        out=sum(suspect.row in state.out for suspect in found),
        held=sum(suspect.held for suspect in found),
        settled=len(again & state.settled),
        corrected=len(again & state.corrected),
        error_rate=checked.error_rate if checked else None,
        false_alarms=checked.false_alarms if checked else None,
    )


def open_suspects(project: Project) -> list[SuspectRow]:
    """The suspects of the model in use, worst first, whose labels still stand and that nobody has settled since."""
    state = project.state
    if state.model is None:
        return []
    found = suspects(project, state.model)
    return [one for one in found if one.row not in state.settled and state.labels.get(one.row) == one.label]


def suspects(project: Project, trained: Trained) -> list[SuspectRow]:
    """The labels that looked wrong when a model was made, worst first."""
    checked = trained.did.checked
    if checked is None or not checked.suspects:
        return []
    path = project.folder(trained.step) / SUSPECTS
    with reading(path):
        found = from_lines(path.read_bytes(), SuspectRow)
    changes = [change for change in project.state.relabelled if change.step > trained.based_on]
    return [_as_called(one, changes) for one in found] if changes else found


def _as_called(one: SuspectRow, changes: Sequence[Relabelled]) -> SuspectRow:
    """A suspect by the names that its classes have today."""
    label, likely = (now_called(name, changes) or name for name in (one.label, one.likely))
    return with_values(one, label=label, likely=likely)
