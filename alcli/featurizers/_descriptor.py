"""What small pictures look like, in numbers: outlines, a thumbnail, colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from alcli.contracts import Floats

SIDE = 32  # pixels of the squares that are described
_CELL = 8
_DIRECTIONS = 9
_SHADES = 4


def described(pixels: Floats) -> Floats:
    """Numbers (n, 580) for pictures (n, 32, 32, 3) with values from 0 to 1.

    >>> described(np.zeros((2, 32, 32, 3))).shape
    (2, 580)
    """
    return np.hstack([_outlines(pixels.mean(axis=3)), _thumbnail(pixels), _colours(pixels)]).astype(np.float32)


def _outlines(grey: Floats) -> Floats:
    """Histograms of oriented gradients (Dalal & Triggs 2005): of each cell, normalised with its neighbours."""
    down, right = np.gradient(grey, axis=(1, 2))
    strength = np.hypot(down, right)
    turn = np.arctan2(down, right) / np.pi % 1 * _DIRECTIONS  # an edge has no front and back
    lower = np.floor(turn)
    n, cells = len(grey), SIDE // _CELL
    histogram = np.zeros((n, cells, cells, _DIRECTIONS))
    for direction in range(_DIRECTIONS):
        share = np.where(lower % _DIRECTIONS == direction, 1 - (turn - lower), 0)
        share += np.where((lower + 1) % _DIRECTIONS == direction, turn - lower, 0)
        histogram[..., direction] = (strength * share).reshape(n, cells, _CELL, cells, _CELL).sum(axis=(2, 4))
    corners = [histogram[:, y : cells - 1 + y, x : cells - 1 + x] for y in (0, 1) for x in (0, 1)]
    blocks = np.concatenate(corners, axis=3)
    blocks /= np.sqrt((blocks**2).sum(axis=3, keepdims=True) + 0.1)  # the addend: flat places have no outlines
    return np.reshape(blocks, (n, -1))


def _thumbnail(pixels: Floats) -> Floats:
    small = SIDE // 4
    return np.reshape(pixels.reshape(len(pixels), small, 4, small, 4, 3).mean(axis=(2, 4)), (len(pixels), -1))


def _colours(pixels: Floats) -> Floats:
    """The square roots of how much of each picture has each colour."""
    shade = np.minimum((pixels * _SHADES).astype(np.int64), _SHADES - 1)
    colour = (shade @ np.array([_SHADES**2, _SHADES, 1])).reshape(len(pixels), -1)
    kinds = _SHADES**3
    flat = (colour + kinds * np.arange(len(pixels))[:, np.newaxis]).ravel()
    counts = np.bincount(flat, minlength=kinds * len(pixels)).reshape(len(pixels), kinds)
    shares: Floats = np.sqrt(counts / SIDE**2)
    return shares
