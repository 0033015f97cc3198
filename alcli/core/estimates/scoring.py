"""How well a model does on rows whose labels are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from alcli.contracts import Ints

METRICS = ("accuracy", "macro_f1")
_LOPSIDED = 2 / 3  # of the rows in one class: to name it every time would look good


def accuracy(truth: Ints, said: Ints) -> float:
    """The share of rows (n,) that were called what they are.

    >>> accuracy(np.array([0, 1, 2, 2]), np.array([0, 1, 2, 0]))
    0.75
    """
    return float(np.mean(truth == said))


def macro_f1(truth: Ints, said: Ints) -> float:
    """The mean F1 of the classes that are in `truth` (n,), each class counting the same.

    F1 is 2 hits / (rows of the class + rows called so), and 0 for a class that is never hit.

    >>> macro_f1(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1]))  # (4/5 + 2/3) / 2
    0.7333333333333334
    """
    k = int(max(truth.max(), said.max())) + 1
    hits = np.bincount(truth[truth == said], minlength=k)
    rows, called = np.bincount(truth, minlength=k), np.bincount(said, minlength=k)
    there = rows > 0
    return float(np.mean(2 * hits[there] / (rows + called)[there]))


def fitting_metric(truth: Ints) -> str:
    """Accuracy, or macro-F1 where naming the commonest class every time would be right for two rows of three.

    >>> fitting_metric(np.array([0, 0, 1])), fitting_metric(np.array([0, 1]))
    ('macro_f1', 'accuracy')
    """
    return "macro_f1" if np.bincount(truth).max() >= _LOPSIDED * len(truth) else "accuracy"
