"""Which files of a batch are still to come back, and by what name."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from alcli.contracts import Format
from alcli.project.state import Batch, State


def awaited(state: State, batch: Batch) -> dict[str, str]:
    """The files of a batch, as its step names them, that answers are still awaited from, by annotator ("" = whoever
    takes it)."""
    last = (asked for asked in batch.rows if asked.row in state.out)
    rows = [asked for asked in last if state.asked[asked.row].key == asked.key]
    if not batch.did.outputs:
        return {"": batch.did.output} if rows else {}
    owe = {name for asked in rows for name in asked.to if name not in state.heard[asked.row]}
    return {name: file for name, file in batch.did.outputs.items() if name in owe}


def to_label(paths: Mapping[str, Path], form: Format) -> str:
    """These files of a format, by annotator, and the command to type once they are labelled."""
    back = " ".join(_returned(path, form, annotator) for annotator, path in paths.items())
    return f"{enumerated(list(map(str, paths.values())))}, then: alcli ingest {back}"


def enumerated(files: Sequence[str]) -> str:
    """`a.csv, b.csv and c.csv`."""
    return files[0] if len(files) == 1 else f"{', '.join(files[:-1])} and {files[-1]}"


def _returned(path: Path, form: Format, annotator: str) -> str:
    """The name of the file that comes back, for a shell; a format that is not handed in itself says how it ends.

    The file of one `annotator` has their name in it already.
    """
    ending: str = getattr(form, "returns", path.suffix)
    return shlex.quote(str(path.with_name(path.stem + (ending[ending.rfind(".") :] if annotator else ending))))
