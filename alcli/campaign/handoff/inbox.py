"""The inbox: which of its files are ready to be read, and where they go afterwards.

Nobody tells us when a file is whole. So a file is looked at only under a name that is not one of a copy under way, and
only when it has been left alone for a while; and it is moved only if it is still the file that was read.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from alcli.core.handoff.inert import visible
from alcli.errors import ConfigError, Fault
from alcli.project import durable
from alcli.project.config import HandoffSettings

DONE, REFUSED = "done", "refused"
REPORT = ".why.txt"
UNDER_WAY = (".tmp", ".part", ".partial", ".crdownload", ".download", "~")


@dataclass(frozen=True)
class Arrival:
    """A file in the inbox as it was when it was looked at; `fault` says why it cannot be read at all."""

    path: Path
    mark: tuple[int, int, int]
    fault: str = ""

    @property
    def name(self) -> str:
        """Its name, whatever bytes that is made of."""
        return printed(Path(self.path.name))


def printed(path: Path) -> str:
    """A path that can be written down, whatever bytes its names are made of."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def folders(root: Path, handoff: HandoffSettings) -> tuple[Path, Path]:
    """The inbox and the outbox of a project; refuses an inbox from which other files would be taken."""
    inbox, outbox = root / handoff.inbox, root / handoff.outbox
    taken = inbox.resolve()
    if root.resolve().is_relative_to(taken) or (root / ".alcli").resolve() in (taken, *taken.parents):
        raise ConfigError("[handoff] inbox: the files of the project itself would be taken", 'inbox = "inbox"')
    if taken == outbox.resolve():
        raise ConfigError("[handoff] inbox and outbox are the same folder", 'inbox = "inbox", outbox = "outbox"')
    return inbox, outbox


def ready(inbox: Path, settle: float, now: float) -> list[Arrival]:
    """The files to be read now, the oldest first: of two answers to one row the later one counts.

    `settle`: seconds for which a file must have been left alone; `now`: seconds since 1970. Folders are passed over.
    """
    found = []
    for path in inbox.iterdir() if inbox.is_dir() else ():
        if path.name.startswith((".", "~$")) or path.name.lower().endswith((*UNDER_WAY, REPORT)):
            continue
        try:
            status = path.lstat()
        except FileNotFoundError:
            continue
        # a clock that is ahead of ours elsewhere must not keep a file waiting for ever, hence the distance
        if not stat.S_ISDIR(status.st_mode) and abs(now - status.st_mtime) >= settle:
            found.append((status.st_mtime_ns, path.name, Arrival(path, _mark(status), _fault(path, status))))
    return [arrival for _, _, arrival in sorted(found, key=lambda one: one[:2])]


def put(arrival: Arrival, folder: Path) -> Path | None:
    """Move a file that was read to this folder; None where it is no longer the one that was read."""
    durable.make_folder(folder)
    return _move(arrival, _free(folder / arrival.path.name))


def refuse(arrival: Arrival, folder: Path, faults: Sequence[Fault], at: str) -> tuple[Path, Path] | None:
    """Move a file to this folder, with a report of what is wrong beside it; None where it is no longer the one read.

    The report is there before the file is. No file that is taken from an inbox has the name of a report, so one that a
    killed run left is written over and nothing else ever is.
    """
    durable.make_folder(folder)
    target = _free(folder / arrival.path.name)
    report = target.with_name(target.name + REPORT)
    if not _unchanged(arrival):
        return None
    with durable.replacing(report) as draft:
        draft.write_text("\n".join(_told(arrival.name, faults, at)) + "\n", encoding="utf-8")
    moved = _move(arrival, target)
    return (moved, report) if moved else None


def _fault(path: Path, status: os.stat_result) -> str:
    if stat.S_ISLNK(status.st_mode):
        return "this is a link: put the file itself here"
    if not stat.S_ISREG(status.st_mode):
        return "this is not a regular file"
    try:
        path.name.encode()
    except UnicodeEncodeError:
        return "its name is not UTF-8: give it another one"
    return ""


def _mark(status: os.stat_result) -> tuple[int, int, int]:
    """What would not be the same of another file, or of one that was written to."""
    return status.st_ino, status.st_size, status.st_mtime_ns


def _unchanged(arrival: Arrival) -> bool:
    try:
        return _mark(arrival.path.lstat()) == arrival.mark
    except FileNotFoundError:
        return False


def _move(arrival: Arrival, target: Path) -> Path | None:
    if not _unchanged(arrival):
        return None
    os.rename(arrival.path, target)
    durable.sync(target.parent)
    return target


def _free(path: Path) -> Path:
    """The path, with a number where another file has that name."""
    names = (path.name if n == 1 else f"{path.stem}-{n}{path.suffix}" for n in count(1))
    return next(free for free in map(path.with_name, names) if not os.path.lexists(free))


def _told(name: str, faults: Sequence[Fault], at: str) -> Iterator[str]:
    """The lines of a report."""
    yield f"{visible(name, 300)} was not taken in, {at}; nothing of it was used."
    yield ""
    for fault in faults:
        places = (
            f"{fault.unit} {fault.line}" if fault.line else "",
            f"id {fault.id}" if fault.id else "",
            fault.column,
        )
        where = ", ".join(place for place in places if place)
        value = f" ({fault.value})" if fault.value else ""
        yield visible(f"{where}: {fault.reason}{value}" if where else f"{fault.reason}{value}", 2000)
    yield ""
    yield "Mend the file and put it into the inbox again. This report can be deleted."
