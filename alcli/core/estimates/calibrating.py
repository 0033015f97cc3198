"""Probabilities that mean what they say: temperature scaling, and how far confidence is from being right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from alcli.core.linear import softmax

if TYPE_CHECKING:
    from alcli.contracts import Floats, Ints

COLDEST, HOTTEST = 0.1, 10.0
FEWEST_ROWS = 50  # with fewer, neither a temperature nor an error can be told from noise
_LEAST = 1e-3  # of all classes together: a probability of 0 is a count of too few votes, not a certainty
_BINS, _ROWS_A_BIN = 10, 25


def tempered(proba: Floats, temperature: float) -> Floats:
    """Probabilities (n, k) to the power 1/temperature, made to sum to 1; above 1 they are less sure, the order stays.

    >>> tempered(np.array([[0.8, 0.2]]), 2.0).round(3).tolist()
    [[0.667, 0.333]]
    """
    return proba if temperature == 1 else softmax(_logarithms(proba) / temperature)


def temperature(proba: Floats, y: Ints) -> float:
    """The temperature at which held-out probabilities (n, k) explain the labels `y` (n,) best (Guo et al. 2017).

    Within 0.1 and 10; 1, which changes nothing, with fewer than 50 rows.
    """
    if len(y) < FEWEST_ROWS:
        return 1.0
    from scipy.optimize import minimize_scalar

    logarithms, rows = _logarithms(proba), np.arange(len(y))

    def loss(log_temperature: float) -> float:
        scores = logarithms / np.exp(log_temperature)
        scores -= scores.max(axis=1, keepdims=True)
        return float((np.log(np.exp(scores).sum(axis=1)) - scores[rows, y]).mean())

    best = minimize_scalar(loss, bounds=(np.log(COLDEST), np.log(HOTTEST)), method="bounded", options={"xatol": 1e-3})
    return float(np.exp(best.x))


def losses(proba: Floats, y: Ints) -> Floats:
    """The log loss of each row of probabilities (n, k), in nats (n,)."""
    each: Floats = -_logarithms(proba)[np.arange(len(y)), y]
    return each


def calibration_error(proba: Floats, y: Ints) -> float:
    """How far, on average, the confidence of held-out probabilities (n, k) is from the share that is right.

    The expected calibration error of the likeliest class, in bins of equally many rows (Nguyen & O'Connor 2015):
    up to ten, of 25 rows or more.

    >>> calibration_error(np.array([[0.9, 0.1]] * 10), np.array([0] * 8 + [1] * 2))
    0.1
    """
    confidence, right = proba.max(axis=1), proba.argmax(axis=1) == y
    order = np.argsort(confidence, kind="stable")
    bins = np.array_split(order, min(_BINS, max(1, len(y) // _ROWS_A_BIN)))
    off = [len(rows) * abs(float(confidence[rows].mean() - right[rows].mean())) for rows in bins]
    return round(sum(off) / len(y), 6)


def _logarithms(proba: Floats) -> Floats:
    logarithms: Floats = np.log(np.maximum(proba, _LEAST / proba.shape[1], dtype=np.float64))
    return logarithms
