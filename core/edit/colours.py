"""Brings the skin around a borrowed part to the tone of the skin that it is laid into."""

from __future__ import annotations

import cv2
import numpy as np

from core.face.align import Pixels
from core.masks import Mask, dilate

_RING_PX = 6  # around the hole, where the two faces are compared
_LEAST_PIXELS = 30
_GAIN_SHARE = 0.5
"""How much of a difference in tone is taken as light, which multiplies; the rest bends the curve
of tones, which keeps black and white where they are."""
_MOST_GAIN = 2.0
_TONES = (0.04, 0.96)


def match_around(exemplar: Pixels, image: Pixels, hole: Mask) -> Pixels:
    """Bring an exemplar near to the tones of its new surroundings; a network does the rest.

    Args:
        exemplar: (S, S, 3) uint8, the part and what is around it; 0 where it shows nothing.
        image: (S, S, 3) uint8 what the part is laid into.
        hole: (S, S) above 0 where it is laid.

    Returns:
        (S, S, 3) uint8, 0 outside the hole and where the exemplar shows nothing.
    """
    shown = exemplar.any(axis=2)
    inside = (hole > 0) & shown
    ring = (dilate(hole, _RING_PX) > 0) & (hole == 0) & shown
    matched = np.zeros_like(exemplar)
    if ring.sum() < _LEAST_PIXELS:
        matched[inside] = exemplar[inside]
        return matched
    ours, theirs = (np.median(one[ring], axis=0) / 255 for one in (image, exemplar))
    ours, theirs = np.clip(ours, *_TONES), np.clip(theirs, *_TONES)
    gain = np.clip((ours / theirs) ** _GAIN_SHARE, 1 / _MOST_GAIN, _MOST_GAIN)
    gain = np.minimum(gain, _TONES[1] / theirs)
    bend = np.log(ours) / np.log(np.clip(gain * theirs, *_TONES))
    tones = np.linspace(0, 1, 256)[:, None]
    table = np.rint(255 * np.clip(gain * tones, 0, 1) ** bend).astype(np.uint8)
    table = np.maximum(table, 1)  # 0 means that nothing is shown
    looked_up = cv2.LUT(exemplar, table[None])
    matched[inside] = looked_up[inside]
    return matched
