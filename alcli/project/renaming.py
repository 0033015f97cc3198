"""Models after the classes changed: under the names of today, and what each is still good for. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from msgspec.structs import replace as with_values

from alcli.core.labelling.answers import Rule
from alcli.project.records import BatchSelected, Entry, LabelsChanged, ModelRetrained


class Relabelled(NamedTuple):
    """A change of the classes that stands: its step, and the last round that was handed out before it."""

    step: int
    time: str
    round: int
    did: LabelsChanged


class Trained(NamedTuple):
    """A model in the vault, and the settings it was made with.

    `overtaken` is how the classes changed after it, in step `overtaken_in`, so that its figures hold no longer: "add"
    (it can still be used), "merge", "split" or "retire" (it cannot). A class that was only renamed is called by its new
    name.
    """

    step: int
    time: str
    based_on: int
    did: ModelRetrained
    settings: Mapping[str, Any]
    overtaken: str = ""
    overtaken_in: int = 0

    @property
    def rule(self) -> Rule:
        """How the answers became the labels that it learned."""
        return Rule(self.settings.get("answers", {}).get("resolve", Rule.MAJORITY))


def relabelled(entries: Sequence[Entry], undone: Collection[int]) -> Iterator[Relabelled]:
    """The changes of the classes that stand."""
    number = 0
    for entry in entries:
        did = entry.step.did
        if isinstance(did, BatchSelected):
            number = did.round
        elif isinstance(did, LabelsChanged) and entry.number not in undone:
            yield Relabelled(entry.number, entry.step.time, number, did)


def models(standing: Sequence[Entry], changes: Sequence[Relabelled]) -> Iterator[Trained]:
    """The models, with what has changed under them since what they learned from."""
    for entry in standing:
        did, step = entry.step.did, entry.step
        if isinstance(did, ModelRetrained):
            since = [change for change in changes if change.step > step.based_on]
            did, how, changed_in = overtaken(did, since)
            yield Trained(entry.number, step.time, step.based_on, did, step.settings, how, changed_in)


def now_called(name: str, changes: Sequence[Relabelled]) -> str | None:
    """What a class has become by these changes, which came after it was named; None where nothing took its place."""
    for change in changes:
        if name in change.did.of:
            if change.did.becomes is None:
                return None
            name = change.did.becomes
    return name


def overtaken(did: ModelRetrained, since: Sequence[Relabelled]) -> tuple[ModelRetrained, str, int]:
    """A model after these changes: under the names of today, how its classes changed, and in which step.

    That is "add" where it can be used but its figures hold no longer, "merge", "split" or "retire" where it cannot be
    used, "" where nothing that it learned has changed.
    """
    how, step = "", 0
    for change in since:
        now = change.did
        if now.change == "rename":
            did = _renamed(did, now.of[0], now.becomes or "")
        elif now.change == "add":
            how, step = (how, step) if how else ("add", change.step)
        elif how in ("", "add") and not set(now.of).isdisjoint(did.classes):
            how, step = now.change, change.step
    return did, how, step


def _renamed(did: ModelRetrained, old: str, new: str) -> ModelRetrained:
    """What is recorded of a model, with another name for a class wherever it stands."""

    def called(name: str) -> str:
        kind, colon, of = name.partition(":")
        return f"{kind}:{new}" if colon and of == old else name

    def each(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(new if name == old else name for name in names)

    did = with_values(
        did,
        classes=each(did.classes),
        labels_by_class={new if name == old else name: n for name, n in did.labels_by_class.items()},
        blind=None if did.blind is None else each(did.blind),
    )
    if did.measured:
        estimates = {called(name): estimate for name, estimate in did.measured.estimates.items()}
        did = with_values(did, measured=with_values(did.measured, estimates=estimates))
    if did.guarded:
        did = with_values(did, guarded=with_values(did.guarded, unlabelled=each(did.guarded.unlabelled)))
    if did.checked:
        did = with_values(did, checked=with_values(did.checked, unjudged=each(did.checked.unjudged)))
    if did.forecast:
        did = with_values(did, forecast=replace(did.forecast, metric=called(did.forecast.metric)))
    return did
