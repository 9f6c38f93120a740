"""Ends a displacement field at the face: what lies beside it does not move."""

from __future__ import annotations

import cv2
import numpy as np

from core.anatomy.parts import FacePart, part_outlines
from core.edit.warping.thin_plate import Offsets
from core.imaging.arrays import Floats, Points
from core.imaging.masks import fill_hull

_BEGINS_PX, _ENDS_PX = 0.02 * 256, 0.13 * 256
"""How far beyond a face's outline a field begins to fade, and has ended; of the 256 frame."""


def face_outline(*faces: Points) -> Points:
    """Return the (K, 2) outlines of faces given by their (68, 2) points, foreheads included."""
    return np.concatenate([part_outlines(FacePart.FACE, points)[0] for points in faces])


def face_fade(outlines: Points, size: int, cells: int) -> Floats:
    """Tell how much of a field is left at each cell of a frame.

    Args:
        outlines: (K, 2) in pixels of the frame, which are those of the 256 frame; their hull
            counts.
        size: side of the frame in pixels.
        cells: C, per side of the grid.

    Returns:
        (C, C, 1) float32, 1 at the face, 0 from 33 pixels beyond it.
    """
    scale = cells / size
    inside = fill_hull((cells, cells), (outlines + 0.5) * scale - 0.5)
    beyond = cv2.distanceTransform(255 - inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    left = ((_ENDS_PX - np.asarray(beyond) / scale) / (_ENDS_PX - _BEGINS_PX)).clip(0, 1)
    return np.asarray(left * left * (3 - 2 * left), np.float32)[..., None]


def faded(field: Offsets, outlines: Points, size: int) -> Offsets:
    """End a (C, C, 2) field as `face_fade` says."""
    return np.asarray(field * face_fade(outlines, size, len(field)), np.float32)
