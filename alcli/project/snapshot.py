"""What the steps of a long project come to, kept in the cache so that they need not all be read again.

    .alcli/cache/state    the SHA-256 of what follows, then as MessagePack: a recipe, the hash of each step, the state

A snapshot stands for the very steps that it names: where there is one more of them, or another last one, it counts as
not there, as one that is torn or was made by another way of replaying. The steps are the truth; this is derived.
"""

from __future__ import annotations

import contextlib
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from alcli.core.labelling.answers import Rule
from alcli.project import durable
from alcli.project.state import State

FEWEST = 100  # a shorter row of steps is read about as quickly as its snapshot

# all that says what a state is and how steps become one
_REPLAY = (
    "contracts",
    "core.labelling.answers",
    "project.findings",
    "project.records",
    "project.renaming",
    "project.said",
    "project.state",
)
_SHA = 32


class Snapshot(msgspec.Struct, frozen=True, array_like=True):
    """The hashes of a row of steps, oldest first, and what they come to where answers become labels by this rule."""

    recipe: str
    chain: tuple[str, ...]
    rule: Rule
    packed: msgspec.Raw

    def state(self) -> State:
        """The state that these steps leave."""
        return msgspec.msgpack.decode(self.packed, type=State)


def read(root: Path, last: str) -> Snapshot | None:
    """The snapshot of the steps of which the last has this hash; None if there is none that can be trusted."""
    try:
        data = memoryview(_path(root).read_bytes())
        if hashlib.sha256(data[_SHA:]).digest() != data[:_SHA]:
            return None
        found = msgspec.msgpack.decode(data[_SHA:], type=Snapshot)
        return found if found.recipe == _recipe() and found.chain[-1:] == (last,) else None
    except (OSError, msgspec.MsgspecError):
        return None


def write(root: Path, chain: Sequence[str], state: State, rule: Rule) -> None:
    """Keep the state that the steps with these hashes leave; where the disk refuses, it will be replayed."""
    with contextlib.suppress(OSError):
        kept = Snapshot(_recipe(), tuple(chain), rule, msgspec.Raw(msgspec.msgpack.encode(state)))
        data = msgspec.msgpack.encode(kept)
        durable.make_folder(_path(root).parent)
        with durable.replacing(_path(root)) as draft:
            draft.write_bytes(hashlib.sha256(data).digest() + data)


def _path(root: Path) -> Path:
    return root / ".alcli" / "cache" / "state"


def _recipe() -> str:
    """The hash of the sources of replay: a snapshot made by others is not one of ours."""
    found = hashlib.sha256()
    for name in _REPLAY:
        module = sys.modules[f"alcli.{name}"]
        found.update(Path(str(module.__file__)).read_bytes())
    return found.hexdigest()
