"""Rows moved a little towards their neighbours, where those are many: a step of mean shift."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from alcli.core.clusters import k_means, nearest_centre
from alcli.core.geometry import unit

if TYPE_CHECKING:
    from alcli.contracts import Arrays, Floats, Ints

_LANDMARKS = 10_000  # rows that stand for the pool
_CELL = 32  # landmarks in each, on average
_CELLS = 3  # where a row's neighbours are looked for: its own cell, and those nearest to it
_LEADING = 64  # columns, of which nearness is judged: what differs most comes first
_SQUARED = 4  # times: a neighbour counts by the 16th power of the cosine
_FAR, _SAME = 0.1, 0.998  # cosines: what is as far as most says nothing, and what is the same nothing new
_DOUBT = 0.1  # what a row's neighbours count together before they are believed by half
_WEIGHT = 0.4


def landmarks(rows: Floats) -> Arrays:
    """What `shifted` needs to know of a pool, by rows of it (n, d), each of length 1 or 0.

    `landmarks` (m, d) are random ones of them, in clusters of near ones: cluster c from `cells[c]` to
    `cells[c + 1]`.
    """
    rng = np.random.default_rng(0)
    drawn = rows[np.sort(rng.permutation(len(rows))[:_LANDMARKS])]
    cell = k_means(_keys(drawn), max(1, len(drawn) // _CELL), rng)
    return {
        "landmarks": drawn[np.argsort(cell, kind="stable")],
        "cells": np.cumsum([0, *np.bincount(cell)]),
    }


def shifted(rows: Floats, state: Arrays) -> Floats:
    """The rows (n, d) of length 1 or 0, each moved towards the weighted mean of the landmarks near it; again such rows.

    Where classes are dense, that brings rows closer to their class (mean shift; Fukunaga and Hostetler 1975). Where a
    row has no neighbours it stays.

    >>> pool = np.array([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]])
    >>> shifted(pool, landmarks(pool)).round(2).tolist()
    [[1.0, 0.08], [0.84, 0.54], [0.0, 1.0]]
    """
    marks, starts = state["landmarks"], state["cells"]
    keys, keys_of_marks = _keys(rows), _keys(marks)
    centres = unit(np.add.reduceat(keys_of_marks, starts[:-1]))
    around = np.argsort(-(centres @ centres.T), axis=1, kind="stable")[:, :_CELLS]
    found = np.empty_like(rows)
    for cell, at in _by_cell(keys, centres):
        near = np.concatenate([np.arange(starts[c], starts[c + 1]) for c in around[cell]])
        some = rows[at]
        weights = _weights(keys[at], keys_of_marks[near])
        pull = weights @ marks[near] / (weights.sum(axis=1, keepdims=True) + _DOUBT)
        found[at] = unit((1 - _WEIGHT) * some + _WEIGHT * pull)
    return found


def _keys(rows: Floats) -> Floats:
    return unit(rows[:, :_LEADING].copy())


def _weights(keys: Floats, others: Floats) -> Floats:
    """What each landmark counts for each row (n, m)."""
    weights: Floats = keys @ others.T
    weights *= (weights > _FAR) & (weights < _SAME)
    for _ in range(_SQUARED):
        np.square(weights, out=weights)
    return weights


def _by_cell(keys: Floats, centres: Floats) -> Iterator[tuple[int, Ints]]:
    """Each cell that is the nearest of some rows, and the indices of those."""
    cell = nearest_centre(keys, centres)
    ends = np.cumsum(np.bincount(cell, minlength=len(centres)))
    for c, at in enumerate(np.split(np.argsort(cell, kind="stable"), ends[:-1])):
        if len(at):
            yield c, at
