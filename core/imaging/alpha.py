"""The compositing equation: below + (above - below) x coverage / 255, to the nearest level."""

from __future__ import annotations

import cv2
import numpy as np

from core.imaging.arrays import Mask, Pixels
from core.imaging.parallel import on_all_cores

_BLOCK_ROWS = 32  # so that the intermediate values stay in the processor's cache
_PARALLEL_PX = 1 << 20
"""From so many pixels on all cores take part; fewer are done before threads would have started."""


def composite(below: Pixels, above: Pixels, coverage: Mask) -> None:
    """Composite one picture over another in place; only soft coverage takes arithmetic.

    Args:
        below: (H, W) or (H, W, C), uint8 or uint16; written to where coverage is not zero.
        above: of the same shape and depth.
        coverage: (H, W) uint8, 0 keeps `below` bit for bit, 255 takes `above`.
    """

    def composite_rows(first: int) -> None:
        rows = slice(first, first + _BLOCK_ROWS)
        weights = coverage[rows]
        if not weights.any():
            return
        if np.any((weights > 0) & (weights < 255)):
            below[rows] = _mixed(below[rows], above[rows], weights)
        else:
            hard = np.ascontiguousarray(weights)
            below[rows] = cv2.copyTo(np.ascontiguousarray(above[rows]), hard, below[rows].copy())

    blocks = range(0, len(coverage), _BLOCK_ROWS)
    if coverage.size < _PARALLEL_PX:
        for first in blocks:
            composite_rows(first)
    else:
        on_all_cores(composite_rows, blocks)


def _mixed(below: Pixels, above: Pixels, coverage: Mask) -> Pixels:
    base = below.astype(np.float32)
    mixed = above.astype(np.float32)
    mixed -= base
    share = coverage.astype(np.float32) / 255
    mixed *= share.reshape(*share.shape, *[1] * (mixed.ndim - 2))
    mixed += base
    np.rint(mixed, out=mixed)
    return mixed.astype(below.dtype)
