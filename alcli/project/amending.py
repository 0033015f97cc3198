"""The specification after the classes changed, and `alcli.toml` with the user's comments and layout. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from alcli.contracts import Guidance
from alcli.errors import ConfigError
from alcli.project import config as configs
from alcli.project.config import Config
from alcli.project.records import LabelsChanged
from alcli.project.relabelling import former
from alcli.project.renaming import Relabelled
from alcli.project.specification import to_toml

if TYPE_CHECKING:
    from tomlkit.items import AbstractTable, Array


def changed(config: Config, did: LabelsChanged) -> Config:
    """The specification after the classes changed.

    A list of classes without a name stays so: it is the answers that bring them. What annotators are told of a class
    goes with it: to its new name, or to the class that it was merged into; of a class that is no more it goes.
    """
    labels = config.labels
    rare = _after(config.select.rare, did, came=False)
    listed = _after(labels.classes, did, came=bool(labels.classes))
    told = replace(labels, classes=listed, guide=_told(labels.guide, did))
    return replace(config, labels=told, select=replace(config.select, rare=rare))


def taken_back(config: Config, before: Config, after: Config) -> Config:
    """The specification without the change that made it `after` of `before`; what was edited since stays."""
    labels, was, then = config.labels, before.labels, after.labels
    kept = {name: labels.guide.get(name, told) for name, told in was.guide.items() if _stays(name, then, labels)}
    new = {name: told for name, told in labels.guide.items() if name not in was.guide and name not in then.guide}
    told = replace(labels, classes=_without(labels.classes, was.classes, then.classes), guide={**kept, **new})
    rare = _without(config.select.rare, before.select.rare, after.select.rare)
    return replace(config, labels=told, select=replace(config.select, rare=rare))


def pending(config: Config, changes: Sequence[Relabelled]) -> Relabelled | None:
    """The newest change of the classes that the specification does not know of."""
    wanted = config.labels.classes
    for change in changes:
        wanted = _after(wanted, change.did, came=bool(config.labels.classes))
    gone = {name for name, was in former(changes).items() if was.now != name}
    strange = {*wanted} ^ {*config.labels.classes} | gone & {*config.labels.guide, *config.select.rare}
    return next((c for c in reversed(changes) if strange & {*c.did.of, *c.did.into, c.did.becomes}), None)


def mended(config: Config, changes: Sequence[Relabelled]) -> Config:
    """The specification with the last changes that it does not know of."""
    for n in range(len(changes) + 1):
        now = config
        for change in changes[len(changes) - n :]:
            now = changed(now, change.did)
        if pending(now, changes) is None:
            return now
    return now


def rewritten(text: str, file: str, now: Config) -> str:
    """The text of `alcli.toml` with the classes, what is told of them and the rare ones as they are `now`.

    Raises `ConfigError` with what to write where that cannot be put in.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    was = configs.parse(text, file)
    document: Any = tomlkit.parse(text)
    try:
        if now.labels.classes != was.labels.classes:
            _set_list(document["labels"]["classes"], now.labels.classes)
        if now.select.rare != was.select.rare:
            _set_list(document["select"]["rare"], now.select.rare)
        if now.labels.guide != was.labels.guide:
            _set_table(document["labels"]["guide"], was.labels.guide, now.labels.guide)
        text = tomlkit.dumps(document)
        done = configs.parse(text, file) == now
    except (KeyError, TOMLKitError, ConfigError):
        done = False
    if not done:
        labels, rare = now.labels, to_toml(now.select.rare)
        raise ConfigError(
            f"{file} could not be changed",
            f"[labels] classes = {to_toml(labels.classes)}, guide = {to_toml(labels.guide)}; [select] rare = {rare}",
        )
    return text


def _after(names: Sequence[str], did: LabelsChanged, came: bool) -> tuple[str, ...]:
    """A list of classes after a change; with `came`, one of all classes, into which new ones come."""
    new: tuple[str, ...] = did.into if did.becomes is None else (did.becomes,)
    found: list[str] = []
    for name in names:  # what takes a place stands in it, unless it has one of its own
        found.extend([other for other in new if other not in names or other == name] if name in did.of else [name])
    if came:
        found.extend(new)
    return tuple(dict.fromkeys(found))


def _told(guide: Mapping[str, Guidance], did: LabelsChanged) -> dict[str, Guidance]:
    gone = [guide[name] for name in did.of if name in guide and name not in did.into]
    told = {name: said for name, said in guide.items() if name not in did.of or name in did.into}
    if did.becomes is not None and gone:
        told[did.becomes] = _joined([*([guide[did.becomes]] if did.becomes in guide else []), *gone])
    return told


def _joined(said: Sequence[Guidance]) -> Guidance:
    about = "; ".join(dict.fromkeys(each.about for each in said if each.about))
    return Guidance(about, tuple(dict.fromkeys(example for each in said for example in each.examples)))


def _without(now: Sequence[str], before: Sequence[str], after: Sequence[str]) -> tuple[str, ...]:
    """A list without the change from `before` to `after`."""
    kept = [name for name in before if name in now or name not in after]
    return (*kept, *(name for name in now if name not in after and name not in before))


def _stays(name: str, then: configs.Labels, now: configs.Labels) -> bool:
    """Whether what was told of a class before the change is told still, or was taken away by it."""
    return name in now.guide or name not in then.guide


def _set_list(array: Array, wanted: Sequence[str]) -> None:
    """Put these names into a TOML array; what stays keeps its place, its line and its comment."""
    if len(array) == len(wanted):
        for at, name in enumerate(wanted):
            if array[at] != name:
                array[at] = name
        return
    for at in reversed(range(len(array))):
        if array[at] not in wanted:
            del array[at]
    for at, name in enumerate(wanted):
        if at >= len(array) or array[at] != name:
            array.insert(at, name)


def _set_table(table: AbstractTable, was: Mapping[str, Guidance], now: Mapping[str, Guidance]) -> None:
    """Put what is told of each class into a TOML table."""
    for name in _only(was, now):
        table.remove(name)
    for name in _only(now, was):
        said = now[name]
        plain = {"about": said.about, "examples": list(said.examples)} if said.examples else said.about
        table[name] = plain


def _only(some: Mapping[str, Guidance], others: Mapping[str, Guidance]) -> Iterable[str]:
    """The names whose entries the others do not have, or have otherwise."""
    return [name for name, said in some.items() if others.get(name) != said]
