"""`advance`: one turn of the loop, as far as it goes without a human."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from alcli.campaign import deciding
from alcli.campaign.handoff import inbox
from alcli.campaign.handoff.awaiting import enumerated
from alcli.campaign.handoff.inbox import Arrival
from alcli.campaign.hooking import ended
from alcli.contracts import FEWEST_CLASSES
from alcli.errors import AlcliError, DataError, Fault, PoolExhausted, ProjectMoved
from alcli.project import durable
from alcli.project.project import Project, now
from alcli.project.relabelling import outdated

SETTLE = 10.0  # seconds
_DATA = DataError.exit_code


class Ingest(Protocol):
    """`ingest`, as a turn calls it."""

    def __call__(self, root: Path, files: Sequence[str], *, dry_run: bool) -> Any: ...


class Retrain(Protocol):
    """`retrain`, as a turn calls it."""

    def __call__(self, root: Path, *, dry_run: bool) -> Any: ...


class Select(Protocol):
    """`select`, as a turn calls it; the handoff file goes into `folder`."""

    def __call__(self, root: Path, *, folder: Path, dry_run: bool) -> Any: ...


class Remake(Protocol):
    """`select --remake`, as a turn calls it."""

    def __call__(self, root: Path) -> Any: ...


@dataclass(frozen=True)
class Commands:
    """The commands that a turn is made of."""

    ingest: Ingest
    retrain: Retrain
    select: Select
    remake: Remake


@dataclass(frozen=True)
class Taken:
    """A file of the inbox and what became of it.

    `kept` is where it lies now, empty where it still lies where it was. `ingest` is what that said of it, None where
    there was nothing to read, of which `fault` is the reason; the file `report` tells why it was refused.
    """

    file: str
    refused: bool
    kept: str = ""
    report: str = ""
    fault: str = ""
    ingest: Any = None


@dataclass(frozen=True)
class Trouble:
    """What a turn was cut short by; all that it had done before stands."""

    message: str
    hint: str
    exit_code: int
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What a turn did: the files it took, the model it made, the batches it handed out, as their commands tell them.

    `busy`: another `advance` was at work, so this one did nothing. `moved`: another command made a step meanwhile; the
    next turn goes on from there. `exit_code` 3: a file was refused, which held nothing else up.
    """

    command: str
    taken: tuple[Taken, ...] = ()
    retrained: Any = None
    selected: tuple[Any, ...] = ()
    out: int = 0
    stopped: bool = False
    busy: bool = False
    moved: bool = False
    error: Trouble | None = None
    exit_code: int = 0
    dry_run: bool = False
    next: str = ""

    @property
    def refused(self) -> bool:
        """Whether a person should look."""
        return bool(self.exit_code)


def advance(
    root: Path,
    commands: Commands,
    *,
    after: Callable[[Any], None] = lambda outcome: None,
    settle: float = SETTLE,
    dry_run: bool = False,
) -> Outcome:
    """Take what is in the inbox, retrain if that is due, hand out a batch if too little is out and labelling goes on.

    It does what there is to do, and nothing twice, however often and by however many it is called. `after` is called
    with the outcome of each command of the turn; `settle`: seconds for which a file must have been left alone.
    """
    turn = _Turn(root, commands, settle, dry_run)
    if dry_run:
        return _carried_out(turn, after)
    lock = durable.try_lock(turn.project.vault.steps.parent)
    if lock is None:
        return Outcome("advance", busy=True)
    try:
        return _carried_out(turn, after)
    finally:
        os.close(lock)


def _carried_out(turn: _Turn, after: Callable[[Any], None]) -> Outcome:
    did: list[Any] = []
    moved, error = False, None
    try:
        for done in turn.things():
            did.append(done)
            carried_out = done.ingest if isinstance(done, Taken) else done
            if carried_out is not None:
                after(carried_out)
    except ProjectMoved:
        moved = True
    except AlcliError as why:
        error = Trouble(why.message, why.hint, why.exit_code, getattr(why, "faults", ()))
    taken = tuple(done for done in did if isinstance(done, Taken))
    made = [done for done in did if not isinstance(done, Taken)]
    selected = tuple(done for done in made if done.command == "select")
    stopped = turn.stopped if not error else False
    return Outcome(
        command="advance",
        taken=taken,
        retrained=next((done for done in made if done.command == "retrain"), None),
        selected=selected,
        out=len(turn.project.state.out),
        stopped=stopped,
        moved=moved,
        error=error,
        exit_code=error.exit_code if error else _DATA if any(one.refused for one in taken) else 0,
        dry_run=turn.dry_run,
        next=turn.next(selected, stopped) if did and not error else "",
    )


