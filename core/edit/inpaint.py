"""The frame that a hole is filled in."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.face.align import Frame
from core.masks import Mask, bounding_window, dilate
from core.regions import Landmarks, line_map

_MARGIN = 1.7  # side of the frame / longer side of the hole
_MIN_SIDE_PX = 32.0
_RESAMPLING_REACH_PX = 2  # of cubic interpolation


def frame_around(mask: Mask, landmarks: Landmarks | None, size: int) -> Frame:
    """Find a square that holds the hole with a margin, turned as the face is.

    Args:
        mask: (H, W) coverage, not empty.
        landmarks: (68, 2) or None, which keeps the frame upright.
        size: side of the frame in pixels.
    """
    rows, columns = bounding_window(mask)
    middle = np.array([columns.start + columns.stop - 1, rows.start + rows.stop - 1]) / 2
    longer = max(columns.stop - columns.start, rows.stop - rows.start)
    side = max(longer * _MARGIN, _MIN_SIDE_PX)
    x, y = (1.0, 0.0) if landmarks is None else _level(landmarks)
    linear = np.array([[x, y], [-y, x]]) * size / side
    return Frame(np.column_stack([linear, np.full(2, (size - 1) / 2) - linear @ middle]), size)


def frame_hole(frame: Frame, mask: Mask) -> Mask:
    """Cut the hole, grown by the reach of the resampling, so that nothing hidden shines through."""
    whole = np.where(mask > 0, 255, 0).astype(np.uint8)
    touched = np.where(frame.cut(whole) > 0, 255, 0).astype(np.uint8)
    return dilate(touched, _RESAMPLING_REACH_PX)


def known_lines(
    frame: Frame, landmarks: Landmarks | None, sketch: Mask | None
) -> npt.NDArray[np.uint8]:
    """Draw the face's and the user's lines into the frame; (size, size, 3) uint8."""
    lines = np.zeros((frame.size, frame.size, 3), np.uint8)
    if landmarks is not None:
        lines = line_map(frame.to_frame(landmarks), frame.size)
    if sketch is not None:
        lines[..., 2] = np.maximum(lines[..., 2], frame.cut(sketch))
    return lines


def _level(landmarks: Landmarks) -> tuple[float, float]:
    across = landmarks[42:48].mean(axis=0) - landmarks[36:42].mean(axis=0)
    x, y = across / max(float(np.linalg.norm(across)), 1e-9)
    return float(x), float(y)
