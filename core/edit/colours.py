"""Keeps the hues of a borrowed part that a network relit."""

from __future__ import annotations

import cv2
import numpy as np

from core.imaging.arrays import Mask, Pixels

_HUES, _HUES_PX = 0.6, 6.0
"""How much of the hues deep inside a part are the exemplar's: a network that knows the light only
from the skin around cannot know the colour of an iris. From so many pixels within the hole on."""
_LIGHT, _LIGHT_PX = 0.3, 24.0
"""The same of brightness: far from the border the network guesses it."""


def keep_tones(painted: Pixels, exemplar: Pixels, hole: Mask) -> Pixels:
    """Bring what was painted back to the exemplar's tones, the more the deeper in the hole.

    Args:
        painted: (S, S, 3) uint8 the network's answer.
        exemplar: (S, S, 3) uint8 as `match_tones` returns it.
        hole: (S, S) above 0 where the part is laid.

    Returns:
        (S, S, 3) uint8, `painted` outside the hole.
    """
    inside = ((hole > 0) & exemplar.any(axis=2)).astype(np.uint8)
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_5)
    hues = _HUES * np.clip(np.asarray(depth) / _HUES_PX, 0, 1)
    light = _LIGHT * np.clip(np.asarray(depth) / _LIGHT_PX, 0, 1)
    share = np.dstack([light, hues, hues])
    ours, theirs = (
        cv2.cvtColor((one / np.float32(255)).astype(np.float32), cv2.COLOR_RGB2LAB)
        for one in (painted, exemplar)
    )
    ours += (share * (theirs - ours)).astype(np.float32)
    values = np.asarray(cv2.cvtColor(ours, cv2.COLOR_LAB2RGB)) * 255
    changed = np.rint(values).clip(0, 255).astype(np.uint8)
    return np.where(inside[..., None] > 0, changed, painted)
