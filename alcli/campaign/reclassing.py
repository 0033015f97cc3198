"""What a change of the classes is to be, from the names that were typed: checked, or refused with what may be meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from alcli.core.handoff.asked import RowRefused
from alcli.core.handoff.inert import visible
from alcli.core.handoff.labels import Labels, tidy
from alcli.errors import UsageError
from alcli.project.config import Config, Part
from alcli.project.records import LabelsChanged
from alcli.project.relabelling import described, former, typed
from alcli.project.state import State

Change: TypeAlias = Literal["add", "rename", "merge", "split", "retire"]


@dataclass
class Reclassing:
    """Changes of the classes that a project has; `warnings` are what was noticed of the names."""

    config: Config
    state: State
    warnings: list[str] = field(default_factory=list)

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes there are, then any others that answers have named."""
        return tuple(dict.fromkeys((*self.config.labels.classes, *self.state.classes_seen)))

    def change(self, what: Change, names: Sequence[str], into: Sequence[str], skip: bool) -> LabelsChanged:
        """`names` are the classes that change, or are added, `into` what becomes of them; else `UsageError`."""
        if what == "add":
            return LabelsChanged(what, (), self._new(names, but=(), back=True))
        of = self._known(names)
        if what == "retire":
            return LabelsChanged(what, of, (), skipped=skip)
        if what == "split":
            return LabelsChanged(what, of, self._parts(of[0], into))
        (name,) = map(tidy, into)
        if what == "rename":
            if name in self.classes and name not in of:
                raise UsageError(f"{_shown(name)} is a class already", typed(LabelsChanged("merge", of, (), name)))
            if name in of:
                raise UsageError(f"{_shown(name)} is called so already", "alcli labels")
            return LabelsChanged(what, of, self._new([name], but=of), name)
        if len({*of, *({name} & {*self.classes})}) < 2:
            raise UsageError("a merge needs two classes or more", typed(LabelsChanged("rename", of, (name,))))
        new = () if name in self.classes else self._new([name], but=of)
        return LabelsChanged(what, tuple(other for other in of if other != name), new, name)

    def _parts(self, name: str, into: Sequence[str]) -> tuple[str, ...]:
        """What a class is split into: new classes, classes there are, the class itself."""
        parts = tuple(dict.fromkeys(map(tidy, into)))
        if len(parts) < 2:
            raise UsageError("a split needs two classes or more to split into", "--into A,B")
        new = self._new([part for part in parts if part not in self.classes], but=(name,), back=True)
        return tuple(part for part in parts if part in self.classes or part in new)

    def _known(self, names: Sequence[str]) -> tuple[str, ...]:
        if not self.classes:
            raise UsageError("there is no class yet: the answers bring them", "alcli labels add NAME")
        read = Labels(self.classes, True, (), ())
        try:
            found = [read.read(name) if tidy(name) else None for name in names]
        except RowRefused as refusal:
            raise UsageError(str(refusal), "alcli labels") from refusal
        return tuple(dict.fromkeys(name for name in found if name is not None)) or self._nothing()

    def _new(self, names: Sequence[str], but: Sequence[str], back: bool = False) -> tuple[str, ...]:
        """Names that no class has, and no class had that files may still speak of; `but` some that are about to go.

        A class that is no more may come `back`: under its name there are no labels.
        """
        others = [name for name in self.classes if name not in but]
        read = Labels(others, False, self.config.labels.skip, map(tidy, names))
        meant = former(self.state.relabelled)
        for name in map(tidy, names):
            if not name:
                self._nothing()
            if name in self.state.classes(self.config.labels.classes):
                raise UsageError(f"{_shown(name)} is a class already", "alcli labels")
            was = meant.get(name)
            if was and was.now not in but and not (was.now is None and back):
                whose = f"what {_shown(was.now)} was called" if was.now else "the name of a class that is no more"
                raise UsageError(f"{_shown(name)} is {whose}: files from before may still say it", "take another name")
            try:
                if name not in others and read.read(name) is None:
                    raise UsageError(f"{_shown(name)} is an answer that means 'this one cannot be labelled'", "")
            except RowRefused as refusal:
                raise UsageError(str(refusal), "take another name") from refusal
        self.warnings += [read.warnings[name] for name in map(tidy, names) if name in read.warnings]
        return tuple(dict.fromkeys(map(tidy, names))) or self._nothing()

    def _nothing(self) -> tuple[str, ...]:
        raise UsageError("the name of a class is empty", "alcli labels")


def speak_of(config: Config, did: LabelsChanged) -> list[str]:
    """Parts of the specification that name a class which is no more: nobody but the user can say what they mean now."""
    gone = [name for name in did.of if name not in did.into]
    keyed: list[tuple[str, Part]] = [("select", config.select.strategy), ("select", config.select.cold_start)]
    keyed += [("stop", part) for part in (*config.stop.any, *config.stop.all)]
    return [
        f"[{key}] speaks of {_shown(word)}: {described(did)}"
        for key, part in keyed
        for word in _words(part)
        if any(word == name or word.endswith(f":{name}") for name in gone)
    ]


def _words(part: Part) -> Iterator[str]:
    if ":" in part.use:
        yield part.use
    yield from (value for value in part.params.values() if isinstance(value, str))


def _shown(name: str) -> str:
    return f"'{visible(name, 60)}'"
