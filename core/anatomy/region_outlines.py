"""A label map of a face from its landmarks alone: the inner regions and the skin around them."""

from __future__ import annotations

import numpy as np

from core.anatomy.landmarks import (
    INNER_LIPS,
    LEFT_BROW,
    LEFT_EYE,
    NOSE_BASE,
    NOSE_BRIDGE,
    RIGHT_BROW,
    RIGHT_EYE,
    Landmarks,
    interocular_distance,
    mouth_width,
)
from core.anatomy.parts import FacePart, part_outlines
from core.anatomy.regions import LabelMap, Region
from core.imaging.arrays import Mask
from core.imaging.masks import fill_hull, fill_polygon

UNKNOWN = 255
"""In label maps: nobody knows."""

_UPPER_LIP = [*range(48, 55), 64, 63, 62, 61, 60]
_LOWER_LIP = [54, *range(55, 60), 48, 60, 67, 66, 65, 64]
_CLOSED = 0.06  # gap between the lips / width of the mouth
_BROW_THICKNESS = 0.09  # in distances between the eyes
_BROW_ENDS = np.array([0.4, 1.0, 1.0, 1.0, 0.4])[:, None]  # of that thickness


def labels_from_landmarks(shape: tuple[int, int], *faces: Landmarks) -> LabelMap:
    """Draw what the landmarks of some faces tell; hair, neck and background stay unknown.

    Args:
        shape: height and width of the map.
        faces: (68, 2) each, in its pixels.

    Returns:
        (H, W), a `Region` or `UNKNOWN` in each pixel.
    """
    labels = np.full(shape, UNKNOWN, np.uint8)
    for landmarks in faces:
        for outline in part_outlines(FacePart.FACE, landmarks):
            labels[fill_polygon(shape, outline) > 0] = Region.SKIN
        for region, mask in inner_region_masks(shape, landmarks).items():
            labels[mask > 0] = region
    return labels


def inner_region_masks(shape: tuple[int, int], landmarks: Landmarks) -> dict[Region, Mask]:
    """Mask each inner region of a face: brows, eyes, nose, lips, inside of the mouth.

    Args:
        shape: height and width of the masks.
        landmarks: (68, 2) in their pixels.

    Returns:
        (H, W) uint8 masks, 0 or 255.
    """
    return {
        Region.LEFT_BROW: _brow(shape, landmarks, LEFT_BROW),
        Region.RIGHT_BROW: _brow(shape, landmarks, RIGHT_BROW),
        Region.LEFT_EYE: fill_polygon(shape, landmarks[list(LEFT_EYE)]),
        Region.RIGHT_EYE: fill_polygon(shape, landmarks[list(RIGHT_EYE)]),
        Region.NOSE: fill_hull(shape, landmarks[list(NOSE_BRIDGE + NOSE_BASE)]),
        Region.UPPER_LIP: fill_polygon(shape, landmarks[_UPPER_LIP]),
        Region.LOWER_LIP: fill_polygon(shape, landmarks[_LOWER_LIP]),
        Region.INNER_MOUTH: _inner_mouth(shape, landmarks),
    }


def _inner_mouth(shape: tuple[int, int], landmarks: Landmarks) -> Mask:
    """Cover the inside of the mouth; a closed one has none."""
    gap = np.linalg.norm(landmarks[62] - landmarks[66])
    if gap < _CLOSED * mouth_width(landmarks):
        return np.zeros(shape, np.uint8)
    return fill_polygon(shape, landmarks[list(INNER_LIPS)])


def _brow(shape: tuple[int, int], landmarks: Landmarks, group: tuple[int, ...]) -> Mask:
    """Cover a brow: its points lie on the upper edge, the ends are thinner."""
    line = landmarks[list(group)]
    eyes = landmarks[list(LEFT_EYE + RIGHT_EYE)].mean(axis=0)
    down = landmarks[[48, 54]].mean(axis=0) - eyes
    down = down / max(float(np.linalg.norm(down)), 1e-9)
    thickness = _BROW_THICKNESS * interocular_distance(landmarks) * down
    return fill_polygon(shape, np.vstack([line, (line + _BROW_ENDS * thickness)[::-1]]))
