"""The lines that a network is given with a hole, and the soft seams between a hole's parts."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.anatomy.landmarks import Landmarks, line_map
from core.edit.inpainting.hole_partition import HolePart
from core.face.align import Frame
from core.imaging.arrays import Mask, Window

LINE_THRESHOLD = 127
"""Of 255: where a sketch is above, there is a line."""
_OVERLAP = 0.15  # of the frame's side: how far a part overlaps its neighbours


def draw_known_lines(
    frame: Frame, faces: tuple[Landmarks, ...], sketch: Mask | None
) -> npt.NDArray[np.uint8]:
    """Draw the faces' and the user's lines into a frame.

    Args:
        frame: in pixels of the photo.
        faces: (68, 2) each, in pixels of the photo.
        sketch: (H, W) uint8 of the photo, above `LINE_THRESHOLD` where a line is.

    Returns:
        (S, S, 3) uint8 line channels as `core.anatomy.landmarks.line_map` draws them.
    """
    lines = np.zeros((frame.size, frame.size, 3), np.uint8)
    for landmarks in faces:
        np.maximum(lines, line_map(frame.to_frame(landmarks), frame.size), out=lines)
    if sketch is not None:
        np.maximum(lines[..., 2], _thin_lines(frame, sketch), out=lines[..., 2])
    return lines


def _thin_lines(frame: Frame, sketch: Mask) -> Mask:
    """Resample drawn lines into a frame; they stay one pixel wide, however small it shows them.

    Args:
        sketch: (H, W), above 127 where a line is.

    Returns:
        (S, S) 255 on lines, else 0.
    """
    if frame.scale >= 1:
        return np.where(frame.crop(sketch, cv2.INTER_LINEAR) > LINE_THRESHOLD, 255, 0).astype(
            np.uint8
        )
    thin = np.zeros((frame.size, frame.size), np.uint8)
    rows, columns = np.nonzero(sketch > LINE_THRESHOLD)
    x, y = np.rint(frame.to_frame(np.column_stack([columns, rows]).astype(float))).astype(int).T
    inside = (x >= 0) & (x < frame.size) & (y >= 0) & (y < frame.size)
    thin[y[inside], x[inside]] = 255
    return thin


def feather_part(part: HolePart, hole: Mask) -> tuple[Window, Mask]:
    """Feather a part into its neighbours in the same hole.

    Args:
        part: of the hole.
        hole: (H, W) uint8, nonzero in the whole hole.

    Returns:
        The window that the part paints, and its (h, w) uint8 weight there: 255 on its own pixels.
    """
    reach = max(int(_OVERLAP * part.frame.size / part.frame.scale), 1)
    rows, columns = (
        slice(max(side.start - reach, 0), min(side.stop + reach, most))
        for side, most in zip(part.window, hole.shape, strict=True)
    )
    top, left = part.window[0].start - rows.start, part.window[1].start - columns.start
    height, width = part.mask.shape
    outside = np.full(hole[rows, columns].shape, 255, np.uint8)
    outside[top : top + height, left : left + width] = ~part.mask
    distance = cv2.distanceTransform(outside, cv2.DIST_L2, cv2.DIST_MASK_5)
    weight = np.clip(255 * (1 - np.asarray(distance) / reach), 0, 255).astype(np.uint8)
    weight[hole[rows, columns] == 0] = 0
    return (rows, columns), weight
