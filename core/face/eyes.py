"""Looks for lids and irises in the photo; 68 points place them a few pixels off."""

from __future__ import annotations

import cv2
import numpy as np

from core.anatomy.landmarks import LEFT_EYE, RIGHT_EYE
from core.face.align import Frame
from core.imaging.arrays import Image, Points, Reals
from core.imaging.depth import to_8_bit
from core.imaging.masks import fill_polygon

_SIDE = 96
_MOST_PX, _STEP_PX = 2.0, 0.25
"""How far lids are looked for from the landmarks, in pixels of the 256 frame."""
_NEAR_PX, _FAR_PX = 0.4, 1.6
"""Where the two sides of a lid's edge are compared."""
_TRUST = 0.03
"""How much stronger the edge must be, as a share of white, for each pixel off the landmarks."""
_LASHES_PX = 0.5
"""How much of the lashes' line moves with the upper lid."""
_LEAST_OPEN = 0.85
"""An eye found to be less open than so much of what its landmarks say was not found."""
_FINE = 4
_LIDS = (((36, 37, 38, 39), (36, 41, 40, 39)), ((42, 43, 44, 45), (42, 47, 46, 45)))
"""Upper and lower lid of each eye, on the picture's left first."""
_LEAST_SEEN = 0.35
"""Share of an iris that lids leave to be seen, at least."""
_CENTRED = 0.1
"""How much less dark a disc may be for each radius that it is nearer the eye's middle."""


def find_lids(image: Image, frame: Frame, points: Points) -> Points:
    """Move the points of the lids to the edges that the photo shows.

    Args:
        image: (H, W, 3) uint8 or uint16.
        frame: a square of it that holds the face, at the scale of the 256 frame.
        points: (68, 2) in pixels of the frame.

    Returns:
        (68, 2): the points between the corners of the eyes moved up or down, the others the same.
    """
    fine = frame.resized(_FINE * frame.size)
    found = points.copy()
    for lids in _LIDS:
        corners = (points[list(lids[0])] + 0.5) * _FINE - 0.5
        top, bottom = corners.min(axis=0), corners.max(axis=0)
        margin = 6 * _FINE
        left, upper = (int(value) for value in np.floor(np.minimum(top, bottom) - margin))
        size = int(np.ceil((bottom - top).max())) + 2 * margin
        matrix = fine.matrix.copy()
        matrix[:, 2] -= (left, upper)
        cut = to_8_bit(Frame(matrix, size).crop(image)).astype(np.float32) / 255
        cut = np.asarray(cv2.GaussianBlur(cut, (0, 0), _FINE * 0.3), np.float32)
        (up, down), gaps = (
            (
                _lid_shift(
                    cut, (points[list(line)] + 0.5) * _FINE - 0.5 - (left, upper), is_upper=is_upper
                )
                for line, is_upper in zip(lids, (True, False), strict=True)
            ),
            points[list(lids[1][1:3]), 1] - points[list(lids[0][1:3]), 1],
        )
        if gaps.mean() + down - up >= _LEAST_OPEN * gaps.mean():
            found[list(lids[0][1:3]), 1] += up
            found[list(lids[1][1:3]), 1] += down
    return found


def _lid_shift(cut: Reals, line: Points, *, is_upper: bool) -> float:
    """Find how far down a lid's edge lies from the line of its landmarks, in frame pixels."""
    order = line[:, 0].argsort()
    x = np.linspace(0.2, 0.8, 17) * np.ptp(line[:, 0]) + line[:, 0].min()
    y = np.interp(x, line[order, 0], line[order, 1])
    y -= (0.12 if is_upper else -0.12) * np.ptp(line[:, 1]) * _bulge(x, line)
    shifts = np.arange(-_MOST_PX, _MOST_PX + _STEP_PX / 2, _STEP_PX)
    scores = []
    for shift in shifts:
        sides = [
            _sampled(cut, x, y + _FINE * (shift + sign * distance))
            for sign in (-1, 1)
            for distance in (_NEAR_PX, (_NEAR_PX + _FAR_PX) / 2, _FAR_PX)
        ]
        change = np.mean(sides[:3], axis=0) - np.mean(sides[3:], axis=0)  # above less below
        strength = change.mean() if is_upper else np.abs(change).mean()
        scores.append(float(strength) - _TRUST * abs(shift))
    return float(shifts[int(np.argmax(scores))]) + (_LASHES_PX if is_upper else 0.0)


def _bulge(x: Reals, line: Points) -> Reals:
    """Return 1 in the middle of a lid, 0 at its corners: an arc lies beyond its chords there."""
    middle, half = (line[:, 0].min() + line[:, 0].max()) / 2, np.ptp(line[:, 0]) / 2
    return np.asarray(1 - np.square((x - middle) / max(half, 1e-6)), np.float32)


def _sampled(cut: Reals, x: Reals, y: Reals) -> Reals:
    across, down = (np.asarray(one, np.float32)[None] for one in (x, y))
    found = cv2.remap(np.asarray(cut, np.float32), across, down, cv2.INTER_LINEAR)
    return np.asarray(found[0], np.float32)


def find_irises(image: Image, frame: Frame, points: Points, radius: float) -> Points:
    """Find the centres of both irises.

    Args:
        image: (H, W, 3) uint8 or uint16.
        frame: a square of it that holds the face.
        points: (68, 2) in pixels of the frame.
        radius: of an iris, in pixels of the frame.

    Returns:
        (2, 2) in pixels of the frame, on the picture's left first.
    """
    return np.array(
        [_find(image, frame, points[list(eye)], radius) for eye in (LEFT_EYE, RIGHT_EYE)]
    )


def _find(image: Image, frame: Frame, outline: Points, radius: float) -> Points:
    middle, width = outline.mean(axis=0), max(float(np.ptp(outline[:, 0])), 4 * radius)
    scale = _SIDE / (1.4 * width)
    matrix = frame.matrix * scale
    matrix[:, 2] += (_SIDE - 1) / 2 - middle * scale
    cut = to_8_bit(Frame(matrix, _SIDE).crop(image))
    dark = 255 - np.asarray(cv2.cvtColor(cut, cv2.COLOR_RGB2GRAY), np.float32)
    local = (outline - middle) * scale + (_SIDE - 1) / 2
    seen = fill_polygon((_SIDE, _SIDE), local).astype(np.float32) / 255
    reach = max(round(radius * scale), 2)
    ticks = np.arange(-reach, reach + 1)
    disc = (ticks**2 + (ticks**2)[:, None] <= reach**2).astype(np.float32)
    area = cv2.filter2D(seen, -1, disc, borderType=cv2.BORDER_CONSTANT)
    total = cv2.filter2D(dark * seen, -1, disc, borderType=cv2.BORDER_CONSTANT)
    beside = ((dark * seen).sum() - total) / np.maximum(seen.sum() - area, 1)
    contrast = (total / np.maximum(area, 1) - beside) / 255
    rows, columns = np.mgrid[:_SIDE, :_SIDE] - (_SIDE - 1) / 2
    contrast -= _CENTRED * np.hypot(rows, columns) / reach
    contrast[(area < _LEAST_SEEN * disc.sum()) | (seen == 0)] = -9
    row, column = np.unravel_index(int(contrast.argmax()), contrast.shape)
    if contrast[row, column] <= -9:
        return np.asarray(middle, np.float64)
    return np.asarray(middle + (np.array([column, row]) - (_SIDE - 1) / 2) / scale, np.float64)
