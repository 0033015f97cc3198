"""Which annotator is asked which row of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from alcli.core.handoff.inert import prints

if TYPE_CHECKING:
    import numpy as np


def dealt(
    n: int, annotators: Sequence[str], rng: np.random.Generator, *, overlap: float = 0.0, per_row: int = 1
) -> list[tuple[str, ...]]:
    """Who is asked each of the `n` rows of a batch: one tuple a row, its names in the order of `annotators`.

    Every row goes to `per_row` of them; a share `overlap` of the rows, drawn by lot, to one more where there is one
    more. What that share leaves of a row is settled by lot, so that it comes true over the rounds. Nobody gets two rows
    more than another, of all rows or of those of the overlap; any two share about as many rows as any other two; who
    gets which row is chance. Raises `ValueError` for names that are missing, blank or the same but for case, a
    `per_row` that is not 1 to as many as there are, an `overlap` outside 0 to 1.

    Two people and four rows, half of which both are asked: six questions, three for each.

    >>> import numpy as np
    >>> dealt(4, ["ana", "bo"], np.random.default_rng(2), overlap=0.5)
    [('bo',), ('ana', 'bo'), ('ana',), ('ana', 'bo')]
    """
    _check(annotators, overlap, per_row)
    people = range(len(annotators))
    wanted = n * overlap if per_row < len(people) else 0.0
    n_overlap = int(wanted) + int(rng.random() < wanted % 1)
    load = [0] * len(people)
    shared = [[0] * len(people) for _ in people]  # rows that two have in common
    rows: list[tuple[str, ...]] = [()] * n
    for place, row in enumerate(rng.permutation(n)):  # the overlap first, while there is a choice of pairs
        lottery = rng.random(len(people))
        asked: list[int] = []
        for _ in range(per_row + (place < n_overlap)):
            # always one of those with the fewest rows, so that no two are ever more than one apart
            others = (person for person in people if person not in asked)
            asked.append(min(others, key=lambda p: (load[p], sum(shared[p][q] for q in asked), lottery[p])))
        for person in asked:
            load[person] += 1
            for other in asked:
                shared[person][other] += 1
        rows[row] = tuple(annotators[person] for person in sorted(asked))
    return rows


def _check(annotators: Sequence[str], overlap: float, per_row: int) -> None:
    if not annotators:
        raise ValueError("there is nobody to ask: name at least one annotator")
    if any(not name.strip() for name in annotators):
        raise ValueError("an annotator's name is blank")
    if strange := next((name for name in annotators if not prints(name)), ""):
        raise ValueError(f"an annotator's name holds what does not print: {strange!r}")
    seen: dict[str, str] = {}
    for name in annotators:
        key = name.strip().casefold()
        if key in seen:
            raise ValueError(f"two annotators have the same name: {seen[key]!r} and {name!r}")
        seen[key] = name
    if not 1 <= per_row <= len(annotators):
        there_are = f"there {'is' if len(annotators) == 1 else 'are'} {len(annotators)}"
        raise ValueError(f"every row is asked of 1 or more of the annotators, of whom {there_are}: not of {per_row}")
    if not 0 <= overlap <= 1:
        raise ValueError(f"overlap is a share of the rows, 0 to 1, not {overlap:g}")
