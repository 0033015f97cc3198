"""What else is odd about labels: classes taken for each other, texts labelled unread, one text with two labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from alcli.contracts import Floats, Ints

FALSE_ALARMS = 0.05  # share of the pairs that are told
EXAMPLES = 5

# Nobody is told of who reads fast: the bound is four times the pace of silent reading, 238 words a minute on average
# (Brysbaert 2019, Journal of Memory and Language 109), and of a long text no more than its beginning need be read.
WORDS_A_SECOND = 4 * 238 / 60
KEY_PRESS = 0.3  # seconds
BEGINNING = 40  # words


@dataclass(frozen=True)
class Confused:
    """Two classes that are taken for each other, as numbers; so many rows of `a` are of `b` by expectation, and of `b`
    of `a`.

    `chance` is that of so many rows that look like the other class, the likelier way, if they went to the classes by
    their size. `examples` are places of rows: the likeliest to be wrong, of either class by turns.
    """

    a: int
    b: int
    a_as_b: float
    b_as_a: float
    chance: float
    examples: tuple[int, ...]


def confused(y: Ints, likely: Ints, wrong: Floats, examples: int = EXAMPLES) -> list[Confused]:
    """The pairs of classes that are confused both ways and more than by chance, those with the most such rows first.

    Row i has label `y[i]` (n,), which is wrong with probability `wrong[i]` (n,), and then `likely[i]` (n,) is right.
    Each way one row or more is to be wrong by the sum of these, and the rows that look like another class are to look
    like that one more often than other classes' sizes explain (a binomial tail; of both ways the larger counts). Of the
    pairs told one in twenty is told by chance (Benjamini and Hochberg 1995). With two classes there is nothing to
    compare the one pair with, and none is told.

    >>> y, likely = np.repeat([0, 1, 2], 14), np.repeat([1, 0, 0, 1, 2, 2], 7)
    >>> (pair,) = confused(y, likely, 1.0 * (y < 2))
    >>> (pair.a, pair.b), (pair.a_as_b, pair.b_as_a), round(pair.chance, 4), pair.examples
    ((0, 1), (7.0, 7.0), 0.0078, (0, 14, 1, 15, 2))
    """
    from scipy.special import betainc

    k = int(max(y.max(initial=-1), likely.max(initial=-1))) + 1
    if k < 3:
        return []
    far = np.flatnonzero(y != likely)
    seen, taken = np.zeros((k, k)), np.zeros((k, k))  # rows of a class that look like another; that are of it
    np.add.at(seen, (y[far], likely[far]), 1)
    np.add.at(taken, (y[far], likely[far]), wrong[far])
    size = np.bincount(y, minlength=k)
    a, b = np.triu_indices(k, 1)
    ways = []
    for own, other in ((a, b), (b, a)):
        x, n = seen[own, other], seen[own].sum(axis=1)
        share = size[other] / np.maximum(len(y) - size[own], 1)
        ways.append(np.where(x > 0, betainc(np.maximum(x, 1), n - x + 1, share), 1.0))  # x or more of n
    chance = np.maximum(*ways)
    told = [at for at in np.flatnonzero(_discovered(chance)) if min(taken[a[at], b[at]], taken[b[at], a[at]]) >= 1]
    found = [
        Confused(
            a=int(a[at]),
            b=int(b[at]),
            a_as_b=float(taken[a[at], b[at]]),
            b_as_a=float(taken[b[at], a[at]]),
            chance=float(chance[at]),
            examples=tuple(_strongest(y, likely, wrong, int(a[at]), int(b[at]))[:examples]),
        )
        for at in told
    ]
    return sorted(found, key=lambda pair: (-(pair.a_as_b + pair.b_as_a), pair.a, pair.b))


def _discovered(chance: Floats) -> Floats:
    """Which chances (m,) are small enough that of those found no more than a share is false."""
    order = np.argsort(chance, kind="stable")
    low = chance[order] <= FALSE_ALARMS * np.arange(1, len(chance) + 1) / len(chance)
    found = np.zeros(len(chance), bool)
    found[order[: np.flatnonzero(low).max(initial=-1) + 1]] = True
    return found


def _strongest(y: Ints, likely: Ints, wrong: Floats, a: int, b: int) -> list[int]:
    """The rows of each class that are likely of the other, the likeliest to be wrong first, by turns."""
    sides = []
    for own, other in ((a, b), (b, a)):
        at = np.flatnonzero((y == own) & (likely == other) & (wrong > 0))
        sides.append(at[np.argsort(-wrong[at], kind="stable")].tolist())
    return [at for at in chain.from_iterable(zip_longest(*sides)) if at is not None]


@dataclass(frozen=True)
class Haste:
    """Of an annotator's answers whose time is known (`timed`), these places were answered faster than can be read."""

    annotator: str
    rows: tuple[int, ...]
    timed: int

    @property
    def share(self) -> float:
        """Of the answers whose time is known."""
        return len(self.rows) / self.timed


def hasty(seconds: Floats, n_words: Ints, annotators: Sequence[str]) -> list[Haste]:
    """The annotators with answers given faster than the text can be read, those with the greatest share first.

    `seconds` (n,) an answer took, nan or 0 where that is not known; `n_words` (n,) has the text. Of a text of ten words
    that is less than 0.93 seconds, of one of forty or more less than 2.82.

    >>> hasty(np.array([0.5, 1.0, np.nan]), np.array([10, 10, 10]), ["ann", "ann", "bob"])
    [Haste(annotator='ann', rows=(0,), timed=2)]
    """
    least = KEY_PRESS + np.minimum(n_words, BEGINNING) / WORDS_A_SECOND
    timed, fast = seconds > 0, defaultdict(list)
    for at in np.flatnonzero(timed & (seconds < least)).tolist():
        fast[annotators[at]].append(at)
    known = [annotators[at] for at in np.flatnonzero(timed).tolist()]
    found = [Haste(name, tuple(rows), known.count(name)) for name, rows in fast.items()]
    return sorted(found, key=lambda haste: (-haste.share, haste.annotator))


def contradicted(group: Ints, labels: Sequence[str | None]) -> list[list[int]]:
    """The places of each group of near-identical texts that has two labels or more, in the order of their first.

    `group` (n,) are the numbers of `near.groups`; rows without a label are left out.

    >>> contradicted(np.array([0, 1, 0, 1, 0]), ["spam", "ham", "ham", "ham", None])
    [[0, 2]]
    """
    places: dict[int, list[int]] = defaultdict(list)
    for at, (number, label) in enumerate(zip(group.tolist(), labels, strict=True)):
        if label is not None:
            places[number].append(at)
    return [own for own in places.values() if len({labels[at] for at in own}) > 1]
