"""What a smile does to the light on a face: folds darken, raised cheeks lighten."""

from __future__ import annotations

import cv2
import numpy as np

from core.edit.smile import displacements
from core.edit.warp import Floats, Warped, displacement_field
from core.face.align import Frame
from core.masks import Points

_GAIN = 1.6
"""The median over many people is weaker than one person's folds."""
_LEAST = 0.004
"""Smaller changes of light than this are left out, and the photo's samples kept."""
_ROWS = 256
_FLAGS = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP


def shade(moved: Warped, canonical: Frame, own: Points, target: Points) -> None:
    """Change the light on a moved face in place, as far as its mouth corners rose.

    Args:
        moved: a window of the photo in which the face has moved.
        canonical: the face's frame in the photo, 256 pixels.
        own, target: (68, 2) landmarks before and after the move, in that frame.
    """
    gain = np.exp(_ratio(own, target, canonical.size))
    frame = canonical.resized(len(gain)).within(moved.window)
    height, width = moved.coverage.shape
    for top in range(0, height, _ROWS):
        rows = slice(top, min(top + _ROWS, height))
        matrix = frame.within((rows, slice(0, width))).matrix
        size = (width, rows.stop - rows.start)
        light = cv2.warpAffine(gain, matrix, size, flags=_FLAGS, borderValue=(1.0,))
        changed = np.abs(light - 1) >= _LEAST
        light[~changed] = 1.0
        part, times = moved.image[rows], cv2.merge([light, light, light])
        moved.image[rows] = cv2.multiply(
            part, times, dtype=cv2.CV_8U if part.itemsize == 1 else cv2.CV_16U
        )
        moved.coverage[rows][changed] = 255


def _ratio(own: Points, target: Points, size: int) -> Floats:
    """Return the (128, 128) logarithm of the change of light, brought to the moved face."""
    shapes = displacements()
    field = displacement_field(shapes["shading_points"], target, size)
    ratio = shapes["shading"].astype(np.float32)
    side = len(ratio)
    offsets = np.asarray(cv2.resize(field, (side, side))) * (side / size)
    ticks = np.arange(side, dtype=np.float32)
    across = (offsets[..., 0] + ticks).astype(np.float32)
    down = (offsets[..., 1] + ticks[:, None]).astype(np.float32)
    moved = cv2.remap(ratio, across, down, cv2.INTER_LINEAR)
    rise = float((own - target)[[48, 54], 1].mean())
    whole = float(-shapes["gentle"][[48, 54], 1].mean())
    return np.asarray(moved * np.float32(_GAIN * np.clip(rise / whole, -1.0, 1.3)), np.float32)
