"""Tells faces with glasses by the lines of a frame: over the nose, under the eyes, beside them.

The weights were fitted to 910 faces labelled by eye, 99 of them with glasses; of 546 others, 68
with glasses, 82 % were found, and 92 % of what was found were glasses. What it takes for glasses
wrongly is mostly a fringe or brows that meet.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.anatomy.landmarks import (
    LEFT_BROW,
    LEFT_EYE,
    RIGHT_BROW,
    RIGHT_EYE,
    Landmarks,
    interocular_distance,
)
from core.face.align import canonical_frame, sub_frame
from core.imaging.arrays import Image, Mask, Pixels, Points, Selection
from core.imaging.depth import to_8_bit
from core.imaging.masks import dilate, fill_polygon
from core.imaging.windows import window_around

_SIDE, _SIZE = 0.62, 128
"""Of the frame around the eyes: of the canonical one's side, and in pixels."""
_DARK = 16.0
"""Added to brightnesses of 0..255 before logarithms are taken."""
_WEIGHTS = (3.24, 1.37, 2.92)
_OFFSET = 14.75
_SURE = 1.0
_MIN_CONTRAST = 0.005
"""Added to contrasts before logarithms are taken."""
_BRIDGE = (0.22, 0.2)
"""Half the width of the strip over the nose, of the gap between the eyes, and half its height;
this and what follows in distances between the eyes."""
_UNDER = (0.05, 0.42)
_BESIDE, _BESIDE_HEIGHT = (0.12, 0.42), (-0.25, 0.2)

_THICKEST = 0.15
"""Of a frame: what is wider is no rim."""
_CONTRAST = 0.15
"""Of the skin's brightness: by how much a rim is darker or brighter than what is beside it."""
_BRIGHTER = 2.0
"""By how many times more a bright rim stands out than a dark one: skin shines, too."""
_RIMS = (0.85, 0.6)
"""How far from the middle of the eyes rims may lie, to the sides and up and down."""
_LASHES, _BROW = 0.09, 0.07
"""Around eyes and brows: there are no rims."""
_LEAST_RIM = 0.15
"""Length of a piece of a rim."""
_MOST_ON_BROW = 0.6
"""Share of a piece from which on it is a brow."""

_Strip = npt.NDArray[np.float32]
"""(rows, columns) logarithms of brightness."""


def wears_glasses(image: Image, landmarks: Landmarks) -> bool:
    """Tell whether a face seems to wear glasses.

    Args:
        image: (H, W, 3) uint8 or uint16.
        landmarks: (68, 2) of the face, turned by no more than about 35 degrees.
    """
    frame = sub_frame(canonical_frame(landmarks), (0.5, 0.5), _SIDE, _SIZE)
    crop: Pixels = frame.crop(image)
    grey = cv2.cvtColor(np.asarray(to_8_bit(crop), np.uint8), cv2.COLOR_RGB2GRAY)
    lines = _frame_contrasts(np.log(grey.astype(np.float32) + _DARK), frame.to_frame(landmarks))
    score = float(np.dot(np.log(np.array(lines) + _MIN_CONTRAST), _WEIGHTS)) + _OFFSET
    return score > _SURE


def find_rims(image: Image, points: Landmarks) -> Mask:
    """Find the rims of a face's glasses, if it wears any.

    Args:
        image: (H, W, 3) uint8 or uint16 in which the face is upright.
        points: (68, 2) in its pixels.

    Returns:
        (H, W) uint8, 255 on rims, else 0.
    """
    grey = np.asarray(cv2.cvtColor(to_8_bit(image), cv2.COLOR_RGB2GRAY), np.uint8)
    found = np.zeros(grey.shape, np.uint8)
    if not wears_glasses(image, points):
        return found
    unit = interocular_distance(points)
    middle = points[[*LEFT_EYE, *RIGHT_EYE]].mean(axis=0)
    reach = np.array(_RIMS) * unit
    near = window_around(np.stack([middle - reach, middle + reach]), grey.shape)
    eyes, brows = (
        np.maximum(*(fill_polygon(grey.shape[:2], points[list(part)]) for part in pair))
        for pair in ((LEFT_EYE, RIGHT_EYE), (LEFT_BROW, RIGHT_BROW))
    )
    brightness = float(np.median(grey[near]))
    rims = select_rims(grey, unit, brightness) & (dilate(eyes, _LASHES * unit) == 0)
    count, numbers, statistics, _ = cv2.connectedComponentsWithStats(rims.astype(np.uint8))
    on_brows = np.bincount(numbers[dilate(brows, _BROW * unit) > 0], minlength=count)
    longer = statistics[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    is_rim = (longer >= _LEAST_RIM * unit) & (np.arange(count) > 0)
    is_rim &= on_brows < _MOST_ON_BROW * statistics[:, cv2.CC_STAT_AREA]
    found[near] = np.where(is_rim[numbers[near]], 255, 0)
    return found


def select_rims(grey: Mask, unit: float, brightness: float) -> Selection:
    """Select what is darker, or brighter, than what lies on both sides of it.

    Args:
        grey: (H, W) uint8.
        unit: the distance between the eyes, in pixels.
        brightness: of the skin, 0..255.
    """
    contrast = _CONTRAST * brightness
    side = 2 * max(round(_THICKEST * unit / 2), 1) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    darker = np.asarray(cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, disc))
    brighter = np.asarray(cv2.morphologyEx(grey, cv2.MORPH_TOPHAT, disc))
    return (darker > contrast) | (brighter > _BRIGHTER * contrast)


