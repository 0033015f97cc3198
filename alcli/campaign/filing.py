"""The files of a batch: what the format makes of it, and what its tool wants beside that."""

from __future__ import annotations

from pathlib import Path

from alcli.campaign import parts
from alcli.campaign.handing import refuse_to_overwrite
from alcli.contracts import Format, Handoff
from alcli.project import durable


def handoff_files(form: Format, handoff: Handoff, path: Path) -> dict[Path, bytes]:
    """What to write where, the handoff file first; whatever the format raises is told as its fault."""
    with parts.blamed("format", type(form).__name__):
        content = form.write(handoff)
        beside = form.beside(handoff) if hasattr(form, "beside") else {}
    own = {path: content if isinstance(content, bytes) else content.encode()}
    others = {path.with_name(path.stem + suffix): text.encode() for suffix, text in beside.items()}
    return own | others | own  # the handoff file is the first, whatever the others are called


def write_beside(files: dict[Path, bytes], path: Path) -> None:
    """Write all but the handoff file itself; nobody's own file is replaced."""
    for other, content in files.items():
        if other != path and not (other.exists() and other.read_bytes() == content):
            refuse_to_overwrite(other)
            with durable.replacing(other) as draft:
                draft.write_bytes(content)
