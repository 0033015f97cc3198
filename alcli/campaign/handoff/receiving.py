"""Returned files to rows: read from disk, taken out of archives, each by the format that its content tells."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from alcli import plugins
from alcli.campaign import parts
from alcli.contracts import Format, HandoffRefused, Returned
from alcli.core.handoff.archives import returned_files
from alcli.core.handoff.keys import parse
from alcli.core.handoff.returning import Opened, opened, read_back
from alcli.errors import Fault
from alcli.project.config import Config, Part
from alcli.project.project import Project
from alcli.project.records import BatchSelected

STANDARD_INPUT = "-"


def received(project: Project, files: Sequence[str], format: str | None) -> tuple[dict[str, Returned], list[Fault]]:
    """The rows of every file that can be understood, and why the others cannot.

    A file of an archive is called `ARCHIVE-FILE`.
    """
    formats = _formats(project.root, project.specification, format)  # the state would take room while files are read
    returned: dict[str, Returned] = {}
    refused: list[Fault] = []
    for name in dict.fromkeys(files):
        try:
            within = returned_files(_bytes(name))
        except HandoffRefused as why:
            refused.append(Fault(str(why), name))
            continue
        for inside in list(within):
            called = f"{name}-{inside.replace('/', '-')}" if inside else name
            try:
                # taken out: of a large file it is enough to hold the text while that is read
                file = opened(within.pop(inside), Path(inside or name).suffix, formats)
                returned[called] = _read(project, file, Path(inside).stem if inside else "")
            except HandoffRefused as why:
                refused.append(Fault(str(why), called))
    return returned, refused


def _read(project: Project, file: Opened, person: str) -> Returned:
    """One file, by the columns that go out now; by those that went out with its rows, where they were others."""
    config = project.specification
    back = read_back(file, config.id_name, config.shown, person)
    shown = shown_with(project, (row.key or "" for row in back.rows))
    return back if shown == config.shown else read_back(file, config.id_name, shown, person)


def shown_with(project: Project, found: Iterable[str]) -> tuple[str, ...]:
    """The columns that went out with the latest round of these keys; without one, those that go out now."""
    one_of = {text.partition("-")[0]: text for text in found}  # by what says the round
    rounds = {key.round for text in one_of.values() if (key := parse(text.strip().lower()))}
    for committed in reversed(project.committed) if rounds else ():  # the state would take room beside a large file
        did = committed.step.did
        if isinstance(did, BatchSelected) and did.round in rounds:
            return project.shown_in(committed.number)
    return project.specification.shown


def _formats(root: Path, config: Config, format: str | None) -> list[Format]:
    """The one named; else all there are, the campaign's own last: it may be of one's own making and less strict."""
    if format:
        return [parts.load(Path(), "formats", Part(format))]
    own = config.handoff.format
    others = [name for name in plugins.names("formats") if name != own.use]
    return [*(plugins.load("formats", name) for name in others), parts.load(root, "formats", own)]


def _bytes(name: str) -> bytes:
    """The bytes of a regular file, or of standard input; anything else is refused at once, without waiting."""
    if name == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    try:
        mode = Path(name).stat().st_mode
        if not stat.S_ISREG(mode):
            raise HandoffRefused("this is a folder" if stat.S_ISDIR(mode) else "this is not a regular file")
        return Path(name).read_bytes()
    except FileNotFoundError:
        raise HandoffRefused("there is no such file") from None
    except OSError as error:
        raise HandoffRefused(f"it cannot be read: {error.strerror}") from None
