"""Which files of a batch are still to come back."""

from __future__ import annotations

from alcli.project.state import Batch, State


def awaited(state: State, batch: Batch) -> list[str]:
    """The files of a batch, as its step names them, that answers are still awaited from."""
    last = (asked for asked in batch.rows if asked.row in state.out)
    rows = [asked for asked in last if state.asked[asked.row].key == asked.key]
    if not batch.did.outputs:
        return [batch.did.output] if rows else []
    owe = {name for asked in rows for name in asked.to if name not in state.heard[asked.row]}
    return [file for name, file in batch.did.outputs.items() if name in owe]
