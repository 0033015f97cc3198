"""No two rows of a batch ask the same thing: which of some rows stay, and which say what an earlier one says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from alcli.campaign.choosing.situation import Situation
from alcli.core.near import groups
from alcli.project import pool

if TYPE_CHECKING:
    from alcli.contracts import Ints


def staying(situation: Situation, rows: Sequence[int] | Ints) -> Ints:
    """The places of the rows that are near-identical neither to a row beside them in the batch nor to an earlier one.

    Rows are near-identical whose texts are, and whose other columns are equal. Where there is no text all stay: rows
    alike in content are one row already, and what lies near in numbers may be on another side of a boundary.
    """
    columns, beside = situation.config.pool, situation.beside
    if not columns.text:
        return np.arange(len(rows))
    found = pool.fetch(situation.shards, [*beside, *rows], columns.content)
    texts = ["\n".join(filter(None, said)) for said in zip(*(found[name] for name in columns.text), strict=True)]
    others = (found[name] for name in columns.content if name not in columns.text)
    said = list(zip(groups(texts).tolist(), *others, strict=True))
    first = {what: at for at, what in reversed(list(enumerate(said)))}
    return np.array([at - len(beside) for at, what in enumerate(said) if at >= len(beside) and first[what] == at], int)