def _frame_contrasts(log_grey: _Strip, points: Points) -> tuple[float, float, float]:
    """Return the contrasts of the bridge, of the fainter lower rim and of the fainter arm."""
    eye_distance = interocular_distance(points)
    rims = [
        _edge_contrast(_under(log_grey, points[list(eye)], eye_distance))
        for eye in (LEFT_EYE, RIGHT_EYE)
    ]
    arms = [
        _edge_contrast(_beside(log_grey, points[36], -eye_distance)),
        _edge_contrast(_beside(log_grey, points[45], eye_distance)),
    ]
    return (
        _line_contrast(_over_nose(log_grey, points[39], points[42], eye_distance)),
        min(rims),
        min(arms),
    )


def _over_nose(log_grey: _Strip, left: Points, right: Points, eye_distance: float) -> _Strip:
    (x, y), (share, height) = (left + right) / 2, _BRIDGE
    reach = share * (right[0] - left[0])
    return _resample_strip(
        log_grey,
        (x - reach, x + reach, y - height * eye_distance, y + height * eye_distance),
        24,
        12,
    )


def _under(log_grey: _Strip, eye: Points, eye_distance: float) -> _Strip:
    left, right, bottom = eye[:, 0].min(), eye[:, 0].max(), eye[:, 1].max()
    rows = (bottom + _UNDER[0] * eye_distance, bottom + _UNDER[1] * eye_distance)
    return _resample_strip(log_grey, (left, right, *rows), 30, 20)


def _beside(log_grey: _Strip, corner: Points, outwards: float) -> _Strip:
    """Cut the strip in which an arm begins; `outwards` is the eyes' distance with its sign."""
    left, right = sorted(corner[0] + np.array(_BESIDE) * outwards)
    top, bottom = corner[1] + np.array(_BESIDE_HEIGHT) * abs(outwards)
    return _resample_strip(log_grey, (left, right, top, bottom), 30, 12)


def _resample_strip(log_grey: _Strip, box: tuple[float, ...], rows: int, columns: int) -> _Strip:
    """Resample what lies between left, right, top and bottom."""
    across = np.linspace(box[0], box[1], columns, dtype=np.float32)
    down = np.linspace(box[2], box[3], rows, dtype=np.float32)
    x, y = np.meshgrid(across, down)
    border = cv2.BORDER_REPLICATE
    return np.asarray(cv2.remap(log_grey, x, y, cv2.INTER_LINEAR, borderMode=border), np.float32)


def _line_contrast(strip: _Strip) -> float:
    """Measure the strongest thin horizontal line."""
    bends = (strip[4:] - 2 * strip[2:-2] + strip[:-4]).mean(axis=1)
    return float(np.abs(bends).max())


def _edge_contrast(strip: _Strip) -> float:
    """Measure the strongest edge that runs from side to side, a row up or down a column."""
    steps = np.diff(strip, axis=0)
    return max(_best_path(np.maximum(steps, 0)), _best_path(np.maximum(-steps, 0)))


def _best_path(contrasts: _Strip) -> float:
    best = contrasts[:, 0]
    for column in contrasts.T[1:]:
        around = np.pad(best, 1, constant_values=-1)
        best = column + np.maximum(np.maximum(around[:-2], around[1:-1]), around[2:])
    return float(np.max(best)) / len(contrasts.T)
