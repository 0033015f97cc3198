"""What honest estimates say at any confidence: one-sided bounds, and how sure a gain is."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alcli.contracts import Estimate

Z = 1.959963984540054  # standard errors either side of an estimate's own interval


def require_metric(name: str) -> None:
    """Raise `ValueError` for a word that no estimate goes by."""
    figure, _, of = name.partition(":")
    if not (name in {"accuracy", "macro_f1"} or (figure in {"precision", "recall"} and of)):
        raise ValueError(f"there is no metric {name!r}; there are: accuracy, macro_f1, precision:CLASS, recall:CLASS")


def z_of(confidence: float) -> float:
    """How many standard errors a normal variable stays below with this probability, 0 to 1.

    >>> round(z_of(0.95), 3)
    1.645
    """
    return NormalDist().inv_cdf(confidence)


def wilson(share: float, n: float, z: float = Z) -> tuple[float, float]:
    """The interval of a share that was seen in `n` > 0 rows (Wilson 1927); it has a width at 0 and 1 too.

    >>> low, high = wilson(0.8, 100)
    >>> round(low, 4), round(high, 4)
    (0.7112, 0.8666)
    """
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def rows_behind(share: Estimate) -> float:
    """Of how many rows of equal weight the interval of a share is Wilson's; never more than there are.

    Weights make them fewer. Half the interval's width h at the share p solves
    h^2 (n + z^2)^2 = z^2 (p (1 - p) n + z^2 / 4).
    """
    squared, z2 = ((share.high - share.low) / 2) ** 2, Z**2
    if squared == 0:
        return share.n
    b = 2 * squared * z2 - z2 * share.value * (1 - share.value)
    c = z2**2 * (squared - 0.25)
    return min(share.n, (math.sqrt(max(0.0, b * b - 4 * squared * c)) - b) / (2 * squared))


def lower_share(share: Estimate, confidence: float) -> float:
    """What a share is at least (Wilson 1927).

    >>> from alcli.contracts import Estimate
    >>> round(lower_share(Estimate(0.84, 0.7847, 0.8832, 0.0251, 212), 0.95), 3)
    0.794
    """
    return wilson(share.value, rows_behind(share), z_of(confidence))[0]


def lower_score(score: Estimate, confidence: float) -> float:
    """What a score that is no share is at least: so many standard errors below its value."""
    return max(0.0, score.value - z_of(confidence) * score.error)


def middle(estimate: Estimate) -> float:
    """The middle of an interval: the fewer rows, the nearer a share is moved to a half (Agresti and Coull 1998).

    >>> from alcli.contracts import Estimate
    >>> round(middle(Estimate(1.0, 0.5655, 1.0, 0.11, 5)), 2)  # all of five
    0.78
    """
    return (estimate.low + estimate.high) / 2


def gain_error(before: Estimate, after: Estimate, changed: float) -> float:
    """The standard error of what a model gained over an earlier one, measured on the same rows and perhaps some more.

    `changed` is at least the share of rows that the two call otherwise; a sum of shares, from model to model, will do.
    Only such rows can tell the two apart: their right-or-wrong on a row of accuracy p correlates by at least
    1 - changed / (2 p (1 - p)), and the estimates by that and by the share of rows that both were measured on.

    >>> from alcli.contracts import Estimate
    >>> one = Estimate(0.8, 0.71, 0.87, 0.04, 100)
    >>> round(gain_error(one, one, changed=0.08), 4), round(gain_error(one, one, changed=1.0), 4)
    (0.0283, 0.0566)
    """
    spread = 2 * after.value * (1 - after.value)
    alike = max(0.0, 1 - changed / spread) if spread else 0.0
    shared = math.sqrt(min(before.n, after.n) / max(before.n, after.n, 1))
    variance = before.error**2 + after.error**2 - 2 * alike * shared * before.error * after.error
    return math.sqrt(max(0.0, variance))
