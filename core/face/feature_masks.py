"""Masks of a face's features in a frame, from its landmarks alone."""

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
"""Distance between the skin and the features; all of the canonical frame's side."""
_SHIFT = 4  # sub-pixel bits of OpenCV's drawing functions


@dataclass(frozen=True, eq=False)
class FeatureMasks:
    """Masks of one frame, (S, S), 255 in the feature."""

    canonical_side: float
    """Side of the canonical frame in these pixels."""
    eyes: Mask
    """What the lids leave open."""
    inner_mouth: Mask
    """What the lips leave open: teeth, or nothing."""
    lips: Mask
    brows_and_lashes: Mask
    """Brows and lashes, and the skin between and beside their hairs."""
    skin: Mask
    """The face without all of these; hair and hands over it are not left out."""


def draw_feature_masks(points: Landmarks, size: int) -> FeatureMasks:
    """Draw the features' masks in a square frame.

    Args:
        points: (68, 2) in pixels of the frame; may lie outside it.
        size: side S of the frame in pixels.

    Returns:
        (S, S) uint8 masks, 0 or 255.
    """
    shape = (size, size)
    canonical_side = 256 / canonical_frame(points).scale
    eyes = fill_polygon(shape, points[list(LEFT_EYE)]) | fill_polygon(
        shape, points[list(RIGHT_EYE)]
    )
    inner_mouth = fill_polygon(shape, points[list(INNER_LIPS)])
    mouth = fill_polygon(shape, points[list(OUTER_LIPS)])
    brows_and_lashes = _brows(shape, points, canonical_side) | dilate(
        eyes, _LASHES_REACH * canonical_side
    )
    excluded = dilate(brows_and_lashes | mouth | inner_mouth, _SKIN_AWAY * canonical_side)
    skin = fill_hull(shape, points) & ~excluded
    return FeatureMasks(
        canonical_side, eyes, inner_mouth, mouth & ~inner_mouth, brows_and_lashes, skin
    )


def _brows(shape: tuple[int, int], points: Points, canonical_side: float) -> Mask:
    brows = np.zeros(shape, np.uint8)
    fixed_point = np.rint(points * (1 << _SHIFT)).astype(np.int32)
    lines = [fixed_point[list(brow)] for brow in (LEFT_BROW, RIGHT_BROW)]
    width = max(int(_BROW_WIDTH * canonical_side), 1)
    cv2.polylines(brows, lines, False, 255, width, cv2.LINE_8, _SHIFT)
    return dilate(brows, _BROW_REACH * canonical_side)
