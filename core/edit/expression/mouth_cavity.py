"""The dark of a wide open mouth: what paints mouths has learned smiles, and fills them with teeth.

Below the upper teeth it gets darker, down to a tongue in the shade, in the hue of the lips.
"""

from __future__ import annotations

import cv2
import numpy as np

from core.anatomy.landmarks import Landmarks, mouth_width
from core.imaging.arrays import Image, Reals
from core.imaging.masks import fill_polygon

_UPPER, _LOWER = (60, 61, 62, 63, 64), (60, 67, 66, 65, 64)
_LOWER_LIP = (55, 56, 57, 58, 59, 67, 66, 65)
_TEETH = 0.13
"""Height of what shows of the upper teeth, and what follows, in widths of the mouth."""
_EDGE = 0.05
"""Over how much it gets dark below them."""
_ROOM, _DEEPEST = 0.14, 0.92
"""Room below the teeth at which it is as dark as it gets, and how much of that is not painted."""
_TONGUE = 0.85
"""How much of the room the tongue takes."""
_DARK, _LIT = 0.16, 0.62
"""Brightness of the back of the mouth and of the tongue, in that of the lower lip."""


def darken_cavity(painted: Image, landmarks: Landmarks) -> Image:
    """Darken a painted mouth below its upper teeth.

    Args:
        painted: (S, S, 3) uint8, a frame around an open mouth.
        landmarks: (68, 2) in its pixels.

    Returns:
        (S, S, 3) uint8; the same where the lips are no farther apart than teeth are high.
    """
    width, size = mouth_width(landmarks), len(painted)
    rows, columns = np.mgrid[:size, :size].astype(np.float64)
    upper, lower = (_height(landmarks, line, columns) for line in (_UPPER, _LOWER))
    room = (lower - upper) / width - _TEETH
    share = _ramp((rows - upper) / width, _TEETH, _TEETH + _EDGE)
    share *= 1 - _ramp((rows - lower) / width, -_EDGE, 0.0)
    share *= _DEEPEST * _ramp(room, 0.0, _ROOM)
    rise = np.maximum(_TONGUE * room, 1e-3)
    tongue = _ramp((rows - lower) / width, -rise, 0.0)
    hue = np.array(cv2.mean(painted, fill_polygon((size, size), landmarks[list(_LOWER_LIP)]))[:3])
    light = (_DARK + (_LIT - _DARK) * tongue)[..., None]
    shaded = painted + share[..., None] * (light * hue - painted)
    return np.asarray(np.rint(shaded), np.uint8)


def _height(landmarks: Landmarks, line: tuple[int, ...], columns: Reals) -> Reals:
    """Lay a parabola through a lip's edge: landmarks are too few for a smooth line."""
    x, y = landmarks[list(line)].T
    return np.asarray(np.polyval(np.polyfit(x, y, 2), columns), np.float64)


def _ramp(values: Reals, start: float | Reals, stop: float | Reals) -> Reals:
    share = ((values - start) / np.maximum(np.subtract(stop, start), 1e-6)).clip(0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float64)
