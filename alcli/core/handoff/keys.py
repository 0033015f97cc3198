"""The key that a handed-out row carries, `r003-017-k7`: round, position in the batch, two check characters.

Letters come first, so no spreadsheet takes it for a number, a date or a formula. The check characters depend
on the project and on the row's own id as well, so a key that was mistyped, filled down or brought from
another project is told from a real one.
"""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like another: no i, l, o, 0, 1

_SHAPE = re.compile(rf"r(\d{{3,9}})-(\d{{3,9}})-([{ALPHABET}]{{2}})", re.ASCII)


class Key(NamedTuple):
    """The parts of a key."""

    round: int
    position: int
    check: str


def key(project: str, round: int, position: int, row_id: str) -> str:
    """The key of the row handed out at this position of this round.

    >>> key("tickets", 3, 17, "00123")
    'r003-017-q8'
    """
    return f"r{round:03}-{position:03}-{_check(project, round, position, row_id)}"


def parse(text: str) -> Key | None:
    """The parts of something shaped like a key; None where the shape is wrong.

    >>> parse("r003-017-q8")
    Key(round=3, position=17, check='q8')
    """
    found = _SHAPE.fullmatch(text)
    return Key(int(found[1]), int(found[2]), found[3]) if found else None


def _check(project: str, round: int, position: int, row_id: str) -> str:
    said = repr((project, round, position, row_id)).encode("utf-8", "backslashreplace")
    number = int.from_bytes(hashlib.blake2b(said, digest_size=8).digest())
    rest, last = divmod(number, len(ALPHABET))
    return ALPHABET[last] + ALPHABET[rest % len(ALPHABET)]
