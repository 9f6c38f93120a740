"""Brings a borrowed part to the tone of the skin it is laid into, and keeps its own hues."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.face.align import Pixels
from core.masks import Mask, dilate

_RING_PX = 6  # around the hole, where the two faces are compared
_WHOLE_PX = 24
"""A hole this deep holds a whole face: around it are hair and background."""
_LEAST_PIXELS = 30
_GAIN_SHARE = 0.5
"""How much of a difference in tone is taken as light, which multiplies; the rest bends the curve
of tones, which keeps black and white where they are."""
_MOST_GAIN = 2.0
_TONES = (0.04, 0.96)
_HUES, _HUES_PX = 0.8, 6.0
"""How much of the hues deep inside a part are the exemplar's: a network that knows the light only
from the skin around cannot know the colour of an iris. From so many pixels within the hole on."""
_LIGHT, _LIGHT_PX = 0.5, 24.0
"""The same of brightness: far from the border the network guesses it."""


def match_around(exemplar: Pixels, image: Pixels, hole: Mask) -> Pixels:
    """Bring an exemplar near to the tones of its new surroundings; a network does the rest.

    Args:
        exemplar: (S, S, 3) uint8, the part and what is around it; 0 where it shows nothing.
        image: (S, S, 3) uint8 what the part is laid into, with what it replaces.
        hole: (S, S) above 0 where it is laid.

    Returns:
        (S, S, 3) uint8, 0 outside the hole and where the exemplar shows nothing.
    """
    shown = exemplar.any(axis=2)
    inside = (hole > 0) & shown
    skin = _skin(hole) & shown
    matched = np.zeros_like(exemplar)
    if skin.sum() < _LEAST_PIXELS:
        matched[inside] = exemplar[inside]
        return matched
    ours, theirs = (np.median(one[skin], axis=0) / 255 for one in (image, exemplar))
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


def _skin(hole: Mask) -> npt.NDArray[np.bool_]:
    """Tell where most of a face is skin: around a part of it, but inside a whole face."""
    inside = (hole > 0).astype(np.uint8)
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_5)
    if float(np.max(depth)) >= _WHOLE_PX:
        return np.asarray(inside > 0)
    return np.asarray((dilate(hole, _RING_PX) > 0) & (inside == 0))


def keep_tones(painted: Pixels, exemplar: Pixels, hole: Mask) -> Pixels:
    """Bring what was painted back to the exemplar's tones, the more the deeper in the hole.

    Args:
        painted: (S, S, 3) uint8 the network's answer.
        exemplar: (S, S, 3) uint8 as `match_around` returns it.
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
