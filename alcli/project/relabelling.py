"""Changes of the classes in words: what became of a name, and why a model is used no more. Pure."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence

from alcli.core.handoff.inert import visible
from alcli.core.handoff.labels import Former
from alcli.project.records import LabelsChanged
from alcli.project.renaming import Relabelled
from alcli.project.state import State


def described(did: LabelsChanged) -> str:
    """A change in words.

    >>> described(LabelsChanged("split", ("refund",), ("card", "cash")))
    "'refund' was split into 'card', 'cash'"
    """
    names, verb = (_listed(did.of), "were" if len(did.of) > 1 else "was")
    if did.change == "add":
        return f"{_listed(did.into)} {'were' if len(did.into) > 1 else 'was'} added"
    if did.change == "rename":
        return f"{names} was renamed to {_listed([did.becomes or ''])}"
    if did.change == "merge":
        return f"{names} {verb} merged into {_listed([did.becomes or ''])}"
    if did.change == "split":
        return f"{names} was split into {_listed(did.into)}"
    return f"{names} {verb} retired" + (" and cannot be labelled" if did.skipped else "")


def typed(did: LabelsChanged) -> str:
    """The command that makes a change.

    >>> typed(LabelsChanged("split", ("refund",), ("by card", "cash")))
    "alcli labels split refund 'by card' cash"
    """
    options = ["--skip"] if did.skipped else ["--into", did.becomes or ""] if did.change == "merge" else []
    names = [*did.of, *(() if did.change == "merge" else did.into)]
    ahead = ["--"] if any(name.startswith("-") for name in names) else []
    return shlex.join(["alcli", "labels", did.change, *options, *ahead, *names])


def former(changes: Sequence[Relabelled]) -> dict[str, Former]:
    """The names that are no longer what they were, and what became of each, however often it changed."""
    found: dict[str, Former] = {}
    divided: set[str] = set()
    for change in changes:
        did = change.did
        said = f"{described(did)} in step {change.step}"
        if did.becomes is None and not did.skipped:
            advice = ": choose one of them" if did.into else ": choose another class"
        else:
            advice = ""
        came = {*did.into, did.becomes}
        if did.change == "split":
            divided |= {*did.of, *(name for name, was in found.items() if was.now in did.of)}
        for name, was in list(found.items()):
            if name in came and was.now != name:  # it is a name again, of a narrower class where there was a split
                del found[name]
                if did.change == "split" or (did.change == "add" and name in divided):
                    found[name] = Former(said, name, until=change.round)
            elif was.now != name and was.now in did.of:
                found[name] = Former(f"{was.said}; {said}{advice}", did.becomes, did.skipped)
        for name in did.of:
            if name in did.into:
                found[name] = Former(said, name, until=change.round)
            else:
                found[name] = Former(said + advice, did.becomes, did.skipped)
    return found


def lost_by(state: State, name: str) -> str:
    """Why a row of this class has no label any more."""
    change = next(c.did.change for c in reversed(state.relabelled) if name in c.did.of)
    return f"its class '{visible(name, 60)}' was {'split' if change == 'split' else 'retired'}"


def outdated(state: State, how: bool = False) -> str:
    """Why the newest model is used no more, with `how` the classes changed; "" where it is used or there is none."""
    if state.model or not state.models:
        return ""
    newest = state.models[-1]
    change = next(change for change in state.relabelled if change.step == newest.overtaken_in)
    why = f"the classes changed in step {change.step}, after the model of step {newest.step}"
    return f"{why}: {described(change.did)}" if how else why


def unlearned(state: State) -> str:
    """Which classes came by a change, have labels now and are not known to the model in use; "" where it knows all.

    Nothing is said while rows wait to be asked again: those will bring more of them.
    """
    if state.model is None or state.lost:
        return ""
    came = {name for change in state.relabelled for name in change.did.into} - {*state.model.did.classes}
    new = Counter(label for row in state.changed if (label := state.labels.get(row)) in came and label)
    n = new.total()
    labels = f"{n} label{'' if n == 1 else 's'}"
    return f"{labels} of {_listed(list(new))}, which the model of step {state.model.step} does not know" if new else ""


def doubted(state: State) -> str:
    """Why the figures of the model in use may hold no longer; "" where they do."""
    change = next((c for c in state.relabelled if state.model and c.step == state.model.overtaken_in), None)
    return f"the figures are from before step {change.step}: {described(change.did)}" if change else ""


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{visible(name, 60)}'" for name in names)