class _Turn:
    """A turn, thing by thing; `project` is what the last thing left."""

    def __init__(self, root: Path, commands: Commands, settle: float, dry_run: bool) -> None:
        self.root, self.commands, self.settle, self.dry_run = root, commands, settle, dry_run
        self.project = Project.open(root)

    def things(self) -> Iterator[Any]:
        """Do one thing after another and tell each; a dry run ends where what follows would depend on it."""
        folder, outbox = inbox.folders(self.root, self.project.config.handoff)
        if not self.dry_run:
            durable.make_folder(folder)
        took_in = False
        for arrival in inbox.ready(folder, self.settle, time.time()):
            if taken := self._take(arrival, folder):
                yield taken
                took_in |= not taken.refused
        if took_in:
            if self.dry_run:
                return
            self._look_again()
        failed = None
        if self._retrain_due:
            try:
                retrained = self.commands.retrain(self.root, dry_run=self.dry_run)
            except ProjectMoved:
                raise
            except AlcliError as why:
                failed = why  # told at the end: annotators are not to wait for what may take days to mend
            else:
                yield retrained
                if self.dry_run:
                    return
                self._look_again()
        if self._cut_short and not self.dry_run:
            yield self.commands.remake(self.root)
        if failed and outdated(self.project.state):
            raise failed  # no batch is chosen before there is a model of the classes that there are now
        while self._too_little_out:
            try:
                durable.make_folder(outbox)
                yield self.commands.select(self.root, folder=outbox, dry_run=self.dry_run)
            except PoolExhausted:
                break
            if self.dry_run:
                break
            self._look_again()
        if failed:
            raise failed

    @property
    def stopped(self) -> bool:
        """Whether labelling may end."""
        return ended(self.project, time.time())

    def next(self, selected: Sequence[Any], stopped: bool) -> str:
        """What to do after a turn that did something."""
        if self.dry_run:
            return "alcli advance"
        if selected:
            files = [file for done in selected for file in done.files]
            what = "the file" if len(files) == 1 else "them"
            inbox = self.root / self.project.config.handoff.inbox
            return f"label the rows in {enumerated(files)}, then put {what} into {inbox}"
        return "alcli export" if stopped else ""

    def _take(self, arrival: Arrival, folder: Path) -> Taken | None:
        """Take in one file; None where it was changed or taken away meanwhile, so that nothing came of it."""
        said = None if arrival.fault else self.commands.ingest(self.root, [str(arrival.path)], dry_run=self.dry_run)
        if said is None or said.exit_code:
            faults = said.rejected if said else (Fault(arrival.fault),)
            taken = Taken(arrival.name, True, fault=arrival.fault, ingest=said)
            if self.dry_run:
                return taken
            moved = inbox.refuse(arrival, folder / inbox.REFUSED, faults, now())
            return replace(taken, kept=inbox.printed(moved[0]), report=inbox.printed(moved[1])) if moved else None
        if self.dry_run or not (kept := inbox.put(arrival, folder / inbox.DONE)):
            return Taken(arrival.name, False, ingest=said)
        # a hook is told where the file lies now; the name goes on where it was taken out of an archive
        files = tuple(str(kept) + name.removeprefix(str(arrival.path)) for name in said.files)
        return Taken(arrival.name, False, kept=inbox.printed(kept), ingest=replace(said, files=files))

    @property
    def _retrain_due(self) -> bool:
        """Whether there is something to learn, and the trigger says so or no trigger will be asked again."""
        state = self.project.state
        if not state.changed or len(state.labels_by_class()) < FEWEST_CLASSES:
            return False
        return deciding.trigger(self.project, time.time()).fires or self.stopped

    @property
    def _cut_short(self) -> bool:
        """Whether the last batch is out, and the command that chose it was killed before it wrote every file."""
        state = self.project.state
        last = state.batches[-1] if state.batches else None
        if not last or not any(asked.row in state.out for asked in last.rows):
            return False
        names = last.did.outputs.values() or (last.did.output,)
        return any(durable.cut_short(self.root / name) for name in names)

    @property
    def _too_little_out(self) -> bool:
        """Whether a batch is wanted, and there are rows for one."""
        state = self.project.state
        again = {row for row in state.out if state.asked[row].purpose}  # these may wait for one person alone
        waiting = len(state.out - state.blank - again)
        if waiting >= self.project.config.handoff.keep_out or not state.history(0).n_candidates:
            return False
        return not deciding.decision(self.project, time.time(), as_if_answered=True).stops

    def _look_again(self) -> None:
        self.project = Project.open(self.root)
