"""The parts of a face as outlines in the photo, made from its landmarks."""

from __future__ import annotations

from enum import StrEnum

import cv2
import numpy as np

from core.anatomy.landmarks import (
    JAW,
    LEFT_BROW,
    LEFT_EYE,
    NOSE_BASE,
    NOSE_BRIDGE,
    OUTER_LIPS,
    RIGHT_BROW,
    RIGHT_EYE,
    Landmarks,
    interocular_distance,
)
from core.imaging.arrays import Points

_MARGINS = {"mouth": 0.12, "eyes": 0.12, "brows": 0.09, "nose": 0.10, "face": 0.0}
"""How far a part reaches beyond its landmarks, in distances between the eyes."""
_FOREHEAD = 0.75
"""Height of the forehead above the brows, in distances from the brows to the nose's base."""
_CIRCLE = np.linspace(0, 2 * np.pi, 24, endpoint=False)


class Component(StrEnum):
    """What mask-guided portraits embed each on its own (seed 001): together a whole head.

    "Left" is the left side of the picture.
    """

    LEFT_EYE = "left_eye"
    RIGHT_EYE = "right_eye"
    MOUTH = "mouth"
    SKIN = "skin"
    HAIR = "hair"


class FacePart(StrEnum):
    """What can be chosen by name."""

    MOUTH = "mouth"
    EYES = "eyes"
    BROWS = "brows"
    NOSE = "nose"
    FACE = "face"


_PART_LANDMARKS = {
    FacePart.MOUTH: (OUTER_LIPS,),
    FacePart.EYES: (LEFT_EYE, RIGHT_EYE),
    FacePart.BROWS: (LEFT_BROW, RIGHT_BROW),
    FacePart.NOSE: (NOSE_BRIDGE + NOSE_BASE,),
}


def part_outlines(part: FacePart, landmarks: Landmarks) -> list[Points]:
    """Outline a part of a face; eyes and brows are two outlines.

    Args:
        part: what to outline.
        landmarks: (68, 2) in photo pixels.

    Returns:
        Each (K, 2), convex, in photo pixels.
    """
    if part is FacePart.FACE:
        return [_hull(np.vstack([landmarks, _forehead(landmarks)]))]
    reach = _MARGINS[part] * interocular_distance(landmarks)
    return [_offset_hull(landmarks[list(group)], reach) for group in _PART_LANDMARKS[part]]


def _offset_hull(points: Points, reach: float) -> Points:
    """Outline everything within `reach` of the points' hull."""
    circle = reach * np.column_stack([np.cos(_CIRCLE), np.sin(_CIRCLE)])
    return _hull((points[:, None] + circle).reshape(-1, 2))


def _forehead(landmarks: Landmarks) -> Points:
    """Guess the hairline, which landmarks do not show: half an ellipse over the temples."""
    left, right = landmarks[JAW[0]], landmarks[JAW[-1]]
    brows = landmarks[list(LEFT_BROW + RIGHT_BROW)].mean(axis=0)
    up = brows - landmarks[list(NOSE_BASE)].mean(axis=0)
    middle = (left + right) / 2
    summit = brows + _FOREHEAD * up - middle
    turns = np.linspace(0, np.pi, 17)[:, None]
    arc: Points = middle + np.cos(turns) * (left - middle) + np.sin(turns) * summit
    return arc


def _hull(points: Points) -> Points:
    return cv2.convexHull(points.astype(np.float32))[:, 0].astype(np.float64)
