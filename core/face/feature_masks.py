"""Where a face's features are in a frame, told by its landmarks alone."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from core.anatomy.landmarks import (
    INNER_LIPS,
    LEFT_BROW,
    LEFT_EYE,
    OUTER_LIPS,
    RIGHT_BROW,
    RIGHT_EYE,
    Landmarks,
)
from core.face.align import canonical_frame
from core.imaging.arrays import Mask, Points
from core.imaging.masks import dilate, fill_hull, fill_polygon

_BROW_WIDTH, _BROW_REACH = 0.035, 0.008
_LASHES_REACH = 0.022
_SKIN_AWAY = 0.012
"""How far skin stays away from the features; all of the canonical frame's side."""
_SHIFT = 4  # sub-pixel bits of OpenCV's drawing functions


@dataclass(frozen=True, eq=False)
class Features:
    """Masks of one frame, (S, S), 255 in the feature."""

    unit: float
    """Side of the canonical frame in these pixels."""
    eyes: Mask
    """What the lids leave open."""
    gap: Mask
    """What the lips leave open: teeth, or nothing."""
    lips: Mask
    hairs: Mask
    """Brows and lashes, and the skin between and beside their hairs."""
    skin: Mask
    """The face without all of these; hair and hands over it are not left out."""


def features(points: Landmarks, size: int) -> Features:
    """Find the features in a square frame.

    Args:
        points: (68, 2) in pixels of the frame; may lie outside it.
        size: side of the frame in pixels.
    """
    shape = (size, size)
    unit = 256 / canonical_frame(points).scale
    eyes = fill_polygon(shape, points[list(LEFT_EYE)]) | fill_polygon(
        shape, points[list(RIGHT_EYE)]
    )
    gap = fill_polygon(shape, points[list(INNER_LIPS)])
    mouth = fill_polygon(shape, points[list(OUTER_LIPS)])
    hairs = _brows(shape, points, unit) | dilate(eyes, _LASHES_REACH * unit)
    apart = dilate(hairs | mouth | gap, _SKIN_AWAY * unit)
    skin = fill_hull(shape, points) & ~apart
    return Features(unit, eyes, gap, mouth & ~gap, hairs, skin)


def _brows(shape: tuple[int, int], points: Points, unit: float) -> Mask:
    brows = np.zeros(shape, np.uint8)
    fixed = np.rint(points * (1 << _SHIFT)).astype(np.int32)
    lines = [fixed[list(brow)] for brow in (LEFT_BROW, RIGHT_BROW)]
    width = max(int(_BROW_WIDTH * unit), 1)
    cv2.polylines(brows, lines, False, 255, width, cv2.LINE_8, _SHIFT)
    return dilate(brows, _BROW_REACH * unit)
