"""What a network is shown of a hole, and how the parts of a hole grow together."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.edit.holes import Part
from core.face.align import Frame
from core.masks import Mask, Window, dilate
from core.regions import Landmarks, line_map

_RESAMPLING_REACH_PX = 2  # of cubic interpolation
_OVERLAP = 0.15  # of the frame's side: how far a part reaches into its neighbours


def frame_hole(frame: Frame, mask: Mask) -> Mask:
    """Cut the hole, grown by the reach of the resampling, so that nothing hidden shines through.

    Args:
        mask: (H, W) 255 in the hole, else 0.
    """
    touched = np.where(frame.cut(mask) > 0, 255, 0).astype(np.uint8)
    return dilate(touched, _RESAMPLING_REACH_PX)


def known_lines(
    frame: Frame, faces: tuple[Landmarks, ...], sketch: Mask | None
) -> npt.NDArray[np.uint8]:
    """Draw the faces' and the user's lines into the frame; (size, size, 3) uint8."""
    lines = np.zeros((frame.size, frame.size, 3), np.uint8)
    for landmarks in faces:
        np.maximum(lines, line_map(frame.to_frame(landmarks), frame.size), out=lines)
    if sketch is not None:
        lines[..., 2] = np.maximum(lines[..., 2], frame.cut(sketch))
    return lines


def overlapping(part: Part, hole: Mask) -> tuple[Window, Mask]:
    """Let a part fade out over its neighbours in the same hole.

    Args:
        hole: (H, W) nonzero in the whole hole.

    Returns:
        The window that the part paints, and its (h, w) weight there: 255 on its own pixels.
    """
    reach = max(int(_OVERLAP * part.frame.size / part.frame.scale), 1)
    rows, columns = (
        slice(max(side.start - reach, 0), min(side.stop + reach, most))
        for side, most in zip(part.window, hole.shape, strict=True)
    )
    top, left = part.window[0].start - rows.start, part.window[1].start - columns.start
    height, width = part.own.shape
    others = np.full(hole[rows, columns].shape, 255, np.uint8)
    others[top : top + height, left : left + width] = ~part.own
    away = cv2.distanceTransform(others, cv2.DIST_L2, cv2.DIST_MASK_5)
    weight = np.clip(255 * (1 - np.asarray(away) / reach), 0, 255).astype(np.uint8)
    weight[hole[rows, columns] == 0] = 0
    return (rows, columns), weight
