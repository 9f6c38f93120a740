"""The hole that glasses leave when they go: their frame, and lenses through which nothing is seen.

Eyes behind clear lenses stay as they are: no fill would be as good.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from core.anatomy.landmarks import LEFT_EYE, RIGHT_EYE, Landmarks, interocular_distance
from core.anatomy.regions import LabelMap, Region
from core.face.glasses import select_rims
from core.imaging.arrays import Image, Mask, Selection
from core.imaging.depth import to_8_bit
from core.imaging.masks import dilate, fill_polygon

_LENS = 0.1
"""How far within a lens its frame is left behind; this and what follows in distances between the
eyes."""
_REACH = 0.08
"""How far from what the parser takes for glasses a rim may lie."""
_EYE = 0.05
"""Around the eyes: lashes are no rim."""
_MARGIN = 0.035
"""Around rims: their soft edge and their shadow go, too."""
_LEAST_PIECE = 0.02
"""Area of a piece of a rim, in squares of that distance."""
_BROW = 0.04
"""How far from glasses a brow stays as it is."""
_EYES, _BROWS = (Region.LEFT_EYE, Region.RIGHT_EYE), (Region.LEFT_BROW, Region.RIGHT_BROW)
_DARK = 0.5
"""Of the skin's brightness: darker lenses hide the eyes."""


class WornGlasses(NamedTuple):
    """Glasses on a face."""

    opaque: Mask
    """(H, W) uint8, 255 on their frame, and on lenses through which nothing is seen; else 0."""
    hide_eyes: bool
    """Whether nothing is seen through the lenses."""
    features: Selection
    """(H, W) eyes and brows, which show through them."""

    @property
    def are_worn(self) -> bool:
        """Whether there are any."""
        return bool(self.opaque.any())


def glasses_hole(image: Image, labels: LabelMap, landmarks: Landmarks) -> Mask:
    """Find what has to be filled to remove a face's glasses.

    Args:
        image: (H, W, 3) uint8 or uint16.
        labels: (H, W) uint8, a `Region` in each pixel.
        landmarks: (68, 2) of the face.

    Returns:
        (H, W) uint8, 255 in the hole, else 0; no hole where it wears none.
    """
    worn = find_glasses(image, labels, landmarks)
    hole = dilate(worn.opaque, _MARGIN * interocular_distance(landmarks))
    if not worn.hide_eyes:
        hole[worn.features] = 0
    return hole


def find_glasses(image: Image, labels: LabelMap, landmarks: Landmarks) -> WornGlasses:
    """Find a face's glasses; arguments are those of `glasses_hole`."""
    unit = interocular_distance(landmarks)
    glasses = _large_pieces(labels == Region.GLASSES, _LEAST_PIECE * unit**2)
    if not glasses.any():
        return WornGlasses(glasses, hide_eyes=False, features=glasses > 0)
    grey = cv2.cvtColor(to_8_bit(image), cv2.COLOR_RGB2GRAY)
    skin = labels == Region.SKIN
    brightness = float(np.median(grey[skin])) if skin.any() else 128.0
    lenses = dilate(255 - glasses, _LENS * unit) == 0
    eyes = np.zeros_like(glasses)
    for eye in (LEFT_EYE, RIGHT_EYE):
        np.maximum(eyes, fill_polygon(glasses.shape, landmarks[list(eye)]), out=eyes)
    features = dilate(eyes, _EYE * unit) > 0
    features |= np.isin(labels, _EYES)
    features |= np.isin(labels, _BROWS) & (dilate(glasses, _BROW * unit) == 0)
    if lenses.any() and np.median(grey[lenses]) < _DARK * brightness:
        return WornGlasses(glasses, hide_eyes=True, features=features)
    near = (dilate(glasses, _REACH * unit) > 0) & ~features
    rims = select_rims(np.asarray(grey), unit, brightness) & near
    return WornGlasses(_large_pieces(rims, _LEAST_PIECE * unit**2), False, features)


def _large_pieces(selected: Selection, least: float) -> Mask:
    _, numbers, statistics, _ = cv2.connectedComponentsWithStats(selected.astype(np.uint8))
    is_large = statistics[:, cv2.CC_STAT_AREA] >= least
    is_large[0] = False
    return np.where(is_large[numbers], 255, 0).astype(np.uint8)
