"""Names the place on a face where a hole lies, from the face's landmarks."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from core.anatomy.landmarks import (
    INNER_LIPS,
    LEFT_BROW,
    LEFT_EYE,
    NOSE_BASE,
    OUTER_LIPS,
    RIGHT_BROW,
    RIGHT_EYE,
    Landmarks,
)
from core.anatomy.parts import FacePart, part_outlines
from core.imaging.arrays import Mask, Points
from core.imaging.masks import fill_polygon

MOST_OF_A_FACE = 0.5
"""A hole over so much of a face is no longer about one place in it."""
LEAST_INSIDE = 0.3
"""A hole of which less lies on the face is beside it."""
LOOKED_AT_PX = 96
"""Longer side of the copy of a hole that is looked at."""


class FacePlace(StrEnum):
    """Where on a face something is; "left" is the left side of the picture."""

    FACE = "face"
    FOREHEAD = "forehead"
    LEFT_BROW = "left brow"
    RIGHT_BROW = "right brow"
    LEFT_EYE = "left eye"
    RIGHT_EYE = "right eye"
    NOSE = "nose"
    LEFT_CHEEK = "left cheek"
    RIGHT_CHEEK = "right cheek"
    MOUTH = "mouth"
    CHIN = "chin"


_PARTS = {  # the first that covers a pixel has it
    FacePart.NOSE: (FacePlace.NOSE,),
    FacePart.EYES: (FacePlace.LEFT_EYE, FacePlace.RIGHT_EYE),
    FacePart.BROWS: (FacePlace.LEFT_BROW, FacePlace.RIGHT_BROW),
    FacePart.MOUTH: (FacePlace.MOUTH,),
}


def place_of(hole: Mask, landmarks: Landmarks) -> FacePlace | None:
    """Name the place of a face that most of a hole covers.

    Args:
        hole: (H, W) uint8 coverage.
        landmarks: (68, 2) of the face, in the hole's pixels.

    Returns:
        The place; None where most of the hole lies beside the face, or it is empty.
    """
    every = max(1, max(hole.shape) // LOOKED_AT_PX)
    covered, points = hole[::every, ::every] > 0, landmarks / every
    (outline,) = part_outlines(FacePart.FACE, points)
    inside = (fill_polygon(covered.shape, outline) > 0) & covered
    if inside.sum() <= LEAST_INSIDE * covered.sum():
        return None
    if inside.sum() >= MOST_OF_A_FACE * _area(outline):
        return FacePlace.FACE
    counts = dict.fromkeys(FacePlace, 0)
    rest = inside
    for part, places in _PARTS.items():
        for place, contour in zip(places, part_outlines(part, points), strict=True):
            within = rest & (fill_polygon(covered.shape, contour) > 0)
            counts[place] = int(within.sum())
            rest = rest & ~within
    for place, count in _on_skin(np.argwhere(rest)[:, ::-1], points).items():
        counts[place] = count
    return max(counts, key=lambda place: counts[place])


def _on_skin(pixels: npt.NDArray[np.int64], landmarks: Landmarks) -> dict[FacePlace, int]:
    """Count pixels, (N, 2) x then y, on forehead, cheeks and chin, along the face's own axes."""
    eyes = landmarks[list(LEFT_EYE + RIGHT_EYE)].mean(axis=0)
    mouth = landmarks[list(OUTER_LIPS + INNER_LIPS)].mean(axis=0)
    brows = landmarks[list(LEFT_BROW + RIGHT_BROW)].mean(axis=0)
    base = landmarks[list(NOSE_BASE)].mean(axis=0)
    down, across = mouth - eyes, landmarks[45] - landmarks[36]
    height = (pixels - eyes) @ down / (down @ down)  # 0 at the eyes, 1 at the mouth
    is_above = height < (brows - eyes) @ down / (down @ down)
    is_below = height > 1.0
    is_left = (pixels - base) @ across < 0
    is_beside = ~is_above & ~is_below
    return {
        FacePlace.FOREHEAD: int(is_above.sum()),
        FacePlace.CHIN: int(is_below.sum()),
        FacePlace.LEFT_CHEEK: int((is_beside & is_left).sum()),
        FacePlace.RIGHT_CHEEK: int((is_beside & ~is_left).sum()),
    }


def _area(outline: Points) -> float:
    """Area within an (N, 2) outline, by the shoelace formula."""
    x, y = outline.T
    return float(abs(x @ np.roll(y, 1) - y @ np.roll(x, 1)) / 2)
