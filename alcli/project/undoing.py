"""Which step may be taken back: one that no later step stands on. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from alcli.errors import ProjectError
from alcli.project.records import (
    AnswersIngested,
    BatchSelected,
    Entry,
    LabelsChanged,
    ModelRetrained,
    PoolAdded,
    StepUndone,
)


def undoable(entries: Sequence[Entry], step: int | None) -> Entry:
    """The step that `undo` takes back: this one, or the newest; refuses where a later step needs it."""
    undone = {e.step.did.step for e in entries if isinstance(e.step.did, StepUndone)}
    standing = [e for e in entries if e.number not in undone and not isinstance(e.step.did, StepUndone)]
    if step is None:
        chosen = standing[-1]
    else:
        found = next((e for e in entries if e.number == step), None)
        if found is None:
            raise ProjectError(f"there is no step {step}; the last is {entries[-1].number}", "alcli log")
        if isinstance(found.step.did, StepUndone):
            raise ProjectError(f"step {step} is itself an undo", f"do step {found.step.did.step} again instead")
        if step in undone:
            raise ProjectError(f"step {step} was already undone", "alcli log")
        chosen = found
    if chosen.number == 1:
        raise ProjectError("step 1 made the project; it cannot be undone", "delete the project's folder instead")
    for later in standing:
        if later.number > chosen.number and _needs(later, chosen):
            raise ProjectError(
                f"step {later.number} ({later.step.verb}) needs step {chosen.number} ({chosen.step.verb})",
                f"alcli undo {later.number}",
            )
    return chosen


def _needs(later: Entry, earlier: Entry) -> bool:
    """Whether a step would be left without its ground if an earlier one were taken back."""
    did = earlier.step.did
    if isinstance(did, LabelsChanged):  # later answers, models and changes are made in its classes
        named = AnswersIngested | ModelRetrained | LabelsChanged | BatchSelected
        return isinstance(later.step.did, named) or (isinstance(later.step.did, PoolAdded) and bool(later.rows))
    if isinstance(did, BatchSelected):
        keys = {asked.key for asked in earlier.rows}
        return isinstance(later.step.did, AnswersIngested) and any(a.key in keys for a in later.rows)
    if isinstance(did, PoolAdded):
        first = min((s.first for s in did.shards), default=0)
        if isinstance(later.step.did, ModelRetrained):
            return later.step.did.fit_shards > 0 and later.step.based_on >= earlier.number
        return isinstance(later.step.did, PoolAdded) or any(r.row >= first for r in later.rows)
    return False
